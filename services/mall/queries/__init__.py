"""What can be asked of the mall: one file a topic, put together in ``MallQueries``."""

from .agreements import AgreementQueries
from .books import BookQueries
from .cases import CaseQueries
from .disputes import DisputeQueries
from .documents import DocumentQueries
from .explaining import ExplainingQueries
from .fraud_holds import FraudHoldQueries
from .incomes import IncomeQueries
from .journeys import JourneyQueries
from .months import MonthQueries
from .offers import OfferQueries
from .operators import OperatorQueries
from .payouts import PayoutQueries
from .reconciliations import ReconciliationQueries
from .reviews import ReviewQueries
from .sales import SalesQueries
from .shelves import ShelfQueries
from .statements import StatementQueries
from .suitability import SuitabilityQueries
from .tariffs import TariffQueries
from .terms import TermsQueries
from .trade import TradeQueries
from .ways import WayQueries

__all__ = ["MallQueries"]


class MallQueries(
    OfferQueries, ShelfQueries, WayQueries, TradeQueries, ExplainingQueries, SalesQueries, BookQueries, ReviewQueries,
    SuitabilityQueries, JourneyQueries, TariffQueries, StatementQueries, IncomeQueries, DisputeQueries, PayoutQueries,
    ReconciliationQueries, AgreementQueries, DocumentQueries, OperatorQueries, MonthQueries, CaseQueries,
    FraudHoldQueries, TermsQueries,
):  # fmt: skip
    """Reads for somebody who asks: one method an operation."""
