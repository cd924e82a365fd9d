"""The mall, put together."""

from services.kernel.blueprint import Blueprint
from services.known.groups import KnownGroups
from services.known.people import KnownPeople
from services.mall.application import Mall
from services.mall.due import due
from services.mall.errands import errands
from services.mall.operations import operations
from services.mall.projections.agreements import AgreementsView
from services.mall.projections.cases import CasesView
from services.mall.projections.checkouts import CheckoutsView
from services.mall.projections.disputes import DisputesView
from services.mall.projections.documents import DocumentsView
from services.mall.projections.filings import FilingsView
from services.mall.projections.fraud_holds import FraudHoldsView
from services.mall.projections.journeys import Journeys
from services.mall.projections.known_gatherings import KnownGatherings
from services.mall.projections.known_seats import KnownSeats
from services.mall.projections.ledger import LedgerView
from services.mall.projections.listings import ListingsView
from services.mall.projections.matching import Matching
from services.mall.projections.operators import OperatorsView
from services.mall.projections.orders import OrdersView
from services.mall.projections.payouts import PayoutsView
from services.mall.projections.promises import PromisesView
from services.mall.projections.provider_bookings import ProviderBookings
from services.mall.projections.reconciliations import ReconciliationsView
from services.mall.projections.reviews import ReviewsView
from services.mall.projections.sales import SalesView
from services.mall.projections.sellers import SellersView
from services.mall.projections.share_links import ShareLinksView
from services.mall.projections.shelves import ShelvesView
from services.mall.projections.ties import TiesView
from services.mall.publication import publish
from services.mall.queries import MallQueries
from services.mall.queries.cases import figures
from services.mall.reactions import reactions

blueprint = Blueprint(
    name="mall", application=Mall, queries=MallQueries, operations=operations, publish=publish, reactions=reactions,
    due=due, errands=errands, figures=figures,
    projections=[
        KnownPeople, KnownGroups, KnownGatherings, KnownSeats, SellersView, ListingsView,
        ShelvesView, CheckoutsView, OrdersView, LedgerView, ShareLinksView, SalesView, Matching, Journeys, ReviewsView,
        FilingsView, DisputesView, CasesView, PayoutsView, ProviderBookings, ReconciliationsView, AgreementsView,
        DocumentsView, OperatorsView, PromisesView, TiesView, FraudHoldsView,
    ],
)  # fmt: skip
