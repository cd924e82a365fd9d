"""Lives of fraud holds, of their terms, and of the shares that are under them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.fraud_rules import Known, Ring, suspicions
from services.mall.domain.fraud_terms import DEFAULT_FRAUD_TERMS, FraudTerms
from services.mall.domain.lines import order_line
from services.mall.domain.marks import DEVICE, PAYMENT_MEANS, Marks
from services.mall.domain.order import Order
from services.mall.domain.terms import DEFAULT_TERMS
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON

GROUP, OTHER = UUID(int=0x60), UUID(int=0xA07)
LATER = NOON + timedelta(days=8)
TERMS: dict[str, Any] = {name: value for name, value in DEFAULT_FRAUD_TERMS.items() if name != "version"}
OF_GROUP = ("community", GROUP)
SAID = ("same_hands", "Both are paid to one account.")


def _terms() -> list[AggregateRoot]:
    terms = FraudTerms.open(NOON, 7, **TERMS)
    terms.change(NOON, 7, **(TERMS | {"cycle_orders": 5}))
    return [terms]


def _suspected() -> tuple[FraudHold, Order]:
    line = order_line(str(UUID(int=0x17)), UUID(int=0x11), "Rod", 3, 3_333, 500, GROUP, 1_000, 500)
    seller = (UUID(int=0x5E), ANNA)
    order = Order.place(UUID(int=0x0D), UUID(int=0xC1), BORIS, *seller, "EUR", [line], dict(DEFAULT_TERMS))
    order.pay(10_499)
    order.deliver(NOON, NOON)
    three = [UUID(int=number) for number in range(1, 4)]
    known = Known(is_paid_to_same=True, forth=three, rings=[Ring(three, three)], recent=three)
    hold = FraudHold.open(order, *OF_GROUP, suspicions(known, DEFAULT_FRAUD_TERMS), DEFAULT_FRAUD_TERMS, LATER)
    order.withhold(hold.id, *OF_GROUP)
    order.release(LATER)
    return hold, order


def _holds() -> list[AggregateRoot]:
    (forfeited, its_order), (let_go, other_order) = _suspected(), _suspected()
    forfeited.appeal(CHEN, "我们只是邻居")
    for operator_id in (DORA, OTHER):
        forfeited.decide(operator_id, "forfeit", *SAID, LATER)
    forfeited.close("forfeited", its_order.forfeit(forfeited.id, *OF_GROUP))
    let_go.close("let_go", other_order.let_go(let_go.id, *OF_GROUP))
    return [forfeited, its_order, let_go, other_order]


def _marks() -> list[AggregateRoot]:
    marks = Marks(BORIS)
    marks.note(PAYMENT_MEANS, "card_of_both")
    marks.note(DEVICE, "手机")
    return [marks]


LIVES = [_terms, _holds, _marks]
