"""What breaks the invariants about payouts, one after the other."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.checkout import Checkout
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.postings import PayoutPostings
from tests.support.forging import forged
from tests.support.scenario import ANNA, BORIS, context

from .payout_samples import PAYOUT, a_payout
from .samples import ORDER, SELLER, entry

Facts = list[Any]


def payout_breaches(story: Callable[[], Facts]) -> Iterator[tuple[str, str, Facts]]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "payables", "the ledger has", [*story(), _booked(story())]
    yield "payables", "are left", _changed(story(), Payable.Charged, balance_minor=7)
    yield "debts", "no longer there", _changed(story(), Payable.Charged, owed_minor=1)
    yield "debts", "are drawn of", _changed(story(), Payable.Drawn, amount_minor=10**6)
    yield "debts", "should pay", _changed(story(), Payable.Credited, netted=[_debt()])
    yield "debts", "should pay", [*story(), *_dropped_debt()]
    yield "payouts", "draws a second time", [*story(), _again(story(), Payable.Drawn)]
    yield "payouts", "never sent", _without(story(), Payout.Sent)
    yield "payouts", "goes from out to back", [*story(), _again(story(), Payout.Returned)]
    yield "payouts", "goes from here to out", [*story(), _again(story(), Payout.Paid)]
    yield "payouts", "are moved of", _changed(story(), Payout.Paid, amount_minor=1)
    yield "payouts", "comes back a second time", [*story(), _again(story(), Payable.Restored)]
    yield "payouts", "what was drawn", _without(story(), Payable.Drawn)
    yield "payouts", "what came back", _without(story(), Payable.Restored)
    yield "approvals", "with a limit", _changed(story(), Payout.Requested, needs_approval=False)
    yield "approvals", "her own", _changed(story(), Payout.Approved, operator_id=ANNA)
    yield "approvals", "second time", [*story(), _again(story(), Payout.Approved)]
    yield "approvals", "have approved", _without(story(), Payout.Approved)
    yield "waiting", "payable.pay_day", _without(story(), Payable.Drawn)
    yield "waiting", "payout.send", _without(story(), Payout.Sent)
    yield "waiting", "transfer.ask", _without(story(), Payout.Paid)
    yield "I-05 books", "account for", _changed(story(), Payout.Paid, amount_minor=1)
    yield "accounts", "payouts_due", [*story(), _again(story(), Payout.Paid)]


def came_back_to(party_id: UUID) -> Facts:
    """A member's payout fails, and somebody has it."""
    told = {"role": "member", "party_id": BORIS, "person_id": BORIS, "requested_by": BORIS, "holder_id": BORIS}
    with acting(context()):
        payout = a_payout(**told)
        payout.send()
        payout.fail("account_closed")
    entries = PayoutPostings(PAYOUT, "member", party_id, payout.amount_minor, payout.currency).given_back()
    return _changed(list(payout.collect_events()), Payout.Failed, entries=entries)


def machine_breaches(story: Callable[[], Facts]) -> Iterator[tuple[str, str, Facts]]:
    """As ``payout_breaches``, of what the machines of tests/rooms/mall/money_machine and tests/simulation found."""
    yield "earned by sales", "had not earned", came_back_to(ANNA)
    yield "earned by sales", "had not earned", [*came_back_to(BORIS), came_back_to(BORIS)[-1]]
    yield "waiting", "refund.ask", _without(story(), Checkout.PaymentRefunded)


def _booked(facts: Facts) -> Any:
    """Somebody books on what is available, and no balance knows it."""
    of_party = [entry("seller_available", -1, SELLER), entry("platform_fees", 1, None)]
    return _again(facts, Payout.Returned, entries=of_party)


def _dropped_debt() -> Facts:
    payable_id = UUID(int=0xBA)
    return [
        forged(Payable.Charged, payable_id, order_id=ORDER, amount_minor=5, owed_minor=5, balance_minor=-5),
        forged(Payable.Credited, payable_id, order_id=ORDER, amount_minor=9, netted=[], balance_minor=9),
    ]


def _debt() -> dict[str, Any]:
    return {"order_id": str(ORDER), "amount_minor": 1}


def _again(facts: Facts, kind: type[Any], **fields: Any) -> Any:
    copied = copy(next(fact for fact in facts if type(fact) is kind))
    copied.__dict__.update(fields)
    return copied


def _without(facts: Facts, kind: type[Any]) -> Facts:
    return [fact for fact in facts if type(fact) is not kind]


def _changed(facts: Facts, kind: type[Any], **fields: Any) -> Facts:
    for fact in facts:
        if type(fact) is kind:
            fact.__dict__.update(fields)
    return facts
