"""Lines that break the one rule of attribution."""

from collections.abc import Iterator
from typing import Any

from services.kernel.domain import acting
from tests.support.scenario import ANNA, BORIS, context

from .samples import a_line, a_shared_line, an_order


def sold(line: dict[str, Any]) -> list[Any]:
    """Boris has ordered this of Anna."""
    with acting(context()):
        (fact,) = an_order().collect_events()
    fact.__dict__["lines"] = [line]
    return [fact]


def touched(*told: dict[str, Any]) -> list[Any]:
    """Touches like the one that has brought the buyer, but for what is told."""
    (touch,) = a_shared_line()["attribution"]["touches"]
    return sold(a_shared_line(touches=[touch | one for one in told]))


def way_breaches() -> Iterator[tuple[str, str, list[Any]]]:
    """Name of the invariant, a word of what it says, and facts that break it."""
    yield "attribution", "are not what", sold(a_line() | {"commission_bps": 999})
    yield "attribution", "split between", sold(a_shared_line(earned_bps={"buyer": 1}))
    yield "attribution", "0 touches have won", touched({"outcome": "link_ended"})
    yield "attribution", "2 touches have won", touched({}, {})
    yield "attribution", "later touch", touched({}, {"named": True, "outcome": "overtaken_by_a_later_one"})
    yield "attribution", "older than its window", touched({"window_days": 0})
    yield "attribution", "for the buyer", sold(a_shared_line() | {"member_id": str(BORIS)})
    yield "attribution", "or the seller", sold(a_shared_line() | {"member_id": str(ANNA)})
