"""People who buy on a platform over HTTP for as long as they are let, a few at the same time."""

import threading
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from tests.support.everybody import LONG_AGO
from tests.support.platform_apart import PlatformApart

PRICE_MINOR = 1999
TERMS = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 60, "seller_threshold": None}


@dataclass(frozen=True, slots=True)
class Bought:
    """What somebody was told was ordered, and at which position of the mall's log."""

    buyer: UUID
    checkout_id: str
    position: int


class Trading:
    """Goods to buy, and buyers that order one after the other. Use it as a context: it ends with the block."""

    def __init__(self, platform: PlatformApart, buyers: int) -> None:
        self._platform = platform
        seller = platform.token(uuid4())
        do(platform, platform.token(uuid4(), "operator"), "/mall/terms", **TERMS)
        do(platform, seller, "/mall/sellers", name="Rods and more")
        goods = {"title": "Rod", "price_minor": PRICE_MINOR, "currency": "EUR", "stock": 100_000}
        self.listing_id = do(platform, seller, "/mall/listings", **goods)["listing_id"]
        self.orders: list[Bought] = []
        self.complaints: list[str] = []
        self._ending = threading.Event()
        self._buyers = [threading.Thread(target=self._buy, daemon=True) for _ in range(buyers)]

    def order(self, platform: PlatformApart, client: httpx.Client) -> Bought:
        """Somebody new is known, and orders one."""
        buyer = uuid4()
        known = {"person_id": str(buyer), "name": "Ana 安娜", "happened_at": LONG_AGO}
        _post(client, "/identity/records/people", platform.token(uuid4(), "operator"), known)
        wanted = {"lines": [{"listing_id": self.listing_id, "quantity": 1}], "payment_method": "card"}
        ordered = _post(client, "/mall/checkouts", platform.token(buyer), wanted)
        return Bought(buyer, ordered["checkout_id"], int(ordered["position"].rpartition(":")[2]))

    def _buy(self) -> None:
        with httpx.Client(base_url=self._platform.url, timeout=30, trust_env=False) as client:
            while not self._ending.is_set():
                try:
                    self.orders.append(self.order(self._platform, client))
                except (httpx.HTTPError, AssertionError) as failure:
                    self.complaints.append(repr(failure))
                    return

    def __enter__(self) -> Self:
        for buyer in self._buyers:
            buyer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for buyer in self._buyers:
            buyer.join()


def do(platform: PlatformApart, token: str | None, path: str, **fields: Any) -> dict[str, Any]:
    """A command that succeeds."""
    return _post(platform.client(), path, token, fields)


def _post(client: httpx.Client, path: str, token: str | None, fields: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.post(path, json=fields, headers=headers)
    assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
    done: dict[str, Any] = answer.json()
    return done
