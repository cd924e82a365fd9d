"""Identity, put together."""

from services.identity.application import Identity
from services.identity.due import due
from services.identity.errands import errands
from services.identity.operations import operations
from services.identity.projections.claims import ClaimsView
from services.identity.projections.known_members import KnownMembers
from services.identity.projections.people import PeopleView
from services.identity.projections.relationships import RelationshipsView
from services.identity.publication import publish
from services.identity.queries import IdentityQueries
from services.identity.sending import ResetLetters
from services.kernel.blueprint import Blueprint

blueprint = Blueprint(
    name="identity", application=Identity, queries=IdentityQueries, operations=operations,
    projections=[PeopleView, ClaimsView, RelationshipsView, KnownMembers], publish=publish, due=due, errands=errands,
    forget=Identity.forget_again,
    erase=lambda service, person_id: ResetLetters(service).take_back(person_id),
)  # fmt: skip
