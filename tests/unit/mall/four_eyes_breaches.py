"""What breaks the invariants about refunds that came back, and about what two operators settle by hand."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, acting
from services.mall.domain.checkout import Checkout
from services.mall.domain.dispute import Dispute, Disputed
from services.mall.domain.payout import Payout
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import PayoutTerms
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON, context

from .breaches import Breach, without
from .dispute_breaches import doubled, with_fields
from .payout_samples import a_payout
from .samples import CHECKOUT, ORDER, PAYMENT, REFUND, SELLER, TOTAL, a_checkout, an_order, capture

REASON, PROPOSAL = "seen_at_bank", UUID(int=0x9A)
LOOSE = {"schedule": "weekly", "least_minor": 100, "approval_above_minor": 10**9, "account_rest_hours": 72}


def returned_story() -> list[Any]:
    """A refund comes back, and is demanded again."""
    with acting(context()):
        checkout = _refunded()
        checkout.return_refund(REFUND, TOTAL, "account_closed")
        checkout.confirm_refund(checkout.retry_refund(REFUND), TOTAL)
    return _facts(checkout)


def _refunded() -> Checkout:
    checkout = a_checkout()
    capture(checkout)
    checkout.demand_refund(REFUND, ORDER, TOTAL, "overpaid", from_unallocated=True)
    checkout.confirm_refund(REFUND, TOTAL)
    return checkout


def refund_by_hand(*by: UUID, outcome: str = "returned") -> list[Any]:
    """Two operators say that a refund came back; or that it came back, and the buyer has got it another way."""
    with acting(context()):
        order, checkout = an_order(), _refunded()
        if outcome == "paid_elsewhere":
            checkout.return_refund(REFUND, TOTAL, "account_closed")
    for operator_id in by:
        with acting(context(operator_id)):
            checkout.settle_refund(REFUND, outcome, REASON, operator_id, ())
    return [*_facts(order), *_facts(checkout)]


def dispute_by_hand(*by: UUID) -> list[Any]:
    """Two operators say how a dispute ends."""
    with acting(context()):
        order, checkout = an_order(), a_checkout()
        told = Disputed("dp_1", PAYMENT, TOTAL, 0, "EUR")
        dispute = Dispute.open(told, CHECKOUT, "fraudulent", [], TOTAL)
        for operator_id in by:
            if dispute.settle_by_hand("won", REASON, operator_id):
                dispute.win()
    return [*_facts(checkout), *_facts(order), *_facts(dispute)]


def payout_by_hand(*by: UUID, set_by: UUID = ANNA) -> list[Any]:
    """Two operators say that a payout was paid."""
    with acting(context()):
        account = PayoutAccount.name("seller", SELLER, ANNA, "acct_anna", 72, NOON, set_by)
        account.change("acct_other", 72, NOON, ANNA)
        payout: Payout = a_payout()
        payout.send()
    for operator_id in by:
        with acting(context(operator_id)):
            payout.settle_by_hand("paid", REASON, operator_id)
    return [*_facts(account), *_facts(payout)]


def loosened() -> list[Any]:
    """An operator would loosen what two look at, and another one confirms it."""
    with acting(context()):
        terms = PayoutTerms.begin(PROPOSAL, CHEN, **LOOSE)
        terms.confirm(PROPOSAL, DORA)
    return _facts(terms)


def _facts(root: AggregateRoot) -> list[Any]:
    return list(root.collect_events())


def by_one(facts: list[Any], kind: type[Any]) -> list[Any]:
    """The story, and what the second operator did was done by the first."""
    for fact in facts:
        if type(fact) is kind:
            fact.__dict__["meta"] = [str(CHEN), *fact.__dict__["meta"][1:]]
    return facts


def by_hand() -> list[list[Any]]:
    """Stories in which everything is as it should be."""
    return [
        returned_story(), loosened(), refund_by_hand(CHEN, DORA), refund_by_hand(CHEN, DORA, outcome="paid_elsewhere"),
        dispute_by_hand(CHEN, DORA), payout_by_hand(CHEN, DORA),
    ]  # fmt: skip


def four_eyes_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    settled, other_way = Dispute.SettledByHand, Checkout.RefundPaidElsewhere
    elsewhere = refund_by_hand(CHEN, DORA, outcome="paid_elsewhere")
    yield "four eyes", "confirms alone", with_fields(dispute_by_hand(CHEN, DORA), settled, confirmed_by=CHEN)
    yield "four eyes", "confirms alone", without(dispute_by_hand(CHEN, DORA), Dispute.SettlementProposed)
    yield "four eyes", "says how it ends", dispute_by_hand(BORIS, DORA)
    yield "four eyes", "confirms how it ends", dispute_by_hand(CHEN, ANNA)
    yield "four eyes", "confirms alone", by_one(payout_by_hand(CHEN, DORA), Payout.Paid)
    yield "four eyes", "says how it ends", payout_by_hand(BORIS, DORA, set_by=BORIS)
    yield "four eyes", "confirms how it ends", payout_by_hand(CHEN, BORIS, set_by=BORIS)
    yield "four eyes", "confirms alone", with_fields(loosened(), PayoutTerms.Loosened, confirmed_by=CHEN)
    yield "four eyes", "confirms alone", with_fields(elsewhere, other_way, confirmed_by=CHEN)
    yield "four eyes", "says how it ends", refund_by_hand(BORIS, DORA)
    yield "four eyes", "confirms how it ends", refund_by_hand(CHEN, ANNA, outcome="paid_elsewhere")
    yield "four eyes", "confirms alone", by_one(refund_by_hand(CHEN, DORA), Checkout.RefundReturned)
    yield "payments", "comes back", doubled(returned_story(), Checkout.RefundReturned)
    yield "payments", "demanded anew", [*returned_story(), *_paid(returned_story())]
    yield "I-05 books", "account for", with_fields(returned_story(), Checkout.RefundReturned, amount_minor=1)
    yield "accounts", "refunds_due", [*returned_story(), *_paid(returned_story())]


def _paid(facts: list[Any]) -> list[Any]:
    return [fact for fact in facts if type(fact) is Checkout.PaymentRefunded][:1]
