"""A share of Chen's that is suspected, as far as it has come; and facts about such holds that should not be."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.fraud_rules import Known, suspicions
from services.mall.domain.fraud_terms import DEFAULT_FRAUD_TERMS
from services.mall.domain.order import Order
from tests.support.scenario import ANNA, CHEN, DORA, NOON, context

from .breaches import Breach, without
from .dispute_breaches import doubled, with_fields
from .document_samples import documents_of
from .samples import REFUND, WINDOW_ENDS, a_checkout, a_shared_line, an_order, capture, deliver, pay, release

OTHER, THIRD = UUID(int=0xA07), UUID(int=0xA08)
EVIDENCE = suspicions(Known(is_paid_to_same=True), DEFAULT_FRAUD_TERMS)
OF_CHEN = ("member", CHEN)
HEARD = WINDOW_ENDS + timedelta(days=DEFAULT_FRAUD_TERMS["appeal_days"])
LAPSES = WINDOW_ENDS + timedelta(days=DEFAULT_FRAUD_TERMS["hold_days"])
SAID = ("same_hands", "One account.")


def an_order_to_release() -> Order:
    """Boris bought by Chen's link, and can no longer send it back."""
    order = an_order(a_shared_line())
    pay(order)
    deliver(order)
    return order


def a_hold(order: Order | None = None) -> FraudHold:
    return FraudHold.open(order or an_order_to_release(), *OF_CHEN, EVIDENCE, DEFAULT_FRAUD_TERMS, WINDOW_ENDS)


def released(order: Order, hold: FraudHold) -> None:
    """With Chen's share left behind."""
    order.withhold(hold.id, *OF_CHEN)
    release(order)


def fraud_story(ends: str = "forfeited", *, is_refunded: bool = False) -> list[Any]:
    """Suspected when it is released; then it ``ends`` forfeited, let_go or lapsed, or stays open."""
    with acting(context()):
        checkout, order = a_checkout(), an_order_to_release()
        capture(checkout)
    with acting(context(at=WINDOW_ENDS)):
        hold = a_hold(order)
        released(order, hold)
        if is_refunded:
            order.refund_line(REFUND, "1", 1)
    with acting(context(at=LAPSES)):
        if ends == "lapsed":
            hold.lapse(LAPSES)
        elif ends == "let_go":
            hold.decide(DORA, "let_go", *SAID, HEARD)
        elif ends == "forfeited":
            hold.appeal(CHEN, "No.")
            hold.decide(DORA, "forfeit", *SAID, HEARD)
            hold.decide(OTHER, "forfeit", *SAID, HEARD)
        if ends != "open":
            move = order.forfeit if ends == "forfeited" else order.let_go
            hold.close(ends, move(hold.id, *OF_CHEN))
        documents = documents_of(order)
    return [*(fact for root in (checkout, hold, order) for fact in root.collect_events()), *documents]


def fraud_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    name, opened, decided = "fraud holds", FraudHold.Opened, FraudHold.Decided
    yield name, "has no due row", fraud_story("open")
    yield name, "no evidence", with_fields(fraud_story(), opened, evidence=[])
    yield name, "lets nobody decide", with_fields(fraud_story(), opened, appeal_until=LAPSES)
    yield name, "earns by it decided", with_fields(fraud_story("let_go"), decided, decided_by=ANNA)
    yield name, "may still appeal", with_fields(without(fraud_story(), FraudHold.Appealed), opened, **_later())
    yield name, "one alone", with_fields(fraud_story(), decided, decided_by=DORA)
    yield name, "one alone", without(fraud_story(), FraudHold.ForfeitureProposed)
    yield name, "before its time", with_fields(fraud_story("lapsed"), FraudHold.Closed, timestamp=NOON)
    yield name, "otherwise than was decided", with_fields(fraud_story("let_go"), FraudHold.Closed, outcome="lapsed")
    yield name, "after its end", doubled(fraud_story(), FraudHold.Closed)
    yield name, "not withheld, or more", without(fraud_story(), Order.ShareWithheld)
    yield name, "not withheld, or more", with_fields(fraud_story(), Order.ShareForfeited, amount_minor=10_000)
    yield name, "know of one another", without(fraud_story("open"), Order.ShareWithheld)
    yield name, "another amount than", with_fields(fraud_story(), FraudHold.Closed, amount_minor=1)
    shares = "I-07 commission"
    yield shares, "withheld that is not held", doubled(fraud_story("open"), Order.ShareWithheld)
    yield shares, "that is not withheld", doubled(fraud_story("let_go"), Order.ShareLetGo)
    yield shares, "another part of the lines", with_fields(fraud_story(), Order.ShareForfeited, lines={"1": 1})
    yield shares, "is not what the lines say", with_fields(fraud_story("let_go"), Order.ShareLetGo, entries=[])


def _later() -> dict[str, Any]:
    """It could be appealed against for longer than this took."""
    return {"appeal_until": LAPSES + timedelta(days=1), "lets_go_at": LAPSES + timedelta(days=2)}
