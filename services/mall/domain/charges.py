"""What a line is charged: the rules that hold for it when it is ordered, as docs/commissions.md tells them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .agreement_terms import Agreed
from .attribution import Attributed
from .shares import COMMISSION, PLATFORM_FEE, limited
from .tariff import Tariff
from .tariff_rules import Bounds, Rule, Sold, frozen, stands_for

__all__ = ["Charged", "Tariffs", "charge", "fee_of_terms", "rule_for", "within"]

Tariffs = Mapping[str, Tariff]
"""By kind, those of which a rule was ever announced."""


@dataclass(frozen=True, slots=True)
class Charged:
    """The fee of a line, who earns which pool of it, and by which rules: ``tariff`` is what the line keeps."""

    platform_fee_bps: int
    attributed: Attributed
    tariff: dict[str, Any]


def charge(
    tariffs: Tariffs, sold: Sold, price_minor: int, platform_fee_bps: int, attributed: Attributed, at: datetime,
    agreed: Agreed | None = None,
) -> Charged:  # fmt: skip
    """What holds for a line of this price at a moment; ``platform_fee_bps`` of the terms where there is no rule.

    A pool is what the seller has ``agreed`` on with the community; else what the seller offers, within the bounds of
    the rule. Where nothing is offered, or nobody brought the buyer, there is none, and no rule makes one.
    """
    tariff: dict[str, Any] = {}
    offered_bps = attributed.pool_bps
    fee = rule_for(PLATFORM_FEE, _standing(tariffs, PLATFORM_FEE, at), sold, price_minor, platform_fee_bps)
    if fee is not None:
        platform_fee_bps, tariff[PLATFORM_FEE] = within(fee, platform_fee_bps), frozen(fee)
    if agreed is not None and agreed.pool_bps is not None:
        attributed = attributed.with_pool(agreed.pool_bps)
    elif offered_bps and (attributed.way.group_id or attributed.way.member_id):
        bounds = rule_for(COMMISSION, _standing(tariffs, COMMISSION, at), sold, price_minor, offered_bps)
        if bounds is not None:
            attributed = attributed.with_pool(within(bounds, offered_bps))
            tariff[COMMISSION] = frozen(bounds, offered_bps=offered_bps)
    return Charged(platform_fee_bps, attributed, tariff)


def within(rule: Mapping[str, Any] | Bounds, bps: int) -> int:
    """A part of the price, brought within what a rule says of it."""
    return int(min(max(bps, rule["least_bps"]), rule["most_bps"]))


def fee_of_terms(platform_fee_bps: int) -> Bounds:
    """The fee that holds where no rule does, as a rule would say it."""
    return Bounds(
        scope="all", subject=None, currency=None, least_bps=platform_fee_bps, most_bps=platform_fee_bps,
        least_minor=None, most_minor=None,
    )  # fmt: skip


def rule_for(kind: str, find: Callable[[str], Rule | None], sold: Sold, price_minor: int, bps: int) -> Rule | None:
    """The rule that holds for a line, out of those that ``find`` finds by the name of ``slot_of``."""

    def cost(rule: Bounds) -> int:
        limits = {kind: (rule["least_minor"], rule["most_minor"])}
        return limited(kind, price_minor, within(rule, bps), limits)

    return stands_for(sold, find, cost)


def _standing(tariffs: Tariffs, kind: str, at: datetime) -> Callable[[str], Rule | None]:
    tariff = tariffs.get(kind)
    return lambda slot: None if tariff is None else tariff.standing(slot, at)
