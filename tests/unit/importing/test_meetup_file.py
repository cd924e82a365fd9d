"""Reading answers: what is taken as it stands, and what is refused with file and line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.events.schemas.records import MOST_GUESTS, RecordGathering
from services.groups.schemas.words import NAME_LIMIT, TAG_LIMIT, TAGS_LIMIT
from services.importing import refusals
from services.importing.meetup import fields, judging
from services.importing.meetup.files import read_answers
from services.kernel.refusals import Refusal
from tests.support.meetup_file import ROW, written

NOW = datetime(2020, 1, 1, tzinfo=UTC)


def test_a_row_is_taken_as_it_stands(tmp_path: Path) -> None:
    (row,) = read_answers(written(tmp_path, {"event_name": " A walk ", "topics": "hiking||outdoors|hiking"}), NOW).rows
    assert (row.event_name, row.topics, row.seats) == ("A walk", ("hiking", "outdoors"), 1)
    assert row.responded_at == datetime(2017, 12, 10, 10, 0, tzinfo=UTC)
    assert (row.venue_lat, row.venue_lon) == (18.6, 73.9)


@pytest.mark.parametrize("nothing", ["", "null"])
def test_a_time_and_a_place_may_be_unknown(tmp_path: Path, nothing: str) -> None:
    (row,) = read_answers(written(tmp_path, {"event_at_ms": nothing, "venue_lat": nothing}), NOW).rows
    assert (row.event_at, row.venue_lat) == (None, None)


@pytest.mark.parametrize(
    ("column", "value", "refusal"),
    [
        ("rsvp_id", " ", refusals.BlankField),
        ("member_id", "m" * 65, refusals.TooLong),
        ("responded_at_ms", "2017-12-10", refusals.BadMilliseconds),
        ("responded_at_ms", "", refusals.BadMilliseconds),
        ("responded_at_ms", "-1512900000000", refusals.BadMilliseconds),
        ("responded_at_ms", "٣", refusals.BadMilliseconds),
        ("responded_at_ms", "1577836800001", refusals.InFuture),
        ("response", "Yes", refusals.BadAnswer),
        ("response", "waitlist", refusals.BadAnswer),
        ("guests", "-1", refusals.BadGuests),
        ("guests", "1001", refusals.BadGuests),
        ("guests", "1.5", refusals.BadGuests),
        ("event_at_ms", "soon", refusals.BadMilliseconds),
        ("event_at_ms", "1" + "0" * 15, refusals.BadMilliseconds),
        ("event_name", "", refusals.BlankField),
        ("event_name", "x" * 201, refusals.TooLong),
        ("event_name", "A\x00walk", refusals.ControlsDisplay),
        ("group_name", "x" * 101, refusals.TooLong),
        ("group_name", "Walkers\u202e", refusals.ControlsDisplay),
        ("venue_name", "x" * 201, refusals.TooLong),
        ("group_lat", "91", refusals.BadDegrees),
        ("group_lon", "181", refusals.BadDegrees),
        ("venue_lat", "nan", refusals.BadDegrees),
        ("venue_lon", "1e2", refusals.BadDegrees),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    tmp_path: Path, column: str, value: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        read_answers(written(tmp_path, {}, {column: value}), NOW)
    assert refused.value.detail.startswith("answers.csv line 3 has ")
    assert column in refused.value.detail


def test_a_file_without_a_column_an_answer_or_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(refusals.NoAnswers):
        read_answers(written(tmp_path), NOW)
    (tmp_path / "answers.csv").write_text(",".join(list(ROW)[1:]))
    with pytest.raises(refusals.NoSuchColumn):
        read_answers(tmp_path / "answers.csv", NOW)
    with pytest.raises(refusals.UnreadableFile):
        read_answers(tmp_path / "others.csv", NOW)


def test_no_name_that_passes_is_longer_than_what_groups_and_events_keep() -> None:
    form = RecordGathering().fields
    venue = form["venue"].schema.fields  # type: ignore[attr-defined]
    assert form["title"].validators[0].max == fields.LONGEST_TITLE  # type: ignore[attr-defined]
    assert venue["venue_name"].validators[0].max == fields.LONGEST_VENUE
    assert (fields.LONGEST_GROUP, fields.MOST_GUESTS) == (NAME_LIMIT, MOST_GUESTS)
    assert (judging.LONGEST_TAG, judging.MOST_TAGS) == (TAG_LIMIT, TAGS_LIMIT)
