"""What a party owes after a refund is asked back of the split that brought it, as far as that goes."""

from services.kernel.domain import derived_id
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout

from .loading import Loading

OWED = "owed_after_refund"


class AskingBack(Loading):
    """Whether the provider can get it back, it says: from whom, and for how long, are limits of its own."""

    def ask_back(self, payable: Payable, payout: Payout | None) -> None:
        """What is owed for the order of a split, and is not asked back yet; nothing of what went by transfer."""
        if payout is None or payout.split is None:
            return
        owed_minor = payable.owed_for(payout.split["order_id"]) - payout.demanded_minor
        amount_minor = min(owed_minor, payout.left_minor)
        if amount_minor > 0:
            pull_back_id = derived_id("pull back", payout.id, len(payout.pull_backs))
            payout.demand_pull_back(pull_back_id, amount_minor, OWED)
