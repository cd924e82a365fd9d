"""Taking in another log, page by page: first into foreign views, then to the reactions.

Both drop what they have seen, so a crash between them does no harm. All reactions to a run of messages are decided
in one unit and stored with the position in one transaction: effect and position, or neither.

A message that fails is tried again a few times, then parked with its cause, in one transaction with the position;
the views skip it afterwards. Later messages of its subject are parked behind it. The stream goes on. A failure of
the surroundings (see failures) counts against no message: it is raised, and everything stays as it was.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from eventsourcing.persistence import Tracking

from services.contracts.envelope import Envelope
from services.contracts.message import Message

from ..store.clashes import PositionSeen
from ..store.executor import Executor
from ..store.recorder import KeptMessage, ParkedRow
from . import parking, words
from .failures import cause_of, is_passing
from .fates import Fate, Fates
from .foreign_views import ForeignViews
from .outbox import Page
from .parking import Told, told_in_log
from .progress import Progress
from .reacting import Reacting, Reaction
from .retrying import Retrying
from .views import Views

MOST_TRIES = 5
FIRST_PAUSE_SECONDS = 0.05
MOST_REMEMBERED = 500
log = structlog.get_logger()


class Failing(Exception):
    """A message could not be handled and is to be tried again after ``pause_seconds``; nothing is lost meanwhile."""

    def __init__(self, name: str, pause_seconds: float) -> None:
        super().__init__(name)
        self.name, self.pause_seconds = name, pause_seconds


class TakingIn:
    """What ``reader`` makes of the log of ``source``. One thread at a time.

    ``keeps_messages``: every message is kept as it came, in order, in one transaction with the position.
    """

    def __init__(
        self, reader: str, source: str, views: Views, executor: Executor, reactions: Mapping[type[Message], Reaction],
        progress: Progress, now: Callable[[], datetime], *, keeps_messages: bool = False,
    ) -> None:  # fmt: skip
        self.source, self._progress, self._now, self._keeps = source, progress, now, keeps_messages
        self.reacting = Reacting(reader, executor, reactions, now)
        self._views, self._recorder = ForeignViews(views, source), executor.store.recorder
        self._retrying, self._keys = Retrying(views, self.reacting), executor.store.mapper.keys
        self._families = parking.families(lambda kind: kind in reactions or self._views.hear_of(kind))
        self._fates = Fates(source, self._recorder)
        self._failing, self._tries = "", 0
        self._just_read: dict[int, Told] = {}
        self.refresh()

    @property
    def position(self) -> int:
        """How far both views and reactions have come."""
        return min([*self._views.positions, self._reacted])

    def refresh(self) -> None:
        """Look again how far they have come: another worker of this service may have worked meanwhile."""
        self._views.refresh()
        self._reacted = self._recorder.tracked(self.source)
        self._unchecked = set(self._fates.look())
        self._progress.advance(self.source, self.position)

    def take_in(self, page: Page) -> None:
        """Take in what follows the position, and move it to ``page.through``.

        Raises Failing, and what passes by itself as it came; what was taken in until then stays so.
        """
        self._fates.look()
        self._free_waiting()
        left = [self._told(one) for one in page.messages if one.position > self.position]
        while left:
            fate, run = self._fates.next_run(left, self._reacted)
            through = page.through if len(run) == len(left) else run[-1].position
            if self._is_done_with(fate, run, through):
                left = left[len(run) :]
        if page.through > self.position:
            self._take([], page.through)
        self._free_waiting()

    def read(self, envelope: Envelope) -> Told:
        """An envelope as far as it can be read; once, though it is looked at twice."""
        one = self._just_read.get(envelope.position)
        if one is None or one.envelope is not envelope:
            if len(self._just_read) >= MOST_REMEMBERED:
                self._just_read.clear()
            one = self._just_read[envelope.position] = parking.told(envelope)
        return one

    def _told(self, envelope: Envelope) -> Told:
        """What nobody here is about is passed over, whether it can be read or not."""
        is_ours = parking.family_of(envelope.type) in self._families
        return self.read(envelope) if is_ours else Told(envelope, parking.place_of(envelope))

    def set_aside(self, parked: Sequence[ParkedRow], released: Sequence[str] = ()) -> None:
        """Park what is no part of the stream, or let go of it; the position stays."""
        rows = parking.as_far_as_there_is_room(parked, self._recorder)
        if rows or released:
            self._store([], [], 0, parked=tuple(rows), released=tuple(released))

    def _is_done_with(self, fate: Fate, run: Sequence[Told], through: int) -> bool:
        """Deal with a run of messages; False when their fates are to be looked at again."""
        if fate is Fate.SKIP:
            return self._park(run, through, [])
        if fate is Fate.PARK:
            return self._park(run, through, [self._row(one) for one in run])
        try:
            self._take(run, through)
        except Exception as failure:
            if is_passing(failure):
                raise
            if len(run) > 1:
                self._fates.alone_through = run[-1].position
                return False
            return self._has_given_up(run[0], through, failure)
        return self.position >= through

    def _take(self, run: Sequence[Told], through: int) -> None:
        self._move_views(run, through)
        if through > self._reacted:
            fresh = [one for one in run if one.position > self._reacted]
            self._move(fresh, fresh, through)

    def _move_views(self, run: Sequence[Told], through: int) -> None:
        self._views.project(run, through, looks_back=bool(run) and run[0].position <= self._reacted)
        if self._views:
            self._progress.advance(self.source, through)

    def _move(self, reacts_to: Sequence[Told], run: Sequence[Told], through: int, **stored: Any) -> None:
        """Store effects and position; when another worker was here meanwhile, look how far it came."""
        try:
            self._store(reacts_to, run, through, **stored)
        except PositionSeen:
            self._reacted = self._recorder.tracked(self.source)
        else:
            self._reacted = through
        if not self._views:  # nothing to read from it: whoever waits for it waits for the reactions
            self._progress.advance(self.source, self._reacted)

    def _store(self, reacts_to: Sequence[Told], run: Sequence[Told], through: int, **stored: Any) -> None:
        place, after = self.reacting.place(self.source, through), None
        if through:
            stored |= {"tracking": (Tracking(self.source, through),), "kept": self._kept(run)}
            after = self._reacted
        self.reacting.carry_out(reacts_to, place, after, **stored)
        for one in run if self._keeps else ():
            log.info("kept", service=self.reacting.reader, **told_in_log(one))

    def _kept(self, run: Sequence[Told]) -> tuple[KeptMessage, ...]:
        if not self._keeps:
            return ()
        envelopes, keys = [one.envelope for one in run], self._keys
        words.prepare(envelopes, keys)
        return tuple(KeptMessage(one.source, one.position, one.type, words.sealed(one, keys)) for one in envelopes)

    def _has_given_up(self, one: Told, through: int, failure: Exception) -> bool:
        """Count a failure, and park the message after the last try. Raises Failing before that."""
        self._tries = self._tries + 1 if one.name == self._failing else 1
        self._failing, cause = one.name, cause_of(failure)
        log.warning("message failed", reader=self.reacting.reader, message=one.name, tries=self._tries, cause=cause)
        if self._tries < MOST_TRIES:
            raise Failing(one.name, FIRST_PAUSE_SECONDS * 2 ** (self._tries - 1)) from failure
        self._failing = ""
        return self._park([one], through, [self._as_parked(one, self._stage_of(one), cause)])

    def _stage_of(self, one: Told) -> str:
        if one.position <= self._reacted:
            return parking.LATE if self._recorder.parked_one(one.name) is None else parking.VIEWS
        return parking.REACTIONS if self._views.have(one.position) or not self._views else parking.VIEWS

    def _row(self, one: Told) -> ParkedRow:
        """The row of a message that is parked without being tried."""
        if one.unreadable:
            return self._as_parked(one, parking.UNREADABLE, one.unreadable)
        stage = parking.REACTIONS_BEHIND if self._views.have(one.position) else parking.BEHIND
        if one.position <= self._reacted:
            stage = parking.LATE_BEHIND
        head = self._fates.head_of(one.envelope.subject)
        cause = f"It waits for {head.name}." if head else "It waits for an earlier one of its subject."
        return self._as_parked(one, stage, cause)

    def _as_parked(self, one: Told, stage: str, cause: str) -> ParkedRow:
        return parking.parked(one, stage, cause, self._now(), self._keys)

    def _park(self, run: Sequence[Told], through: int, rows: Sequence[ParkedRow]) -> bool:
        """Park first, then let the views skip it: a crash between does no harm, since they look back."""
        self._views.note_done({row.name: row.position for row in rows if row.stage not in parking.SEEN_BY_VIEWS})
        fresh = [one for one in run if one.position > self._reacted]
        if through > self._reacted:
            self._move([], fresh, through, parked=tuple(rows))
            if self._reacted < through:
                return False
        elif rows:
            self.set_aside(rows, [row.name for row in rows if row.stage == parking.VIEWS])
        for row in rows:
            log.warning("message parked", reader=self.reacting.reader, message=row.name, stage=row.stage)
        self._fates.note(rows)
        self._unchecked |= {row.subject for row in rows if row.stage in parking.WAITING}
        self._move_views([], through)
        return True

    def _free_waiting(self) -> None:
        """Take in what waits for nobody: the one that it waited for was dealt with at the very moment it was parked."""
        for subject in list(self._unchecked):
            head = self._fates.head_of(subject)
            if head is not None and head.stage in parking.WAITING:
                if head.position > self.position:
                    continue
                self._retrying.free(head)
                self._fates.look()
            self._unchecked.discard(subject)
