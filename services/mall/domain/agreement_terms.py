"""What a seller and a community agree on: which version holds at a moment, and whether it holds for a line.

As docs/commissions.md tells it. Everything here is a function of stored terms and a moment.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from . import refusals
from .form import check_commission, check_currency, check_price

__all__ = [
    "APPLIES", "COMMUNITY", "NOTICE_BOUNDS", "PROMISED", "SELLER", "WHY_NOT", "Agreed", "Bought", "Promise", "Terms",
    "Version",
    "agreed", "check_country", "check_span", "check_terms", "end_by_notice", "ended_at", "holds_at", "not_replaced",
    "still_ahead",
]  # fmt: skip

SELLER, COMMUNITY = "seller", "community"
APPLIES, PROMISED = "applies", "promised_to_another"
ENDED, OTHER_GOODS, OTHER_CURRENCY, BELOW_FLOOR = "ended", "other_goods", "other_currency", "below_floor"
COUNTRY_UNKNOWN, OUTSIDE_TERRITORY = "country_unknown", "outside_territory"
WHY_NOT = {
    ENDED: "it had ended",
    OTHER_GOODS: "it is about other goods",
    COUNTRY_UNKNOWN: "it is for {territory}, and nobody said to which country this goes",
    OUTSIDE_TERRITORY: "it is for {territory}, and this goes elsewhere",
    OTHER_CURRENCY: "its floor is in {currency}",
    BELOW_FLOOR: "its floor is {floor_minor} for a piece, which costs less",
}
"""By outcome, in words that go on "because"."""
NOTICE_BOUNDS = (0, 365)
_COUNTRY = re.compile(r"[A-Z]{2}")


class Terms(TypedDict):
    """What is offered. ``pool_bps`` takes the place of the pool of listing and tariff, ``floor_minor`` is the lowest
    price of a piece in ``currency``, ``exclusive`` promises the named listings to no other community."""

    listing_ids: list[str]
    pool_bps: int
    territory: list[str]
    floor_minor: int | None
    currency: str | None
    exclusive: bool
    notice_days: int
    starts_at: datetime | None
    ends_at: datetime | None


class Version(TypedDict):
    """Terms that were accepted, and when they hold: until the next version begins at the latest."""

    offer_id: str
    number: int
    listing_ids: list[str]
    pool_bps: int
    territory: list[str]
    floor_minor: int | None
    currency: str | None
    exclusive: bool
    notice_days: int
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bought:
    """What an agreement has to know of a line: ``country`` is where it is delivered to, None when nobody said so."""

    listing_id: UUID
    unit_price_minor: int
    currency: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Promise:
    """That goods are one community's alone at a moment, when that was announced, and until when the pools of other
    communities that show them go on. Of promises of before there was a notice both are None."""

    group_id: UUID
    announced_at: datetime | None = None
    pools_end_at: datetime | None = None

    def ends_pools_at(self, version: "Version | None") -> datetime | None:
        """From when on another community has no pool: after the notice of the mall, or the longer one of what it had
        agreed on before, where that is still good for these goods; None for at once."""
        if self.announced_at is None or self.pools_end_at is None:
            return None
        if version is None or version["starts_at"] > self.announced_at:
            return self.pools_end_at
        return max(self.pools_end_at, end_by_notice(version, self.announced_at))


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an agreement makes of a line: ``pool_bps`` None leaves it to the listing and its rules, ``told`` is what the
    line keeps."""

    pool_bps: int | None
    told: dict[str, Any]


def check_terms(terms: Terms) -> None:
    """Raises ``CommissionOutOfBounds``, ``PriceNotPositive``, ``CurrencyNotUsable``, ``LimitsWithoutCurrency``,
    ``TermsOutOfBounds``, ``CountryNotUsable``, ``ExclusivityTooWide``, ``AgreementEndsFirst``."""
    check_commission(terms["pool_bps"])
    least, most = NOTICE_BOUNDS
    if not least <= terms["notice_days"] <= most:
        raise refusals.TermsOutOfBounds(field="notice_days", value=terms["notice_days"], least=least, most=most)
    if terms["currency"] is not None:
        check_currency(terms["currency"])
    if terms["floor_minor"] is not None:
        check_price(terms["floor_minor"])
        if terms["currency"] is None:
            raise refusals.LimitsWithoutCurrency()
    for country in terms["territory"]:
        check_country(country)
    if terms["exclusive"] and (not terms["listing_ids"] or terms["territory"]):
        raise refusals.ExclusivityTooWide()
    if terms["starts_at"] is not None:
        check_span(terms["starts_at"], terms["ends_at"])


