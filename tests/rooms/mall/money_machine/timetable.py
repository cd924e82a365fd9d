"""Which terms hold when, as a naive model keeps it: a list of beginnings."""

from datetime import datetime, timedelta
from typing import NamedTuple

from tests.support.scenario import NOON

from .goods import Bears


class Terms(NamedTuple):
    """What the machine ever changes of the terms."""

    fee_bps: int = 500
    split_bps: int = 5_000
    window_days: int = 7
    minutes: int = 15
    bears: Bears = Bears()
    notice_days: int = 7

    def costs_somebody(self, before: "Terms") -> bool:
        """Whether anybody may be worse off by them than before; nobody is by how long goods are kept."""
        is_dearer = self.fee_bps > before.fee_bps or any(map(_is_new, self.bears, before.bears))
        is_otherwise = (self.split_bps, self.window_days) != (before.split_bps, before.window_days)
        return is_dearer or is_otherwise or self.notice_days < before.notice_days


class Timetable:
    """The first held when the shop was opened. What has begun stays, what has not is struck out by the next."""

    def __init__(self) -> None:
        self._begin = [(NOON, Terms())]

    def at(self, now: datetime) -> Terms:
        """What holds."""
        return [terms for begins, terms in self._begin if begins <= now][-1]

    def ahead(self, now: datetime) -> list[Terms]:
        """What holds, and what is announced."""
        return [self.at(now), *(terms for begins, terms in self._begin if begins > now)]

    def announce(self, now: datetime, wanted: datetime | None, new: Terms) -> datetime | None:
        """When they begin; None where that is too soon."""
        last_begins, last = self._begin[-1]
        if new == last and (last_begins <= now or wanted in (None, last_begins)):
            return last_begins
        before = self.at(now)
        earliest = now + timedelta(days=before.notice_days if new.costs_somebody(before) else 0)
        if wanted and wanted < earliest:
            return None
        self._begin = [one for one in self._begin if one[0] <= now] + [(wanted or earliest, new)]
        return wanted or earliest


def _is_new(now: bool, before: bool) -> bool:
    return now and not before
