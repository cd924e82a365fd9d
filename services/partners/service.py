"""Partners, put together."""

from services.kernel.blueprint import Blueprint
from services.partners.application import Partners
from services.partners.due import due
from services.partners.errands import errands
from services.partners.operations import operations
from services.partners.projections.communities import CommunitiesView
from services.partners.projections.heard import Heard
from services.partners.projections.partners import PartnersView
from services.partners.projections.trade import TradeView
from services.partners.publication import publish
from services.partners.queries import PartnersQueries
from services.partners.reactions import reactions

blueprint = Blueprint(
    name="partners", application=Partners, queries=PartnersQueries, operations=operations,
    projections=[PartnersView, CommunitiesView, TradeView, Heard], publish=publish, due=due, errands=errands,
    reactions=reactions, keeps_messages=True,
)  # fmt: skip
