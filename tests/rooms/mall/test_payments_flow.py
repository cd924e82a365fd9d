"""The way of a payment: asked for, answered, called back, lost, doubled, declined."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kernel.refusals import KeyReused
from services.mall.domain.refusals import AmountDiffers, CurrencyDiffers, NoSuchCheckout, PaymentAlreadyCaptured
from services.mall.payments.port import BadSignature

from .market import ANNA, BORIS, Market


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


def test_a_captured_payment_pays_the_orders_and_sells_the_goods(market: Market) -> None:
    rod = market.listed()
    opened = market.paid(rod)
    assert market.checkout(opened).status == "paid"
    assert [order.status for order in market.orders(opened)] == ["paid"]
    assert (market.listing(rod).sold, market.listing(rod).available) == (1, 2)
    assert market.books() == {
        ("provider", None): 12_000,
        ("seller_held", str(market.orders(opened)[0].seller_id)): -11_400,
        ("platform_held", None): -600,
    }


def test_a_payment_that_is_final_at_once_needs_no_callback(market: Market) -> None:
    market.provider.instantly = "captured"
    opened = market.bought(market.listed())
    market.settle()
    assert market.checkout(opened).status == "paid"


def test_a_payment_declined_at_once_ends_the_checkout(market: Market) -> None:
    market.provider.instantly = "declined"
    rod = market.listed()
    opened = market.bought(rod)
    market.settle()
    assert market.checkout(opened).status == "declined"
    assert market.listing(rod).available == 3


def test_a_declined_payment_releases_what_was_reserved(market: Market) -> None:
    rod = market.listed()
    opened = market.bought(rod)
    market.settle()
    market.provider.decline(opened["payment_id"])
    assert market.told(opened["payment_id"]) == 204
    assert market.checkout(opened).status == "declined"
    assert market.orders(opened)[0].status == "cancelled"
    assert (market.listing(rod).available, market.listing(rod).reserved) == (3, 0)
    assert market.books() == {}


def test_a_reason_of_the_provider_is_kept_as_a_code_alone(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.decline(opened["payment_id"], "Card of Boris Petrov expired")
    market.told(opened["payment_id"])
    declined = next(fact for fact in market.facts if type(fact).__name__ == "PaymentDeclined")
    assert declined.reason == "unstated"  # type: ignore[attr-defined]


def test_the_same_callback_twice_is_decided_once(market: Market) -> None:
    opened = market.paid(market.listed())
    before = market.position
    assert market.told(opened["payment_id"], f"evt_{opened['payment_id']}") == 204
    assert market.told(opened["payment_id"], "evt_of_another_delivery") == 204
    assert market.position == before


def test_an_event_id_with_another_body_is_refused(market: Market) -> None:
    opened = market.paid(market.listed())
    market.provider.capture(opened["payment_id"], amount_minor=1)
    with pytest.raises(KeyReused):
        market.told(opened["payment_id"], f"evt_{opened['payment_id']}")


def test_a_callback_before_the_answer_is_enough(market: Market) -> None:
    opened = market.bought(market.listed())
    request = market.provider.request_payment

    def called_back_first(asked):  # type: ignore[no-untyped-def]
        request(asked)
        market.provider.capture(asked.payment_id)
        assert market.told(asked.payment_id) == 204
        return request(asked)

    market.provider.request_payment = called_back_first  # type: ignore[method-assign]
    market.settle()
    assert market.checkout(opened).status == "paid"
    assert market.account("provider") == 12_000


def test_a_lost_answer_is_doubt_and_then_asked_for(market: Market) -> None:
    market.provider.faults.append("lost")
    opened = market.bought(market.listed())
    market.settle()
    assert market.checkout(opened).payment_status == "uncertain"
    market.provider.capture(opened["payment_id"])
    market.pass_time(seconds=6)
    assert market.checkout(opened).status == "paid"
    assert len(market.provider.requests) == 1


def test_a_request_that_never_arrived_is_made_again_under_the_same_id(market: Market) -> None:
    market.provider.faults.append("dropped")
    opened = market.bought(market.listed())
    market.settle()
    market.provider.instantly = "captured"
    market.pass_time(seconds=6)
    assert market.checkout(opened).status == "paid"
    assert [str(one) for one in market.provider.requests] == [opened["payment_id"]] * 2


def test_a_lost_callback_is_found_by_asking(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.capture(opened["payment_id"])
    assert market.checkout(opened).status == "open"
    market.pass_time(seconds=6)
    assert market.checkout(opened).status == "paid"


def test_a_payment_in_process_is_asked_for_again_and_again(market: Market) -> None:
    opened = market.bought(market.listed())
    for _ in range(5):
        market.pass_time(minutes=2)
    market.provider.capture(opened["payment_id"])
    market.pass_time(minutes=4)
    assert market.checkout(opened).status == "paid"


def test_without_a_provider_a_payment_waits_for_one(tmp_path: Path) -> None:
    with Market(tmp_path, provider=None) as market:
        market.seller()
        opened = market.bought(market.listed())
        market.settle()
        market.extras["provider"] = market.provider
        market.provider.instantly = "captured"
        market.pass_time(seconds=61)
        assert market.checkout(opened).status == "paid"


def test_a_callback_about_a_payment_that_nobody_asked_for_is_refused(market: Market) -> None:
    opened = market.paid(market.listed())
    document = {"amount_minor": 1, "currency": "EUR", "method": "card", "status": "captured", "reason": ""}
    with pytest.raises(NoSuchCheckout):
        market.callback("evt_x", "payment.captured", document | {"payment_id": opened["checkout_id"]})


def test_a_callback_with_another_secret_changes_nothing(tmp_path: Path) -> None:
    with Market(tmp_path, callback_secret="whsec_b3RoZXI=") as market:
        market.seller()
        opened = market.bought(market.listed())
        market.settle()
        market.provider.capture(opened["payment_id"])
        before = market.position
        with pytest.raises(BadSignature):
            market.told(opened["payment_id"])
        assert market.position == before


def test_without_a_secret_no_callback_is_believed(tmp_path: Path) -> None:
    with Market(tmp_path, callback_secret="") as market:
        market.seller()
        opened = market.bought(market.listed())
        market.settle()
        market.provider.capture(opened["payment_id"])
        with pytest.raises(BadSignature):
            market.told(opened["payment_id"])


def test_a_captured_payment_cannot_be_declined_afterwards(market: Market) -> None:
    opened = market.paid(market.listed())
    market.provider.decline(opened["payment_id"])
    with pytest.raises(PaymentAlreadyCaptured):
        market.told(opened["payment_id"], "evt_2")
    assert market.checkout(opened).status == "paid"


def test_a_captured_payment_cannot_change_its_amount(market: Market) -> None:
    opened = market.paid(market.listed())
    market.provider.capture(opened["payment_id"], amount_minor=11_999)
    with pytest.raises(AmountDiffers):
        market.told(opened["payment_id"], "evt_2")


def test_a_capture_in_another_currency_waits_for_a_person(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.capture(opened["payment_id"], currency="USD")
    with pytest.raises(CurrencyDiffers):
        market.told(opened["payment_id"])
    assert market.checkout(opened).status == "open"


def test_more_than_was_asked_for_pays_the_orders_and_the_rest_goes_back(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.capture(opened["payment_id"], amount_minor=12_500)
    market.told(opened["payment_id"])
    market.settle()
    checkout = market.checkout(opened)
    assert market.orders(opened)[0].status == "paid"
    assert [refund["amount_minor"] for refund in checkout.refunds.values()] == [500]
    assert (market.account("provider"), market.account("refunds_due")) == (12_500, -500)
    assert market.account("unallocated") == 0


def test_less_than_was_asked_for_sells_nothing_and_all_of_it_goes_back(market: Market) -> None:
    rod = market.listed()
    opened = market.bought(rod)
    market.settle()
    market.provider.capture(opened["payment_id"], amount_minor=11_999)
    market.told(opened["payment_id"])
    market.settle()
    (refund_id,) = market.checkout(opened).refunds
    market.provider.end_refund(refund_id)
    assert market.told_of_refund(refund_id) == 204
    assert market.orders(opened)[0].status == "cancelled"
    assert (market.listing(rod).available, market.listing(rod).sold) == (3, 0)
    assert market.books() == {}
    assert market.provider.balance_minor == 0


def test_a_cancelled_checkout_is_not_asked_to_be_paid(market: Market) -> None:
    opened = market.bought(market.listed())
    market.do("cancel_checkout", BORIS, checkout_id=opened["checkout_id"])
    market.pass_time(seconds=6)
    assert market.provider.requests == []
    assert market.checkout(opened).payment_status == "declined"


def test_an_address_is_sealed_and_in_no_message(market: Market) -> None:
    market.bought(market.listed(), delivery_address="1 Lake Road, Anna's neighbour")
    stored = b"".join(row.state for row in market.service.recorder.rows())
    assert b"Lake Road" not in stored
    assert "Lake Road" not in str(market.service.messages(0).messages)
    assert ANNA != BORIS
