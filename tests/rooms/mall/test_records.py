"""What happened elsewhere: recorded under its own time, booked to the cent, and safe to hand in again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.mall.domain.refusals import (
    AlreadyReleased,
    CheckoutNotRecorded,
    PaymentElsewhere,
    RecordedOtherwise,
    TotalTooHigh,
)

from .market import ANNA, BORIS, CHEN, GROUP, NOON, OPERATOR, Market

THEN = "2017-10-02T10:56:33Z"
SALE, SELLER_ORDER, GOODS = UUID(int=0x51), UUID(int=0x52), UUID(int=0x5A)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def record(market: Market, what: str, **fields: Any) -> dict[str, Any]:
    return market.do(f"record_{what}", OPERATOR, happened_at=THEN, **fields)


def a_sale(market: Market, orders: int = 1, **changes: Any) -> dict[str, Any]:
    """Somebody known nowhere sold one for 100.00 with freight of 9.99, of which there was no stock."""
    seller_id = record(market, "seller", person_id=ANNA, name="Anna")["seller_id"]
    listing = {"listing_id": GOODS, "seller_id": seller_id, "title": "Tent", "price_minor": 1, "currency": "BRL"}
    record(market, "listing", **listing, tags=["camping"], commission_bps=1_000)
    line = {"listing_id": GOODS, "quantity": 1, "unit_price_minor": 10_000, "freight_minor": 999}
    line |= {"commission_bps": 1_000, "platform_fee_bps": 500} | changes
    told = [
        {"order_id": UUID(int=SELLER_ORDER.int + number), "seller_id": seller_id,
         "lines": [line | {"line_id": UUID(int=0x70 + number)}]}
        for number in range(orders)
    ]  # fmt: skip
    return record(market, "sale", checkout_id=SALE, buyer_id=BORIS, currency="BRL", orders=told)


def paid(market: Market, amount_minor: int, payment_id: UUID | None = None, method: str = "boleto") -> None:
    payment = {"payment_id": payment_id or uuid4(), "method": method, "amount_minor": amount_minor}
    record(market, "payment", checkout_id=SALE, **payment)


def accounts(market: Market) -> dict[str, int]:
    return {account: amount for (account, _), amount in market.books().items()}


def test_an_exact_payment_is_booked_to_the_shares(market: Market) -> None:
    a_sale(market)
    paid(market, 10_000)
    paid(market, 999, method="voucher")
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market) == {"provider": 10_999, "seller_held": -(9_500 + 999), "platform_held": -500}


def test_a_sale_beyond_what_views_can_count_is_refused_before_it_is_a_fact(market: Market) -> None:
    with pytest.raises(TotalTooHigh):
        a_sale(market, orders=100, quantity=10_000, unit_price_minor=10**12, freight_minor=10**12)
    market.settle()
    a_sale(market)
    market.settle()


def test_what_was_paid_too_much_is_in_suspense(market: Market) -> None:
    a_sale(market)
    paid(market, 11_000)
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market)["suspense_overpaid"] == -1


def test_what_was_paid_too_little_is_a_debit_in_suspense(market: Market) -> None:
    a_sale(market, orders=2)
    paid(market, 20_000)
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market)["suspense_underpaid"] == 2 * 10_999 - 20_000
    assert accounts(market)["seller_held"] == -2 * 10_499


def test_what_was_paid_without_lines_is_in_suspense(market: Market) -> None:
    record(market, "sale", checkout_id=SALE, buyer_id=BORIS, currency="BRL", orders=[])
    paid(market, 4_711)
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market) == {"provider": 4_711, "suspense_paid_without_lines": -4_711}


def test_a_payment_of_nothing_is_kept(market: Market) -> None:
    a_sale(market)
    paid(market, 0, method="voucher")
    assert accounts(market) == {}
    assert any(type(fact).__name__ == "PaymentCaptured" for fact in market.facts)


@pytest.mark.parametrize("settled_before", [False, True])
def test_what_was_paid_for_a_cancelled_sale_is_in_suspense(market: Market, settled_before: bool) -> None:
    a_sale(market)
    paid(market, 10_999)
    if settled_before:
        record(market, "settlement", checkout_id=SALE)
    for _ in range(2):
        record(market, "cancellation", checkout_id=SALE, reason="canceled")
    assert accounts(market) == {"provider": 10_999, "suspense_cancelled_paid": -10_999}


def test_money_that_is_recorded_after_the_settlement_is_settled_by_the_next(market: Market) -> None:
    a_sale(market)
    for _ in range(2):
        paid(market, 10_999)
        record(market, "settlement", checkout_id=SALE)
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market)["suspense_overpaid"] == -10_999


def test_it_is_known_under_the_time_at_which_it_happened_and_releases_by_itself(market: Market) -> None:
    a_sale(market)
    paid(market, 10_999)
    record(market, "settlement", checkout_id=SALE)
    record(market, "delivery", order_id=SELLER_ORDER)
    market.settle()
    times = {type(fact).__name__: (fact.effective_at, fact.recorded_at) for fact in market.facts}
    assert times["Placed"][0].isoformat() == times["Delivered"][0].isoformat() == "2017-10-02T10:56:33+00:00"
    assert times["Released"][0].isoformat() == "2017-10-09T10:56:33+00:00"
    assert {recorded for _, recorded in times.values()} == {NOON}
    with pytest.raises(AlreadyReleased):
        record(market, "cancellation", checkout_id=SALE, reason="canceled")


def test_a_recorded_sale_takes_no_stock_and_asks_for_no_claim(market: Market) -> None:
    a_sale(market)
    paid(market, 10_999)
    record(market, "settlement", checkout_id=SALE)
    listing = market.listing(str(GOODS))
    assert (listing.on_hand, listing.sold, listing.reserved) == (0, 0, 0)
    market.settle()
    assert market.provider.requests == []


def test_a_community_earns_by_a_recorded_sale_but_never_by_its_owners_own(market: Market) -> None:
    market.found_group(CHEN)
    a_sale(market, group_id=GROUP)
    paid(market, 10_999)
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market)["community_held"] == -1_000


def test_history_has_no_fee_and_no_commission_but_those_that_are_told(market: Market) -> None:
    market.found_group(CHEN)
    a_sale(market, group_id=GROUP, commission_bps=0, platform_fee_bps=0)
    paid(market, 10_999)
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market) == {"provider": 10_999, "seller_held": -10_999}


def test_an_owner_earns_nothing_by_a_recorded_purchase_of_his_own(market: Market) -> None:
    market.found_group(BORIS)
    a_sale(market, group_id=GROUP)
    paid(market, 10_999)
    record(market, "settlement", checkout_id=SALE)
    assert "community_held" not in accounts(market)


def test_everything_may_be_recorded_twice_and_is_stored_once(market: Market) -> None:
    def all_of_it() -> None:
        a_sale(market)
        paid(market, 10_999, payment_id=UUID(int=1))
        record(market, "settlement", checkout_id=SALE)
        record(market, "delivery", order_id=SELLER_ORDER)

    all_of_it()
    before = market.position
    all_of_it()
    assert market.position == before


def test_the_same_id_with_other_values_is_refused(market: Market) -> None:
    a_sale(market)
    paid(market, 5, payment_id=UUID(int=1))
    for changed in (
        lambda: a_sale(market, quantity=2),
        lambda: paid(market, 6, payment_id=UUID(int=1)),
        lambda: record(market, "seller", person_id=ANNA, name="Another"),
    ):
        with pytest.raises(RecordedOtherwise):
            changed()


def test_an_id_of_something_else_is_refused(market: Market) -> None:
    a_sale(market)
    seller_id = market.listing(str(GOODS)).seller_id
    with pytest.raises(RecordedOtherwise):
        record(market, "sale", checkout_id=GOODS, buyer_id=BORIS, currency="BRL", orders=[])
    with pytest.raises(RecordedOtherwise):
        record(market, "listing", listing_id=SALE, seller_id=seller_id, title="Tent", price_minor=1, currency="BRL")


def test_a_payment_belongs_to_one_checkout(market: Market) -> None:
    a_sale(market)
    paid(market, 5, payment_id=UUID(int=1))
    record(market, "sale", checkout_id=UUID(int=0x99), buyer_id=BORIS, currency="BRL", orders=[])
    payment = {"payment_id": UUID(int=1), "method": "boleto", "amount_minor": 5}
    with pytest.raises(PaymentElsewhere):
        record(market, "payment", checkout_id=UUID(int=0x99), **payment)


def test_what_was_opened_here_is_paid_here_alone(market: Market) -> None:
    market.seller(CHEN)
    opened = market.bought(market.listed(CHEN))
    payment = {"payment_id": uuid4(), "method": "boleto", "amount_minor": 12_000}
    for what, fields in (("payment", payment), ("settlement", {}), ("cancellation", {"reason": "canceled"})):
        with pytest.raises(CheckoutNotRecorded):
            record(market, what, checkout_id=opened["checkout_id"], **fields)


def test_a_refund_of_what_was_paid_elsewhere_fails_and_stays_due(market: Market) -> None:
    a_sale(market)
    paid(market, 10_999)
    record(market, "settlement", checkout_id=SALE)
    asked = {"order_id": SELLER_ORDER, "line_id": UUID(int=0x70), "quantity": 1, "with_freight": True}
    market.do("refund_line", OPERATOR, **asked)
    market.settle()
    assert accounts(market) == {"provider": 10_999, "refunds_due": -10_999}
    assert any(type(fact).__name__ == "RefundFailed" for fact in market.facts)
