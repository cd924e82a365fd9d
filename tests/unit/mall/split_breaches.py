"""What breaks the invariants about what was split and comes back, one after the other."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.unfreezing import Unfreezing
from tests.support.scenario import NOON, context

from .breaches import Breach, without
from .dispute_breaches import doubled, with_fields
from .payout_samples import PAYDAY, a_payout
from .samples import CHECKOUT, GROUP, ORDER

SPLIT, PULL_BACK, PAYMENT = UUID(int=0xE7), UUID(int=0xB1), UUID(int=0xA1)
OF: dict[str, Any] = {"payment_id": str(PAYMENT), "order_id": str(ORDER), "of_minor": 12_000, "before_minor": 0}


def a_split(**changes: Any) -> Payout:
    """600 of a payment, for the community that earned them."""
    fields = {"payout_id": SPLIT, "role": "community", "party_id": GROUP, "person_id": None, "requested_by": None,
              "holder_id": GROUP, "amount_minor": 600, "split": OF}  # fmt: skip
    return a_payout(**(fields | changes))


def split_story() -> list[Any]:
    """Earned, split, paid; owed after a refund, pulled back; the rest is to be freed."""
    with acting(context()):
        payable, payout = Payable("community", GROUP, "EUR"), a_split()
        payable.credit(ORDER, 600, PAYDAY)
        payable.draw(SPLIT, 600, NOON)
        payout.send()
        payout.settle(600, "EUR")
        payable.charge(ORDER, 400)
        payout.demand_pull_back(PULL_BACK, 400, "owed")
        payout.confirm_pull_back(PULL_BACK, 400)
        payable.pull_back(SPLIT, PULL_BACK, 400, PAYDAY)
        freed = Unfreezing(CHECKOUT, PAYMENT, [str(SPLIT)])
        freed.confirm()
    return [fact for root in (payable, payout, freed) for fact in root.collect_events()]


def split_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "pull-backs", "went by transfer", with_fields(split_story(), Payout.Requested, split=None)
    yield "pull-backs", "nobody has demanded", doubled(split_story(), Payout.PulledBack)
    yield "pull-backs", "nobody has demanded", with_fields(split_story(), Payout.PulledBack, amount_minor=399)
    yield "pull-backs", "than it has brought", without(split_story(), Payout.Paid)
    yield "pull-backs", "in their balances", without(split_story(), Payable.PulledBack)
    yield "waiting", "payout.pull_back", without(split_story(), Payout.PulledBack)
    yield "waiting", "unfreezing.ask", without(split_story(), Unfreezing.Unfrozen)
    yield "earned by sales", "had not earned", doubled(split_story(), Payout.PulledBack)
