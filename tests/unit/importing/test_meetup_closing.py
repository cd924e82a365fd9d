"""The closing report of answers: it reconciles, or says what does not."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.importing.meetup import naming
from services.importing.meetup.closing import Accepted, Closing, close
from services.importing.meetup.plan import phases_of
from services.importing.meetup.reading_back import Platform, Seating
from services.importing.meetup.taking_in import judge
from services.importing.running import Tally
from tests.support.meetup_file import FIXTURE

JUDGED = judge(FIXTURE, datetime(2020, 1, 1, tzinfo=UTC))


def right() -> dict[str, dict[str, Any]]:
    """What a platform says that did everything right, worked out one answer after the other."""
    assembled = JUDGED.assembled
    members = Counter(group_id for group_id, _ in assembled.members)
    figures: dict[str, Seating] = dict.fromkeys(
        (str(naming.gathering(event_id)) for event_id in assembled.gatherings), Seating(0, 0, 0)
    )
    for (event_id, _), answers in assembled.turns.items():
        one = str(naming.gathering(event_id))
        seats, ended = 0, 0
        for number, answer in enumerate(answers):
            ended += (seats > 0 and answer.seats != seats) or (number == 0 and not answer.seats)
            seats = answer.seats
        before = figures[one]
        figures[one] = Seating(before.seats_taken + seats, before.with_seats + (seats > 0), before.ended + ended)
    return {
        "groups": {str(naming.group(one)): 1 + members[one] for one in assembled.groups},
        "venues": {str(naming.gathering(one)): row.venue_name or None for one, row in assembled.gatherings.items()},
        "figures": figures,
    }


def closed(change: Callable[[dict[str, dict[str, Any]]], object] = lambda _says: None, leave_out: str = "-") -> Closing:
    accepted, says = Accepted(), right()
    for phase in phases_of(JUDGED.assembled):
        for chain in phase.chains:
            for command in chain:
                if not command.key.startswith(leave_out):
                    accepted(command)
    change(says)
    return close(JUDGED.assembled, JUDGED.findings, accepted, Tally(), Platform(**says))


def test_a_platform_that_did_everything_right_reconciles() -> None:
    closing = closed()
    assert closing.unmet == []
    figures = {one.what: one.file for one in closing.figures}
    assert figures == {
        "rows": 160, "rows that repeat another": 68, "rows that contradict another": 0, "distinct answers": 92,
        "first answers": 57, "answers that change the one before": 16, "answers that say the same once more": 19,
        "people": 55, "groups": 50, "members, organisers included": 107, "gatherings": 51,
        "gatherings without a venue": 6, "rows that answer to no venue": 12, "people who come": 38,
        "people who do not come": 19, "registrations that ended": 29, "seats, guests included": 165,
    }  # fmt: skip


def test_what_others_have_on_the_platform_is_not_counted() -> None:
    def others(says: dict[str, dict[str, Any]]) -> None:
        says["groups"]["other"], says["venues"]["other"], says["figures"]["other"] = 7, None, Seating(9, 3, 1)

    assert closed(others).unmet == []


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("groups", lambda says: says["groups"].popitem()),
        ("members", lambda says: says["groups"].update({next(iter(says["groups"])): 1})),
        ("gatherings", lambda says: says["venues"].popitem()),
        ("rows that answer to no venue", lambda says: says["venues"].update(dict.fromkeys(says["venues"], "Gate"))),
        ("seats", lambda says: _moved(says["figures"], seats_taken=-1)),
        ("people who come", lambda says: _moved(says["figures"], with_seats=-1)),
        ("registrations that ended", lambda says: _moved(says["figures"], ended=1)),
    ],
)
def test_one_thing_that_differs_is_said(part: str, change: Callable[[dict[str, dict[str, Any]]], object]) -> None:
    assert any(part in sentence for sentence in closed(change).unmet)


@pytest.mark.parametrize(("kind", "part"), [("person", "people"), ("answer", "distinct answers")])
def test_what_was_not_taken_is_said(kind: str, part: str) -> None:
    assert any(part in sentence for sentence in closed(leave_out=f"meetup:{kind}:").unmet)


def test_two_errors_that_make_up_for_each_other_are_found() -> None:
    def swap(says: dict[str, dict[str, Any]]) -> None:
        one, other = list(says["figures"])[:2]
        for name, more in ((one, 1), (other, -1)):
            figures = says["figures"][name]
            says["figures"][name] = replace(figures, seats_taken=figures.seats_taken + more)

    assert len(closed(swap).unmet) == 2


def _moved(figures: dict[str, Seating], **more: int) -> None:
    one, before = next((one, figures) for one, figures in figures.items() if figures.seats_taken)
    figures[one] = replace(before, **{name: getattr(before, name) + by for name, by in more.items()})
