"""The mall and the simulated payment provider, each speaking HTTP with the other: lost, doubled, late, declined."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from services.mall.payments.http_provider import HttpProvider
from simulators.payments.running import Running
from tests.support.payments import SECRET
from tests.support.served_mall import OPERATOR, SELLER, Served, serving

SPOILED_ANSWERS = ["lose_answer", "garbled_answer", "server_error_after", "drop_request", "server_error"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with (
        Running(SECRET) as simulated,
        closing(HttpProvider(simulated.url, timeout_seconds=1.0)) as provider,
        serving(folder, simulated.url, provider=provider, callback_secret=SECRET) as served,
    ):
        terms = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15}
        served.post(OPERATOR, "/terms", **terms, seller_threshold=None)
        served.post(SELLER, "/sellers", name="Rods and more")
        yield served
        assert served.money_is_where_the_provider_says()


@pytest.mark.parametrize("method", ["card", "card_double", "card_early", "card_instant"])
def test_a_payment_is_captured(served: Served, method: str) -> None:
    rod = served.listed()
    served.becomes(served.bought(rod, method), "paid")
    assert (served.listing(rod).sold, served.listing(rod).reserved) == (1, 0)


def test_a_declined_payment_frees_the_stock(served: Served) -> None:
    rod = served.listed()
    checkout = served.becomes(served.bought(rod, "card_declined"), "declined")
    assert checkout.payment_status == "declined"
    assert served.listing(rod).available == 5


@pytest.mark.parametrize("fault", SPOILED_ANSWERS)
def test_a_spoiled_answer_is_no_outcome_and_is_cleared_up(served: Served, fault: str) -> None:
    served.fault(fault)
    opened = served.bought(served.listed())
    served.until(opened, lambda checkout: checkout.payment_status != "awaited")
    served.pass_time(seconds=10)
    served.becomes(opened, "paid")


@pytest.mark.parametrize("fault", ["wrong_signature", "old_timestamp", "double_callback"])
def test_a_spoiled_callback_is_refused_and_the_next_one_counts(served: Served, fault: str) -> None:
    served.fault(fault)
    served.becomes(served.bought(served.listed()), "paid")


def test_a_provider_that_never_calls_back_is_asked(served: Served) -> None:
    opened = served.bought(served.listed(), "card_silent")
    payment_id = opened["payment_id"]
    while served.provider.get(f"/payments/{payment_id}").json().get("status") != "captured":
        pass
    served.pass_time(seconds=10)
    served.becomes(opened, "paid")


@pytest.mark.parametrize(("stock", "outcome"), [(1, "sold"), (0, "refunded")])
def test_a_payment_after_the_end_takes_what_is_there_or_goes_back(served: Served, stock: int, outcome: str) -> None:
    rod = served.listed(stock=1)
    opened = served.bought(rod, "card_slow:3")
    served.until(opened, lambda checkout: served.provider.get(f"/payments/{opened['payment_id']}").is_success)
    served.pass_time(minutes=16)
    served.becomes(opened, "expired")
    if not stock:
        served.becomes(served.bought(rod), "paid")
    checkout = served.becomes(opened, "paid_late")
    if outcome == "refunded":
        checkout = served.until(opened, lambda one: {"refunded"} == {r["status"] for r in one.refunds.values()})
    assert len(checkout.refunds) == 1 - stock
    assert served.listing(rod).sold == 1


@pytest.mark.parametrize(("method", "ends_as"), [("card", "refunded"), ("card_refund_fails", "failed")])
def test_a_refund_goes_back_or_stays_visible(served: Served, method: str, ends_as: str) -> None:
    opened = served.bought(served.listed(), method)
    served.becomes(opened, "paid")
    (order_id,) = opened["order_ids"]
    line_id = next(iter(served.order(order_id).lines))
    refund_id = served.post(SELLER, f"/orders/{order_id}/refunds", line_id=line_id, quantity=1)["refund_id"]
    served.until(opened, lambda checkout: checkout.refunds[refund_id]["status"] == ends_as)
