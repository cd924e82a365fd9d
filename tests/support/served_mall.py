"""A platform that serves over HTTP with a payment provider beside it: steps of a sale, and waiting for what follows."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import uvicorn

from services.embedded import Platform
from services.mall.domain.checkout import Checkout
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.serving import face
from services.settings import Settings

WAIT_SECONDS = 20.0
OPERATOR, SELLER, BUYER, OTHER_OPERATOR = uuid4(), uuid4(), uuid4(), uuid4()


class Served:
    """A platform that serves, its provider, and clients that are signed in."""

    def __init__(self, platform: Platform, url: str, provider_url: str) -> None:
        self.platform, self.mall, self.url = platform, platform.services["mall"], url
        self.stored = threading.Condition()
        self.mall.executor.commits.on_commit.append(self._wake)
        self._client = httpx.Client(base_url=url, timeout=10, trust_env=False)
        self.provider = httpx.Client(base_url=provider_url, timeout=10, trust_env=False)

    def post(self, actor_id: UUID, path: str, **body: Any) -> dict[str, Any]:
        roles = {"operator"} if actor_id in (OPERATOR, OTHER_OPERATOR) else set()
        token, _ = self.platform.issuer.issue(actor_id, roles, uuid4())
        answer = self._client.post(f"/mall{path}", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def get(self, actor_id: UUID, path: str) -> dict[str, Any]:
        """What is read; HTTPStatusError when it is refused."""
        token, _ = self.platform.issuer.issue(actor_id, set(), uuid4())
        answer = self._client.get(f"/mall{path}", headers={"Authorization": f"Bearer {token}"})
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def listed(self, stock: int = 5, currency: str = "EUR") -> str:
        goods = {"title": "Rod", "price_minor": 12_000, "currency": currency, "stock": stock}
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
        with self.stored:
            reached = self.stored.wait_for(lambda: probe(self.checkout(opened)), WAIT_SECONDS)
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
        with self.stored:
            self.stored.notify_all()


@contextmanager
def serving(data: Path, provider_url: str, **extras: Any) -> Iterator[Served]:
    """A platform over ``data`` whose mall is paid by the provider in ``extras``, which listens at ``provider_url``."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        told = {"callback_url": f"{url}/mall/payments/callback", **extras}
        with Platform(Settings(data=data, sandbox=True, rate=""), **told) as platform:
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
