"""What is odd about answers is found, and every one of them is accounted for."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.importing.findings import by_cause
from services.importing.meetup.judging import MOST_SEATS
from services.importing.meetup.odd import Cause
from services.importing.meetup.taking_in import Judged, judge
from tests.support.meetup_file import FIXTURE, written

NOW = datetime(2020, 1, 1, tzinfo=UTC)
LATER, LATEST = {"responded_at_ms": "1512900001000"}, {"responded_at_ms": "1512900002000"}
Judging = Callable[..., Judged]


@pytest.fixture
def judging(tmp_path: Path) -> Judging:
    return lambda *rows: judge(written(tmp_path, *rows), NOW)


ODD: list[tuple[Cause, list[dict[str, str]], str]] = [
    (Cause.CONTRARY_ROW, [{}, {"response": "no"}], "r1"),
    (Cause.ANSWER_RENUMBERED, [{}, {"rsvp_id": "r2", **LATER}], "r1"),
    (Cause.ANSWER_SHARED, [{}, {"member_id": "boris", **LATER}], "r1"),
    (Cause.GUESTS_OF_NOBODY, [{"response": "no", "guests": "2"}], "r1"),
    (Cause.PARTY_LARGE, [{"guests": str(MOST_SEATS)}], "r1"),
    (Cause.ANSWERED_LATE, [{"responded_at_ms": "1513000000001"}], "r1"),
    (Cause.GATHERING_UNDATED, [{"event_at_ms": "null"}], "walk"),
    (Cause.GATHERING_OTHERWISE, [{}, {"event_name": "Another walk", **LATER}], "walk"),
    (Cause.VENUE_UNPLACED, [{"venue_lat": "0.0", "venue_lon": "0.0"}], "walk"),
    (Cause.VENUE_UNPLACED, [{"venue_lon": ""}], "walk"),
    (Cause.GROUP_OTHERWISE, [{}, {"topics": "hiking", **LATER}], "walkers"),
    (Cause.NO_TOPICS, [{"topics": ""}], "walkers"),
    (Cause.TOPIC_UNUSABLE, [{"topics": "hiking|" + "x" * 61}], "walkers"),
    (Cause.TOPICS_TOO_MANY, [{"topics": "|".join(map(str, range(21)))}], "walkers"),
]


@pytest.mark.parametrize(("cause", "rows", "named"), ODD)
def test_each_kind_of_mess_is_found_alone(
    judging: Judging, cause: Cause, rows: list[dict[str, str]], named: str
) -> None:
    assert [(finding.cause, finding.id) for finding in judging(*rows).findings] == [(cause, named)]


def test_every_cause_is_tried_and_nothing_is_odd_about_a_plain_file(judging: Judging) -> None:
    assert {cause for cause, _, _ in ODD} == set(Cause)
    assert judging({}, {"response": "no", **LATER}).findings == []


def test_causes_are_listed_in_the_order_in_which_they_are_declared(judging: Judging) -> None:
    found = judging({"topics": "", "event_at_ms": ""}, {"response": "no", "guests": "1", "topics": "", **LATER})
    assert [one.cause for one in by_cause(found.findings)] == [
        Cause.GUESTS_OF_NOBODY, Cause.GATHERING_UNDATED, Cause.GATHERING_OTHERWISE, Cause.NO_TOPICS,
    ]  # fmt: skip


def test_an_answer_is_the_first_or_changes_the_one_before_or_repeats_it(judging: Judging) -> None:
    rows = [{"response": "no", **LATER}, {}, {}, LATEST, {"guests": "3", "responded_at_ms": "1512900003000"},
            {"guests": "3", "responded_at_ms": "1512900004000"}]  # fmt: skip
    assembled = judging(*rows).assembled
    assert [row.seats for row in assembled.answers] == [1, 0, 1, 4, 4]
    assert [(change.before.seats, change.after.seats) for change in assembled.changes()] == [(1, 0), (0, 1), (1, 4)]
    assert (assembled.table.count, len(assembled.table.twice)) == (6, 1)


def test_what_rows_say_of_a_group_is_taken_from_the_earliest_answer_not_from_the_first_line(judging: Judging) -> None:
    assembled = judging({"group_name": "New name", **LATER}, {"group_name": "Old name"}).assembled
    assert assembled.groups["walkers"].group_name == "Old name"


def test_real_answers_are_as_odd_as_they_were_counted() -> None:
    found = by_cause(judge(FIXTURE, NOW).findings)
    assert {one.cause: one.count for one in found} == {
        Cause.PARTY_LARGE: 4, Cause.ANSWERED_LATE: 1, Cause.GATHERING_UNDATED: 2, Cause.GATHERING_OTHERWISE: 2,
        Cause.VENUE_UNPLACED: 6, Cause.GROUP_OTHERWISE: 1,
    }  # fmt: skip
