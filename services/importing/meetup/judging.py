"""Looks at the assembled answers and finds what does not fit."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from operator import attrgetter

from ..findings import Finding
from .assembling import Assembled
from .fields import is_shown
from .odd import Cause
from .rows import NO, AnswerRow

MOST_TAGS, LONGEST_TAG = 20, 60
MOST_SEATS = 20
Say = Callable[[AnswerRow], object]
_OF_GATHERING: dict[str, Say] = {
    "group": lambda row: row.group_id, "name": lambda row: row.event_name, "time": lambda row: row.event_at,
    "venue": lambda row: (row.venue_id, row.venue_name), "place": lambda row: (row.venue_lat, row.venue_lon),
}  # fmt: skip
_OF_GROUP: dict[str, Say] = {
    "name": lambda row: row.group_name, "city": lambda row: row.city, "country": lambda row: row.country,
    "place": lambda row: (row.group_lat, row.group_lon), "topics": lambda row: row.topics,
}  # fmt: skip


def findings(assembled: Assembled) -> list[Finding]:
    """All that is odd about the set, in an order that depends on the file alone."""
    return [*_of_answers(assembled), *_of_gatherings(assembled), *_of_groups(assembled)]


def tags_of(row: AnswerRow) -> list[str]:
    """The topics of a group that can be tags: short, shown, and not too many."""
    return [topic for topic in row.topics if _is_tag(topic)][:MOST_TAGS]


def is_placed(row: AnswerRow) -> bool:
    """Whether it is known where the venue is: in the sea at 0, 0 are the ones that nobody has placed."""
    return None not in (row.venue_lat, row.venue_lon) and (row.venue_lat, row.venue_lon) != (0, 0)


def _is_tag(topic: str) -> bool:
    return len(topic) <= LONGEST_TAG and is_shown(topic)


def _of_answers(assembled: Assembled) -> Iterator[Finding]:
    for row in assembled.table.contrary:
        yield _finding(Cause.CONTRARY_ROW, row, f"{row.response} with {row.guests} guests at {row.responded_at}")
    for answers in assembled.turns.values():
        if len(ids := {row.rsvp_id: None for row in answers}) > 1:
            yield _finding(Cause.ANSWER_RENUMBERED, answers[0], ", ".join(ids))
    yield from _shared(assembled)
    for row in assembled.answers:
        yield from _of_answer(row)


def _shared(assembled: Assembled) -> Iterator[Finding]:
    about: dict[str, dict[tuple[str, str], AnswerRow]] = defaultdict(dict)
    for row in assembled.answers:
        about[row.rsvp_id].setdefault(row.about, row)
    for several in about.values():
        if len(several) > 1:
            first = next(iter(several.values()))
            yield _finding(Cause.ANSWER_SHARED, first, ", ".join(" ".join(one) for one in several))


def _of_answer(row: AnswerRow) -> Iterator[Finding]:
    if row.response == NO and row.guests:
        yield _finding(Cause.GUESTS_OF_NOBODY, row, f"{row.guests} guests")
    if row.seats > MOST_SEATS:
        yield _finding(Cause.PARTY_LARGE, row, f"{row.seats} seats")
    if row.event_at is not None and row.responded_at > row.event_at:
        yield _finding(Cause.ANSWERED_LATE, row, f"begun {row.event_at}, answered {row.responded_at}")


def _of_gatherings(assembled: Assembled) -> Iterator[Finding]:
    for event_id, row in assembled.gatherings.items():
        if row.event_at is None:
            yield Finding(Cause.GATHERING_UNDATED, "gathering", event_id, f"taken as {assembled.last_known[event_id]}")
        if row.venue_name and not is_placed(row):
            yield Finding(Cause.VENUE_UNPLACED, "gathering", event_id, row.venue_id)
    yield from _otherwise(
        Cause.GATHERING_OTHERWISE, "gathering", attrgetter("event_id"), assembled, _OF_GATHERING
    )  # fmt: skip


def _of_groups(assembled: Assembled) -> Iterator[Finding]:
    for group_id, row in assembled.groups.items():
        unusable = [topic for topic in row.topics if not _is_tag(topic)]
        if not row.topics:
            yield Finding(Cause.NO_TOPICS, "group", group_id)
        yield from (Finding(Cause.TOPIC_UNUSABLE, "group", group_id, topic) for topic in unusable)
        if (count := len(row.topics) - len(unusable)) > MOST_TAGS:
            yield Finding(Cause.TOPICS_TOO_MANY, "group", group_id, f"{count} topics")
    yield from _otherwise(Cause.GROUP_OTHERWISE, "group", attrgetter("group_id"), assembled, _OF_GROUP)


def _otherwise(
    cause: Cause, about: str, named: Callable[[AnswerRow], str], assembled: Assembled, says: dict[str, Say]
) -> Iterator[Finding]:
    """One finding a thing: of which parts its rows say different things."""
    first: dict[str, AnswerRow] = {}
    differ: dict[str, dict[str, None]] = defaultdict(dict)
    for row in assembled.answers:
        known = first.setdefault(named(row), row)
        differ[named(row)].update({part: None for part, say in says.items() if say(row) != say(known)})
    yield from (Finding(cause, about, one, ", ".join(parts)) for one, parts in differ.items() if parts)


def _finding(cause: Cause, row: AnswerRow, detail: str) -> Finding:
    return Finding(cause, "answer", row.rsvp_id, detail)
