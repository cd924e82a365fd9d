"""How long before it holds what others pay by is announced."""

from datetime import datetime, timedelta

from .refusals import NoticeTooShort

__all__ = ["AT_ONCE", "not_before"]

AT_ONCE = 0


def not_before(now: datetime, notice_days: int, wanted_at: datetime | None) -> datetime:
    """When a change begins: when it is wanted, or as early as can be. Raises ``NoticeTooShort``."""
    earliest = now + timedelta(days=notice_days)
    if wanted_at is not None and wanted_at < earliest:
        raise NoticeTooShort(earliest=earliest.isoformat(), notice_days=notice_days)
    return wanted_at or earliest
