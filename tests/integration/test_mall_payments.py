"""The mall and the simulated payment provider, each speaking HTTP with the other: lost, doubled, late, declined."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn

from services.embedded import Platform
from services.mall.domain.checkout import Checkout
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.payments.http_provider import HttpProvider
from services.serving import face
from services.settings import Settings
from simulators.payments.running import Running
from tests.support.payments import SECRET

WAIT_SECONDS = 20.0
SPOILED_ANSWERS = ["lose_answer", "garbled_answer", "server_error_after", "drop_request", "server_error"]
OPERATOR, SELLER, BUYER = uuid4(), uuid4(), uuid4()


class Served:
    """A platform that serves, its provider, and clients that are signed in."""

    def __init__(self, platform: Platform, url: str, provider_url: str) -> None:
        self.platform, self.mall = platform, platform.services["mall"]
        self._stored = threading.Condition()
        self.mall.executor.commits.on_commit.append(self._wake)
        self._client = httpx.Client(base_url=url, timeout=10, trust_env=False)
        self.provider = httpx.Client(base_url=provider_url, timeout=10, trust_env=False)

    def post(self, actor_id: UUID, path: str, **body: Any) -> dict[str, Any]:
        roles = {"operator"} if actor_id == OPERATOR else set()
        token, _ = self.platform.issuer.issue(actor_id, roles, uuid4())
        answer = self._client.post(f"/mall{path}", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def listed(self, stock: int = 5) -> str:
        goods = {"title": "Rod", "price_minor": 12_000, "currency": "EUR", "stock": stock}
        return str(self.post(SELLER, "/listings", **goods)["listing_id"])

    def bought(self, listing_id: str, method: str = "card") -> dict[str, Any]:
        line = {"listing_id": listing_id, "quantity": 1}
        return self.post(BUYER, "/checkouts", lines=[line], payment_method=method)

    def fault(self, *faults: str) -> None:
        assert self.provider.post("/script", json={"faults": faults}).is_success

    def checkout(self, opened: dict[str, Any]) -> Checkout:
        found = self.mall.store.load(Checkout, UUID(opened["checkout_id"]))
        assert found is not None
        return found

    def listing(self, listing_id: str) -> Listing:
        found = self.mall.store.load(Listing, UUID(listing_id))
        assert found is not None
        return found

    def order(self, order_id: str) -> Order:
        found = self.mall.store.load(Order, UUID(order_id))
        assert found is not None
        return found

    def until(self, opened: dict[str, Any], probe: Callable[[Checkout], bool]) -> Checkout:
        """Looks again whenever something was stored; says what it last saw when the time is over."""
        with self._stored:
            reached = self._stored.wait_for(lambda: probe(self.checkout(opened)), WAIT_SECONDS)
        seen = self.checkout(opened)
        assert reached, f"last seen: {seen.status}, payment {seen.payment_status}, refunds {seen.refunds}"
        return seen

    def becomes(self, opened: dict[str, Any], status: str) -> Checkout:
        return self.until(opened, lambda checkout: checkout.status == status)

    def pass_time(self, **by: float) -> None:
        self.platform.clock.advance(timedelta(**by))

    def money_is_where_the_provider_says(self) -> bool:
        movements = self.provider.get("/statement").json()["movements"]
        booked = [
            entry["amount_minor"]
            for recorded in self.mall.store.facts(0, 100_000)
            for entry in getattr(recorded.fact, "entries", [])
            if entry["account"] == "provider"
        ]
        return sum(booked) == sum(movement["amount_minor"] for movement in movements)

    def close(self) -> None:
        self._client.close()
        self.provider.close()

    def _wake(self) -> None:
        with self._stored:
            self._stored.notify_all()


@contextmanager
def serving(data: Path, provider_url: str) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        provider = HttpProvider(provider_url, timeout_seconds=1.0)
        extras = {"provider": provider, "callback_secret": SECRET, "callback_url": f"{url}/mall/payments/callback"}
        with Platform(Settings(data=data, sandbox=True, rate=""), **extras) as platform:
            platform.start()
            server = uvicorn.Server(uvicorn.Config(face(platform), log_config=None, lifespan="off"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            served = Served(platform, url, provider_url)
            try:
                yield served
            finally:
                served.close()
                server.should_exit = True
                thread.join()
                provider.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Running(SECRET) as simulated, serving(tmp_path_factory.mktemp("served"), simulated.url) as served:
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
