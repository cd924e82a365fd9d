"""What the terms of business say, what holds where they say nothing, and which change of them needs no notice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, cast

from services.contracts.thresholds import MalformedThreshold, parse

from .refusals import BearingNotUsable, TermsOutOfBounds, ThresholdNotUsable

__all__ = [
    "BEARINGS", "BEARINGS_BEFORE", "BEFORE_ANY", "BOUNDS", "DEFAULT_TERMS", "NOTICE_DAYS", "WAYS_BEFORE",
    "TermsValues", "TermsVersion", "bearing", "check_all", "frozen", "holds_at_once", "told",
]  # fmt: skip


class TermsValues(TypedDict):
    """Terms as an order freezes them; ``version`` 0 are the defaults, before any were set.

    ``link_window_days`` and ``shelf_window_days`` are how long a touch counts, ``member_share_bps`` what a member
    gets of a pool that is split with a community. ``platform_fee_on_refund`` and ``dispute_fee_borne_by`` are among
    ``BEARINGS``.
    """

    version: int
    platform_fee_bps: int
    return_window_days: int
    reservation_minutes: int
    seller_threshold: dict[str, Any] | None
    link_window_days: int
    shelf_window_days: int
    member_share_bps: int
    platform_fee_on_refund: str
    dispute_fee_borne_by: str


class TermsVersion(TermsValues):
    """One version, as it is kept for ever; its notice is no term of an order.

    ``announced_at`` is None where nothing was announced: the defaults, and what was set before there was notice.
    ``begins_at`` is None for the defaults alone. One that was ``withdrawn_at`` a time never held.
    """

    notice_days: int
    announced_at: datetime | None
    begins_at: datetime | None
    withdrawn_at: datetime | None


WAYS_BEFORE = {"link_window_days": 30, "shelf_window_days": 7, "member_share_bps": 5_000}
"""What holds of the attribution where terms say nothing, as those of before there was one."""
NOTICE_DAYS = 7
"""How long before it holds a change of terms, fees or commissions is announced, where the terms say nothing. It is no
term of an order: nothing of it is frozen there."""
BEARINGS_BEFORE = {"platform_fee_on_refund": "returned", "dispute_fee_borne_by": "platform"}
"""Who bears which fee where terms say nothing, as those of orders that were placed before they could."""
DEFAULT_TERMS: TermsValues = {
    "version": 0,
    "platform_fee_bps": 500,
    "return_window_days": 7,
    "reservation_minutes": 15,
    "seller_threshold": {"claim": "real_name", "level": 1},
    "link_window_days": WAYS_BEFORE["link_window_days"],
    "shelf_window_days": WAYS_BEFORE["shelf_window_days"],
    "member_share_bps": WAYS_BEFORE["member_share_bps"],
    "platform_fee_on_refund": BEARINGS_BEFORE["platform_fee_on_refund"],
    "dispute_fee_borne_by": BEARINGS_BEFORE["dispute_fee_borne_by"],
}
"""What holds until an operator sets terms."""
BEFORE_ANY: TermsVersion = {
    **DEFAULT_TERMS, "notice_days": NOTICE_DAYS, "announced_at": None, "begins_at": None, "withdrawn_at": None,
}  # fmt: skip
"""The same, as a version."""
BOUNDS = {
    "platform_fee_bps": (0, 3_000),
    # Seven days are the least that consumer law allows (Consumer Protection Law of the PRC, Art. 25).
    "return_window_days": (7, 365),
    "reservation_minutes": (1, 1_440),
    # Nobody is bound to a way for longer than a season; 0 counts what is named with the order alone.
    "link_window_days": (0, 90),
    "shelf_window_days": (0, 90),
    "member_share_bps": (0, 10_000),
    # Seven days are the least that the law allows (E-Commerce Law of the PRC, Art. 34).
    "notice_days": (7, 90),
}
BEARINGS = {"platform_fee_on_refund": ("returned", "kept"), "dispute_fee_borne_by": ("platform", "seller")}
"""What the platform's fee does when a line is refunded: it goes back with the rest, or stays at the cost of the seller.
And who pays what the provider takes for a dispute that is lost. The first of each is to nobody's cost but ours."""
OWN_AFFAIRS = ("reservation_minutes", "seller_threshold")
"""What costs nobody, and may have to be otherwise at once: for goods that are hoarded, sellers who deceive, a law."""


def bearing(terms: Mapping[str, Any], name: str) -> str:
    """Who bears it under the terms of an order."""
    return str(terms.get(name, BEARINGS_BEFORE[name]))


def told(version: TermsVersion) -> dict[str, Any]:
    """What a version says, as an operator says it."""
    return {name: value for name, value in version.items() if name in _SAID}


def frozen(version: TermsVersion) -> TermsValues:
    """What an order keeps of a version."""
    kept = {name: value for name, value in version.items() if name in TermsValues.__annotations__}
    return cast(TermsValues, kept)


def holds_at_once(after: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a change is to the cost of nobody who trades here: a lower fee, a bearing of ours, a longer notice.

    Whatever else there is, one side gains and another loses: also by a longer return window the seller, who waits.
    """
    eased = {name: after[name] == known[0] for name, known in BEARINGS.items()}
    eased["platform_fee_bps"] = after["platform_fee_bps"] < before["platform_fee_bps"]
    eased["notice_days"] = after["notice_days"] > before["notice_days"]
    changed = [name for name in _SAID if after[name] != before[name]]
    return all(name in OWN_AFFAIRS or eased.get(name, False) for name in changed)


def check_all(values: Mapping[str, Any]) -> None:
    """Raises ``TermsOutOfBounds``, ``BearingNotUsable``, ``ThresholdNotUsable``."""
    for field, (least, most) in BOUNDS.items():
        if not least <= values[field] <= most:
            raise TermsOutOfBounds(field=field, value=values[field], least=least, most=most)
    for field, known in BEARINGS.items():
        if values[field] not in known:
            raise BearingNotUsable(field=field, known=" or ".join(known))
    try:
        parse(values["seller_threshold"])
    except MalformedThreshold as malformed:
        raise ThresholdNotUsable(path=malformed.path, problem=malformed.problem) from malformed


_SAID = (*(name for name in TermsValues.__annotations__ if name != "version"), "notice_days")
