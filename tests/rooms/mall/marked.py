"""Purchases of which is told what was paid with, and on which device they were made."""

from typing import Any
from uuid import UUID

from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.marks import Marks

from .attributing import by_way, linked
from .market import ANNA, BORIS, DORA, Market

CARD, PHONE = "card-of-both-1f0e", "phone-of-both-7c2d"


def buys(
    market: Market, rod: str, buyer_id: UUID = BORIS, *, paid_with: str | None = None, device: str | None = None,
    **way: Any,
) -> dict[str, Any]:  # fmt: skip
    """A rod that is captured."""
    told = {} if device is None else {"device": device}
    opened = market.bought(buyer_id=buyer_id, lines=[by_way(rod, **way)], **told)
    market.settle()
    market.provider.capture(opened["payment_id"], paid_with=paid_with)
    assert market.told(opened["payment_id"], f"evt_{opened['payment_id']}") == 204
    market.settle()
    return opened


def by_doras_link(market: Market, rod: str, **told: Any) -> dict[str, Any]:
    """Boris buys it by the link of Dora, who earns by it."""
    return buys(market, rod, link_id=linked(market, rod, DORA), **told)


def released(market: Market, *bought: dict[str, Any]) -> None:
    """Delivered, and not to be sent back any more."""
    for opened in bought:
        market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=8)


def rules(market: Market) -> list[list[str]]:
    """By which each hold was opened."""
    return [[one["rule"] for one in fact.evidence] for fact in market.facts if isinstance(fact, FraudHold.Opened)]


def noted(market: Market, person_id: UUID) -> list[tuple[str, str]]:
    """What was kept of a person, as it can be read now."""
    facts = [fact for fact in market.facts if isinstance(fact, Marks.Noted) and fact.person_id == person_id]
    return [(fact.kind, str(fact.mark)) for fact in facts]
