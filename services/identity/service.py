"""Identity, put together."""

from services.identity.application import Identity
from services.identity.due import due
from services.identity.errands import errands
from services.identity.operations import operations
from services.identity.projections.claims import ClaimsView
from services.identity.projections.people import PeopleView
from services.identity.publication import publish
from services.identity.queries import IdentityQueries
from services.kernel.blueprint import Blueprint

blueprint = Blueprint(
    name="identity", application=Identity, queries=IdentityQueries, operations=operations,
    projections=[PeopleView, ClaimsView], publish=publish, due=due, errands=errands,
)  # fmt: skip