def check_country(country: str) -> None:
    """Raises ``CountryNotUsable`` for anything but two capital letters."""
    if not _COUNTRY.fullmatch(country):
        raise refusals.CountryNotUsable()


def check_span(starts_at: datetime, ends_at: datetime | None) -> None:
    """Raises ``AgreementEndsFirst``."""
    if ends_at is not None and ends_at <= starts_at:
        raise refusals.AgreementEndsFirst(starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat())


def holds_at(versions: Sequence[Version], at: datetime) -> Version | None:
    """Of versions in the order in which they begin the latest that has begun, also when it has ended."""
    return next((one for one in reversed(versions) if one["starts_at"] <= at), None)


def not_replaced(versions: Sequence[Version], at: datetime) -> list[Version]:
    """The one that holds at a moment, or was the last to hold, and those that begin later."""
    latest = holds_at(versions, at)
    return [one for one in versions if latest is None or one["starts_at"] >= latest["starts_at"]]


def still_ahead(versions: Sequence[Version], at: datetime) -> list[Version]:
    """Those that hold at a moment or later."""
    return [one for one in versions if one["ends_at"] is None or one["ends_at"] > at]


def ended_at(versions: Sequence[Version], ends_at: datetime) -> list[Version]:
    """The same versions, none of which holds from then on; those that would have begun later are gone."""
    kept = [one for one in versions if one["starts_at"] < ends_at]
    for one in kept:
        if one["ends_at"] is None or one["ends_at"] > ends_at:
            one["ends_at"] = ends_at
    return kept


def end_by_notice(version: Version, now: datetime) -> datetime:
    """When it is over if one side ends it now."""
    return now + timedelta(days=version["notice_days"])


def agreed(
    agreement_id: UUID, version: Version | None, bought: Bought, promise: Promise | None, group_id: UUID, at: datetime
) -> Agreed | None:  # fmt: skip
    """What holds for a line that came through the shelf of a group; None where nothing was ever agreed.

    ``promise`` says whose alone the goods are at this moment: through any other shelf there is no pool, once the notice
    is over.
    """
    outcome = version and (_why_not(version, bought, at) or APPLIES)
    others = promise if promise is not None and promise.group_id != group_id else None
    if others is not None and _is_over_for_others(others, version if outcome == APPLIES else None, at):
        return Agreed(0, _told(PROMISED))
    if version is None or outcome is None:
        return None
    return Agreed(
        version["pool_bps"] if outcome == APPLIES else None, _told(outcome, agreement_id, version)
    )  # fmt: skip


def _is_over_for_others(promise: Promise, version: Version | None, at: datetime) -> bool:
    """The guard of the notice that whoever shows promised goods has; tests switch it off to see that they need it."""
    ends_at = promise.ends_pools_at(version)
    return ends_at is None or at >= ends_at


def _why_not(version: Version, bought: Bought, at: datetime) -> str | None:
    """The guard of what was agreed; tests switch it off to see that they need it."""
    if version["ends_at"] is not None and at >= version["ends_at"]:
        return ENDED
    if version["listing_ids"] and str(bought.listing_id) not in version["listing_ids"]:
        return OTHER_GOODS
    if version["territory"] and bought.country not in version["territory"]:
        return COUNTRY_UNKNOWN if bought.country is None else OUTSIDE_TERRITORY
    if version["floor_minor"] is None:
        return None
    if bought.currency != version["currency"]:
        return OTHER_CURRENCY
    return BELOW_FLOOR if bought.unit_price_minor < version["floor_minor"] else None


def _told(outcome: str, agreement_id: UUID | None = None, version: Version | None = None) -> dict[str, Any]:
    """As a line keeps it, for ever; whom else something is promised to is not told."""
    names = ("offer_id", "number", "pool_bps", "territory", "floor_minor", "currency", "exclusive")
    kept = {name: version and version[name] for name in names}  # type: ignore[literal-required]
    return {"outcome": outcome, "agreement_id": agreement_id and str(agreement_id), **kept}
