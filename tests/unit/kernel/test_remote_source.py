"""A page of another service's messages is taken only when it can be one."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.kernel.flow.outbox import Page
from services.kernel.flow.remote_source import PageUnreadable, RemoteSource
from tests.support.letterbox import envelope

SAID = [envelope(2).to_dict(), envelope(4).to_dict()]
GOOD = {"source": "mall", "messages": SAID, "through": 5, "head": 9}


class Door:
    """Answers always the same, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    def call(self, service: str, method: str, fields: Mapping[str, Any], *, is_repeatable: bool) -> Any:
        """As the client of a door."""
        self.asked.append((service, method, fields, is_repeatable))
        return self.answer


def test_a_page_comes_as_the_source_tells_it() -> None:
    door = Door(GOOD)
    assert RemoteSource("mall", door).messages(1, 200) == Page([envelope(2), envelope(4)], 5, 9)
    assert door.asked == [("mall", "messages", {"after": 1, "limit": 200}, True)]


def test_a_part_of_a_service_is_asked_for_at_the_door_of_the_service() -> None:
    door = Door({"source": "mall/3", "messages": [], "through": 0})
    assert RemoteSource("mall/3", door).messages(0) == Page([], 0, 0)
    assert door.asked[0][0] == "mall"


def test_where_no_end_of_the_log_is_said_it_is_where_the_page_ends() -> None:
    assert RemoteSource("mall", Door(GOOD | {"head": None})).messages(1).head == 5


def test_a_log_that_was_set_back_is_told_as_it_is() -> None:
    """Its reader has to know: it is no fault of the page."""
    empty = {"source": "mall", "messages": [], "through": 7, "head": 5}
    assert RemoteSource("mall", Door(empty)).messages(7) == Page([], 7, 5)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "another log"),
        ([], "another log"),
        ({}, "source"),
        (GOOD | {"source": "groups"}, "another log"),
        (GOOD | {"through": "5"}, "how far"),
        (GOOD | {"through": True}, "how far"),
        (GOOD | {"through": 0, "messages": []}, "how far"),
        (GOOD | {"through": 3}, "beyond"),
        (GOOD | {"messages": SAID[::-1]}, "order"),
        (GOOD | {"messages": [SAID[0], SAID[0]]}, "order"),
        (GOOD | {"messages": [envelope(1).to_dict()]}, "order"),
        (GOOD | {"messages": [envelope(2, "groups").to_dict()]}, "another log"),
        (GOOD | {"messages": [{"type": "anna@example.org"}]}, "cannot be read"),
        (GOOD | {"messages": [SAID[0] | {"specversion": "2.0"}]}, "cannot be read"),
        (GOOD | {"messages": ["text"]}, "cannot be used"),
        (GOOD | {"messages": 7}, "cannot be used"),
        (GOOD | {"head": 4}, "beyond the end"),
        (GOOD | {"head": "9"}, "where the log ends"),
        (GOOD | {"head": True}, "where the log ends"),
        (GOOD | {"head": -1}, "where the log ends"),
        (GOOD | {"head": 2**53 + 1}, "where the log ends"),
        (GOOD | {"through": 2**53 + 1, "head": None}, "how far"),
    ],
)
def test_what_is_no_page_of_this_log_is_refused(answer: Any, why: str) -> None:
    with pytest.raises(PageUnreadable, match=why) as refused:
        RemoteSource("mall", Door(answer)).messages(1)
    assert "anna" not in refused.value.detail
