"""What must be true of all that the mall ever recorded; ``agora audit`` checks it."""

from collections.abc import Sequence

from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Invariant

from .agreements import AgreementsAreKept
from .books import AccountsHaveTheirSide, BooksMatchTheMoney, EntriesBalance
from .buckets import StockMovesWhole
from .cases import CasesAreKept
from .commissions import CommissionsComeFromSales, CommissionsFollowTheRule
from .disputes import DisputesEndOnce
from .documents import DocumentsFollowTheMoney, NumbersHaveNoGap
from .four_eyes import TwoSettleByHand
from .fraud_holds import FraudHoldsAreKept
from .payables import DebtsAreNetted, PayablesFollowTheBooks
from .payouts import PayoutsMoveOnce, TwoApproveAboveTheLimit
from .payouts_elsewhere import PaidOutElsewhereOnce
from .pull_backs import PulledBackOfSplits
from .reconciliations import DiscrepanciesEndOnce, StatementsAreExplained
from .reservations import DisputedSharesAreReserved
from .returns import ReturnsAreAnswered
from .reviews import ReviewsAreOfPurchases
from .sales import MoneyMovesOnce, NobodyBuysFromHimself, OrdersAddUp
from .shares import HoldsMature, SharesAccrueOnce
from .stock import ReservationsHaveACheckout, StockIsNeverOversold
from .tariffs import LinesAreChargedByTheRules
from .terms import TermsAreAnnounced
from .tickets import TicketsHaveSeats
from .waiting import NothingWaitsForEver

__all__ = ["invariants"]


def invariants(store: StoreAtRest) -> Sequence[Invariant]:
    """All of them, for one audit."""
    return [
        EntriesBalance(),
        BooksMatchTheMoney(),
        AccountsHaveTheirSide(),
        StockIsNeverOversold(),
        ReservationsHaveACheckout(),
        StockMovesWhole(),
        SharesAccrueOnce(),
        CommissionsFollowTheRule(),
        HoldsMature(),
        NothingWaitsForEver(store),
        MoneyMovesOnce(),
        OrdersAddUp(),
        NobodyBuysFromHimself(),
        TicketsHaveSeats(),
        ReviewsAreOfPurchases(),
        CommissionsComeFromSales(),
        LinesAreChargedByTheRules(),
        DisputesEndOnce(),
        PayablesFollowTheBooks(),
        DebtsAreNetted(),
        PayoutsMoveOnce(),
        TwoApproveAboveTheLimit(),
        PaidOutElsewhereOnce(),
        StatementsAreExplained(),
        DiscrepanciesEndOnce(),
        AgreementsAreKept(),
        NumbersHaveNoGap(),
        DocumentsFollowTheMoney(store),
        CasesAreKept(store),
        DisputedSharesAreReserved(),
        ReturnsAreAnswered(store),
        TwoSettleByHand(),
        FraudHoldsAreKept(store),
        PulledBackOfSplits(),
        TermsAreAnnounced(),
    ]
