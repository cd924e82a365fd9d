"""Facts about disputes and refunds that should not be: what the invariants are seen to find."""

from collections.abc import Iterator
from typing import Any

from services.kernel.domain import acting
from services.mall.domain.dispute import Dispute, Disputed
from services.mall.domain.order import Order
from services.mall.domain.terms import Terms, frozen
from tests.support.scenario import NOON, context

from .breaches import Breach, a_seat, a_ticket, without
from .document_samples import documents_of
from .samples import CHECKOUT, ORDER, PAYMENT, REFUND, SELLER, TOTAL, a_checkout, an_order, capture, deliver, pay
from .terms_breaches import VALUES

DISPUTE = Dispute.id_of("dp_1")


def dispute_story(*, is_lost: bool = True, is_open: bool = False, line: Any = None, **terms: str) -> list[Any]:
    """A sale is disputed, which is lost or won."""
    with acting(context()):
        checkout = a_checkout()
        order = an_order(*([line] if line else []))
        opened = Terms.open(NOON, **(VALUES | terms))
        if terms:
            order.terms.update(frozen(opened.at(NOON)))
        capture(checkout)
        pay(order)
        deliver(order)
        parts = [{"order_id": str(ORDER), "seller_id": str(SELLER), "seller_person_id": "", "amount_minor": TOTAL}]
        told = Disputed("dp_1", PAYMENT, TOTAL, 1_500, "EUR")
        dispute = Dispute.open(told, CHECKOUT, "fraudulent", parts, TOTAL)
        order.dispute(DISPUTE, TOTAL)
        if not is_open and is_lost:
            dispute.lose([(None, 1_500)])
            order.lose_dispute(DISPUTE)
        elif not is_open:
            dispute.win()
            order.win_dispute(DISPUTE)
        documents = documents_of(order)
    roots = (*([opened] if terms else []), checkout, order, dispute)
    return [*(fact for root in roots for fact in root.collect_events()), *documents]


def refund_story() -> list[Any]:
    """A line is refunded, and the fee is kept."""
    with acting(context()):
        order = an_order(terms={"platform_fee_on_refund": "kept", "return_window_days": 7})
        pay(order)
        order.refund_line(REFUND, "1", 1)
    return list(order.collect_events())


def with_fields(facts: list[Any], kind: type[Any], **fields: Any) -> list[Any]:
    """The story with other fields in every fact of a kind."""
    for fact in facts:
        if type(fact) is kind:
            fact.__dict__.update(fields)
    return facts


def doubled(facts: list[Any], kind: type[Any]) -> list[Any]:
    """The story with the facts of a kind once more."""
    return [*facts, *(fact for fact in facts if type(fact) is kind)]


def dispute_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "disputes", "second time", doubled(dispute_story(), Dispute.Lost)
    yield "disputes", "second time", without(dispute_story(), Dispute.Opened)
    yield "disputes", "second time", doubled(dispute_story(is_lost=False), Order.DisputeEnded)
    yield "disputes", "without an open dispute", doubled(dispute_story(), Order.LineChargedBack)
    yield "disputes", "another amount than their parts", without(dispute_story(), Order.LineChargedBack)
    yield "disputes", "more of it than there is", with_fields(dispute_story(), Dispute.Opened, amount_minor=1)
    yield "disputes", "fee is not borne", with_fields(dispute_story(), Dispute.Lost, fees=[])
    yield "disputes", "booked as disputed", with_fields(dispute_story(is_lost=False), Dispute.Won, entries=[])
    yield "disputes", "while it is disputed", [*dispute_story(is_open=True), *refund_story()[-1:]]
    yield "I-07 commission", "otherwise than", with_fields(refund_story(), Order.LineRefunded, fee_kept_minor=0)
    yield "I-05 books", "account for", with_fields(dispute_story(), Dispute.Opened, amount_minor=1)
    yield "accounts", "disputed", without(dispute_story(), Dispute.Opened)
    yield "waiting", "dispute.ask", dispute_story(is_open=True)
    yield "waiting", "order.release", dispute_story(is_lost=False)
    yield "tickets", "did not go back", ended_seat(dispute_story(is_lost=False, line=a_ticket()))


def ended_seat(facts: list[Any]) -> list[Any]:
    """The seats of the story have ended."""
    with acting(context()):
        seat = a_seat()
        seat.end("gathering_cancelled")
    return [*facts, *seat.collect_events()]
