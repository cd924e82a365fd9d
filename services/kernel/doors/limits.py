"""How often somebody may ask: counted in memory for each person, or address when nobody is signed in."""

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ..refusals import TooMany


class Rates:
    """Counts requests. ``general`` holds for everything; an operation may have a stricter rate of its own.

    Rates are written as "600/minute". An empty text switches counting off.
    """

    def __init__(self, general: str) -> None:
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._general = parse(general) if general else None
        self._parsed: dict[str, RateLimitItem] = {}

    def count(self, who: str) -> None:
        """Count one request. Raises TooMany with the seconds until the next one is welcome."""
        if self._general is not None:
            self._hit(self._general, who, "all")

    def count_of(self, operation: str, rate: str, who: str) -> None:
        """Count one request for an operation with a rate of its own. Raises TooMany."""
        if self._general is not None:
            self._hit(self._parsed.setdefault(rate, parse(rate)), who, operation)

    def _hit(self, rate: RateLimitItem, who: str, scope: str) -> None:
        if not self._counter.hit(rate, who, scope):
            window = self._counter.get_window_stats(rate, who, scope)
            raise TooMany(retry_after_seconds=max(1, math.ceil(window.reset_time - time.time())))
