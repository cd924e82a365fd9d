"""One source as one reader hears it through its queue: what follows is taken in, and what is missing is pulled.

The log of the source is the record, the queue brings it sooner. So whatever cannot be taken in now (it does not
follow, a message fails, the database is away) is let go and pulled later, from the position, until the gap is closed;
meanwhile what the queue brings is only noted. Nothing that cannot be had now keeps another source's messages waiting.

A reader pulls at the start, after every loss of the connection, and when it has heard nothing for a while: a queue
that was deleted, or a source that fell silent right after a gap, costs time and no message.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.contracts.envelope import Envelope

from ..store.clashes import NotParked
from ..store.recorder import ParkedRow
from .asking import Asking
from .failures import cause_of
from .outbox import Page
from .parking import UNREADABLE
from .taking_in import Failing, TakingIn
from .wire import Heard

SILENCE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 8.0
FIRST_PAUSE_SECONDS = 0.25
MOST_NOTED = 1_000
FARTHEST_JUMP = 10_000
"""So many positions at once are not believed to a queue: the log itself is asked."""
_ASK, _TAKE, _BEYOND = "ask", "take", "beyond"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Noted:
    """A delivery that was let go: its position must turn up in the log. ``name`` is the one to park it under, or under
    which it ``is_parked``, since it could not be read; ``said`` is its envelope, if that could."""

    name: str
    type: str
    is_parked: bool = False
    said: Envelope | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    after: int
    goal: int
    reason: int


class Stream:
    """``taking_in`` driven by what the queue brings, and by pages of the source. One thread at a time."""

    def __init__(
        self, taking_in: TakingIn, asking: Asking, now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.taking_in, self._asking, self._now, self._clock = taking_in, asking, now, clock
        self.source = taking_in.source
        self._troubles: dict[str, str] = {}
        self._pull_at: float | None = clock()
        self._asked: _Asked | None = None
        self._heard_at = clock()
        self._goal = self._reason = self._failures = 0
        self._noted: dict[int, Noted] = {}
        self._is_silent = False
        self.has_missed = False
        """Whether a silence hid messages: the queue may have lost its binding. Whoever binds again sets it back."""

    @property
    def position(self) -> int:
        """How far it has come."""
        return self.taking_in.position

    @property
    def trouble(self) -> str:
        """What keeps messages from being asked for or taken in, in words; empty when nothing does."""
        return " ".join(self._troubles.values())

    @property
    def is_asking(self) -> bool:
        """Whether an answer of the source is awaited."""
        return self._asked is not None

    def idle_seconds(self, most: float) -> float:
        """How long nothing will be to do unless the queue brings something."""
        return most if self._pull_at is None or self.is_asking else min(most, max(0.0, self._pull_at - self._clock()))

    def pull(self) -> None:
        """Something may be missing: ask the source from the position on."""
        self._reason += 1
        self._failures, self._pull_at = 0, self._clock()

    def hear(self, deliveries: Sequence[tuple[Heard, Noted]]) -> None:
        """Take in what follows, also while the source is asked; what does not is noted, and pulled.

        Nothing is raised.
        """
        self._heard_at = self._clock()
        follows, rest = self._split(deliveries)
        if follows:
            envelopes = [heard.envelope for heard in follows if heard.envelope is not None]
            self._take(Page(envelopes, follows[-1].position))
        for heard, noted in rest:
            self.note(heard.position, noted)

    def note(self, position: int, noted: Noted) -> None:
        """This position was spoken of: it is pulled if it was not taken in."""
        self._heard_at = self._clock()
        if position <= self.position:
            return
        self._goal = max(self._goal, position)
        if len(self._noted) < MOST_NOTED:
            self._noted.setdefault(position, noted)
        if self._pull_at is None:
            self._pull_at = self._clock()

    def turn(self) -> int:
        """Ask, or take in what was answered; return how far the position moved. Nothing is raised."""
        now = self._clock()
        if self._asked is not None:
            answer = self._asking.answer()
            if answer is None:
                return 0
            asked, self._asked = self._asked, None
            return self._answered(asked, answer)
        if self._pull_at is None and now - self._heard_at > SILENCE_SECONDS:
            self._pull_at, self._is_silent = now, True
        if self._pull_at is not None and self._pull_at <= now:
            self._asked = _Asked(self.position, self._goal, self._reason)
            self._asking.ask(self.position)
        return 0

    def close(self) -> None:
        """Ask no more."""
        self._asking.close()

    def _split(
        self, deliveries: Sequence[tuple[Heard, Noted]]
    ) -> tuple[list[Heard], Sequence[tuple[Heard, Noted]]]:  # fmt: skip
        """Those that follow one another from the position on, seen ones left out; and the rest, from the first gap.

        What jumps farther than any log grows unsaid is as good as a gap: one forged number shall not move a reader.
        """
        follows, position = list[Heard](), self.position
        for number, (heard, _) in enumerate(deliveries):
            if heard.previous > position or heard.position - position > FARTHEST_JUMP:
                return follows, deliveries[number:]
            if heard.position > position:
                follows.append(heard)
                position = heard.position
        return follows, []

    def _answered(self, asked: _Asked, answer: Page | Exception) -> int:
        if isinstance(answer, Exception):
            self._put_off(_ASK, answer)
            return 0
        self._troubles.pop(_ASK, None)
        self._look_beyond(asked, answer)
        moved_from, self._pull_at = self.position, self._clock()
        self.has_missed, self._is_silent = self.has_missed or (self._is_silent and bool(answer.messages)), False
        if answer.through > moved_from and not self._take(answer):
            return self.position - moved_from
        self._failures = 0
        try:
            self._compare(answer)
            if _is_end(answer, asked):
                self._finish(asked)
        except Exception as failure:  # noqa: BLE001  what could not be stored is tried again
            self._put_off(_TAKE, failure)
        return self.position - moved_from

    def _look_beyond(self, asked: _Asked, answer: Page) -> None:
        """Whoever is beyond the end of the log would take what comes next for seen."""
        if answer.head is None or asked.after <= answer.head:
            self._troubles.pop(_BEYOND, None)
            return
        self._troubles[_BEYOND] = (
            f"The log of {self.source} ends at {answer.head}, and this reader is at {asked.after}: "
            f"{self.source} was set back, or its place was forged; restore both from one backup."
        )

    def _take(self, page: Page) -> bool:
        """Take in a page; False when the rest of it is to be pulled again."""
        self._goal = max(self._goal, page.through)
        try:
            self.taking_in.take_in(page)
        except Failing as failing:
            self._pull_at = self._clock() + failing.pause_seconds
            return False
        except Exception as failure:  # noqa: BLE001  whatever it was, what was not taken in is still in the log
            self._put_off(_TAKE, failure)
            return False
        self._troubles.pop(_TAKE, None)
        return True

    def _compare(self, page: Page) -> None:
        """What is parked and turns out to be what the log says is no poison: the log's own is dealt with instead."""
        by_position = {one.position: one for one in page.messages}
        for position in [one for one in self._noted if one <= self.position]:
            noted = self._noted[position]
            if noted.is_parked and noted.said is not None and noted.said == by_position.get(position):
                self._let_go(noted.name)
            del self._noted[position]

    def _let_go(self, name: str) -> None:
        with suppress(NotParked):  # somebody has dropped it meanwhile
            self.taking_in.set_aside([], [name])

    def _finish(self, asked: _Asked) -> None:
        """The log was read to its end. What was spoken of before it was asked and is not in it is not of this log."""
        if self.position < asked.goal:
            self._park_strays(asked.goal)
        if self._goal <= max(self.position, asked.goal) and self._reason == asked.reason:
            self._pull_at, self._goal, self._heard_at = None, 0, self._clock()

    def _park_strays(self, upto: int) -> None:
        strays = {at: noted for at, noted in self._noted.items() if self.position < at <= upto}
        rows = [self._stray(at, noted) for at, noted in strays.items() if not noted.is_parked]
        if rows:
            self.taking_in.set_aside(rows)
        for position in strays:
            del self._noted[position]

    def _stray(self, position: int, noted: Noted) -> ParkedRow:
        cause = f"The log of {self.source} has no position {position}: it is forged, or of another history."
        log.warning("stray message parked", source=self.source, position=position)
        return ParkedRow(
            name=noted.name, source=self.source, position=position, subject="", type=noted.type, stage=UNREADABLE,
            cause=cause, parked_at=self._now(),
        )  # fmt: skip

    def _put_off(self, what: str, failure: Exception) -> None:
        pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        self._pull_at, self._troubles[what] = self._clock() + pause, cause_of(failure)
        log.warning("messages are pulled later", source=self.source, cause=self._troubles[what], pause_seconds=pause)


def _is_end(page: Page, asked: _Asked) -> bool:
    """Whether the log ended there when the page was made."""
    return page.through <= asked.after if page.head is None else page.through >= page.head
