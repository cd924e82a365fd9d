"""The closing report: what the file says, worked out from it alone, beside what the platform says."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..caller import Command
from ..findings import Finding
from ..running import Tally
from . import naming
from .assembling import Assembled
from .plan import key_of
from .reading_back import Platform
from .rows import YES


@dataclass(slots=True)
class Accepted:
    """What the platform took of the plan, now or in an earlier run: call it with every such command."""

    counts: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def __call__(self, command: Command) -> None:
        self.counts[command.key.split(":")[1]] += 1
        if command.operation == "record_registration":
            self.answers[command.key.removeprefix("meetup:")] += 1


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure: by the file, and on the platform, None where the platform has nothing to say of it."""

    what: str
    file: int
    platform: int | None


@dataclass(frozen=True, slots=True)
class Closing:
    """All figures of the report; ``unmet`` are the sentences for what does not reconcile."""

    figures: Sequence[Compared]
    findings: Sequence[Finding]
    tally: Tally
    unmet: Sequence[str]


def close(
    assembled: Assembled, findings: Sequence[Finding], accepted: Accepted, tally: Tally, platform: Platform
) -> Closing:
    """Put the file beside the platform."""
    figures = [*_answers(assembled, accepted), *_things(assembled, accepted, platform), *_seats(assembled, platform)]
    unmet = [
        *_refused(tally),
        *(f"{one.file:,} {one.what} in the file, {one.platform:,} on the platform" for one in figures
          if one.platform is not None and one.platform != one.file),
        *_astray(assembled, platform),
    ]  # fmt: skip
    return Closing(figures, findings, tally, unmet)


def _answers(assembled: Assembled, accepted: Accepted) -> Iterable[Compared]:
    """Every row is a distinct answer, or repeats one, or contradicts one; an answer is the first, a change, or none."""
    table, turns, taken = assembled.table, assembled.turns, accepted.answers
    changes = list(assembled.changes())
    again = len(assembled.answers) - len(turns) - len(changes)
    yield Compared("rows", table.count, None)
    yield Compared("rows that repeat another", len(table.twice), None)
    yield Compared("rows that contradict another", len(table.contrary), None)
    yield Compared("distinct answers", len(assembled.answers), len(taken))
    yield Compared("first answers", len(turns), sum(key_of(answers[0]) in taken for answers in turns.values()))
    yield Compared(
        "answers that change the one before", len(changes), sum(key_of(one.after) in taken for one in changes)
    )
    yield Compared("answers that say the same once more", again, None)


def _things(assembled: Assembled, accepted: Accepted, platform: Platform) -> Iterable[Compared]:
    groups = {str(naming.group(one)) for one in assembled.groups}
    gatherings = {str(naming.gathering(one)): row for one, row in assembled.gatherings.items()}
    without_venue = {one for one in gatherings if one in platform.venues and not platform.venues[one]}
    rows = [*assembled.table.rows, *assembled.table.twice, *assembled.table.contrary]
    answered = [assembled.gatherings[row.event_id] for row in rows]
    yield Compared("people", len(assembled.people), accepted.counts["person"])
    yield Compared("groups", len(groups), len(groups & platform.groups.keys()))
    members = len(assembled.groups) + len(assembled.members)
    yield Compared("members, organisers included", members, sum(platform.groups.get(one, 0) for one in groups))
    yield Compared("gatherings", len(gatherings), len(gatherings.keys() & platform.venues.keys()))
    yield Compared(
        "gatherings without a venue", sum(not row.venue_name for row in gatherings.values()), len(without_venue)
    )
    yield Compared(
        "rows that answer to no venue", sum(not row.venue_name for row in answered),
        sum(str(naming.gathering(row.event_id)) in without_venue for row in answered),
    )  # fmt: skip


def _seats(assembled: Assembled, platform: Platform) -> Iterable[Compared]:
    ours = [platform.figures.get(str(naming.gathering(one))) for one in assembled.gatherings]
    last = [answers[-1] for answers in assembled.turns.values()]
    coming = sum(row.response == YES for row in last)
    yield Compared("people who come", coming, sum(one.with_seats for one in ours if one))
    yield Compared("people who do not come", len(last) - coming, None)
    yield Compared("registrations that ended", _ended(assembled), sum(one.ended for one in ours if one))
    yield Compared(
        "seats, guests included", sum(row.seats for row in last), sum(one.seats_taken for one in ours if one)
    )


def _ended(assembled: Assembled) -> int:
    """A first no is a registration that ended at once; a yes ends when it is changed."""
    declined = sum(answers[0].response != YES for answers in assembled.turns.values())
    return declined + sum(change.before.response == YES for change in assembled.changes())


def _astray(assembled: Assembled, platform: Platform) -> Iterable[str]:
    """Equal sums may hide two errors: each gathering must have its own seats."""
    expected: Counter[str] = Counter()
    for answers in assembled.turns.values():
        expected[answers[-1].event_id] += answers[-1].seats
    for event_id in assembled.gatherings:
        found = platform.figures.get(str(naming.gathering(event_id)))
        if found is not None and found.seats_taken != expected[event_id]:
            yield f"gathering {event_id} has {found.seats_taken} seats taken, by the file {expected[event_id]}"


def _refused(tally: Tally) -> list[str]:
    codes = Counter(refused.said.code for refused in tally.refused)
    return [f"{count:,} commands were refused with {code}" for code, count in codes.items()]
