"""How operations about fees and commissions say no."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.kernel.refusals import Malformed, Refusal
from services.mall.domain import refusals

from .market import OPERATOR

NOBODY = UUID(int=0xBAD)
SOON = "2026-03-03T12:00:00Z"
Case = tuple[str, UUID, Callable[[Any], dict[str, Any]], type[Refusal]]


def fee(expected: type[Refusal], **told: Any) -> Case:
    return "announce_fee", OPERATOR, lambda t: {"bps": 700} | told, expected


def commission(expected: type[Refusal], **told: Any) -> Case:
    return "announce_commission", OPERATOR, lambda t: told, expected


TARIFFS: list[Case] = [
    fee(refusals.NoticeTooShort, begins_at=SOON),
    fee(refusals.RuleEndsFirst, ends_at=SOON),
    fee(refusals.TariffOutOfBounds, bps=3_001),
    fee(refusals.LimitsWithoutCurrency, least_minor=1),
    fee(refusals.LimitsCrossed, currency="EUR", least_minor=2, most_minor=1),
    fee(refusals.NoSuchListing, listing_id=NOBODY),
    fee(refusals.NoSuchSeller, seller_id=NOBODY),
    fee(refusals.NoSuchShelf, group_id=NOBODY),
    ("announce_fee", OPERATOR, lambda t: {"bps": 1, "listing_id": t.rod, "tag": "fishing"}, Malformed),
    fee(Malformed, bps="700"),
    fee(Malformed, currency="eur"),
    fee(Malformed, currency="EUR", least_minor=-1),
    fee(Malformed, begins_at="2026-03-03T12:00:00"),
    commission(refusals.TariffOutOfBounds, most_bps=5_001),
    commission(refusals.LimitsCrossed, least_bps=2, most_bps=1),
    commission(refusals.NoticeTooShort, most_bps=1, begins_at=SOON),
    ("end_rule", OPERATOR, lambda t: {"rule_id": NOBODY}, refusals.NoSuchRule),
]
