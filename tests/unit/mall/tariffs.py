"""What the tests of tariffs begin with: a line that is sold, a rule, a tariff in which it holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import acting, derived_id
from services.mall.domain.tariff import COMMISSION, PLATFORM_FEE, Tariff
from services.mall.domain.tariff_rules import Bounds, Sold
from tests.support.scenario import NOON, context

from .samples import GROUP, LISTING, SELLER

LONG_AGO = NOON - timedelta(days=30)
SOLD = Sold(LISTING, SELLER, GROUP, ["fishing", "outdoors"], "EUR")


def bounds(bps: int = 500, **changes: Any) -> Bounds:
    """A rule for all, of so much of the price."""
    told: dict[str, Any] = {"scope": "all", "subject": None, "currency": None, "least_bps": bps, "most_bps": bps}
    return Bounds(**({"least_minor": None, "most_minor": None} | told | changes))  # type: ignore[typeddict-item]


def rule_id(number: int, kind: str = PLATFORM_FEE) -> UUID:
    """The id of the rule that is announced as this one of its kind."""
    return derived_id("rule", kind, number)


def announce(
    tariff: Tariff, told: Bounds, now: datetime = NOON, begins_at: datetime | None = None,
    ends_at: datetime | None = None, notice_days: int = 7, default_bps: Sequence[int] = (500,),
) -> UUID:  # fmt: skip
    """Announces a rule under a default fee of 5 %, or these now and to come; its id."""
    made = rule_id(len(tariff.rules) + 1, tariff.kind)
    defaults = [] if tariff.kind == COMMISSION else [bounds(bps) for bps in default_bps]
    tariff.announce(made, told, begins_at, ends_at, now, notice_days, defaults)
    return made


def end(
    tariff: Tariff, number: int, now: datetime = NOON, ends_at: datetime | None = None,
    default_bps: Sequence[int] = (500,),
) -> None:  # fmt: skip
    """Ends the rule that was announced as this one, under such defaults."""
    defaults = [] if tariff.kind == COMMISSION else [bounds(bps) for bps in default_bps]
    tariff.end(rule_id(number, tariff.kind), ends_at, now, 7, defaults)


def a_tariff(*rules: Bounds, kind: str = PLATFORM_FEE) -> Tariff:
    """These rules, announced long ago, so that they hold."""
    with acting(context(at=LONG_AGO)):
        tariff = Tariff(kind)
        for told in rules:
            announce(tariff, told, LONG_AGO)
    return tariff


def a_commission(**changes: Any) -> Tariff:
    """One rule for commissions that holds."""
    return a_tariff(bounds(**changes), kind=COMMISSION)
