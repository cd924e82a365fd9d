"""What is recorded of the terms of business; use them as ``Terms.Opened`` and so on."""

from datetime import datetime
from typing import Any

from services.kernel.domain import Begun, Fact

from .terms_values import BEARINGS_BEFORE, NOTICE_DAYS, WAYS_BEFORE


class Opened(Begun):
    """The first terms. The fee is in basis points of the price; the threshold is an expression or None.

    They hold from ``begins_at`` on. ``announced_at`` is None where terms held as soon as they were recorded.
    """

    TOPIC = "mall:Terms.Opened"
    class_version = 4
    platform_fee_bps: int
    return_window_days: int
    reservation_minutes: int
    seller_threshold: dict[str, Any] | None
    link_window_days: int
    shelf_window_days: int
    member_share_bps: int
    notice_days: int
    platform_fee_on_refund: str
    dispute_fee_borne_by: str
    announced_at: datetime | None
    begins_at: datetime

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Nothing was remembered of the way yet."""
        state.update(WAYS_BEFORE)

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        """Nothing was said of notice, or of who bears which fee."""
        state.update(BEARINGS_BEFORE, notice_days=NOTICE_DAYS)

    @staticmethod
    def upcast_v3_v4(state: dict[str, Any]) -> None:
        """Terms held as soon as they were recorded."""
        state.update(announced_at=None, begins_at=state["timestamp"])


class Changed(Fact):
    """All values anew, also those that stayed. What had been announced and had not begun by then never holds."""

    TOPIC = "mall:Terms.Changed"
    class_version = 4
    platform_fee_bps: int
    return_window_days: int
    reservation_minutes: int
    seller_threshold: dict[str, Any] | None
    link_window_days: int
    shelf_window_days: int
    member_share_bps: int
    notice_days: int
    platform_fee_on_refund: str
    dispute_fee_borne_by: str
    announced_at: datetime | None
    begins_at: datetime

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Nothing was remembered of the way yet."""
        state.update(WAYS_BEFORE)

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        """Nothing was said of notice, or of who bears which fee."""
        state.update(BEARINGS_BEFORE, notice_days=NOTICE_DAYS)

    @staticmethod
    def upcast_v3_v4(state: dict[str, Any]) -> None:
        """Terms held as soon as they were recorded."""
        state.update(announced_at=None, begins_at=state["timestamp"])
