"""The audit: reads a store alone, once through, and says of each invariant whether it holds.

A broken store never stops it: whatever goes wrong while looking is itself what was looked for.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ..domain import Fact
from .at_rest import StoreAtRest, StoreUnreadable
from .chain import BrokenChain, Row
from .fingerprint import Fingerprint
from .forgotten_rules import ForgottenHaveNoKey, OpensKeys
from .ground_rules import ground_rules
from .invariants import Broken, Invariant
from .message_rules import HeadOf
from .reading_facts import FactsAreRead, FactsHaveAuthors, States
from .unit import DueRule

EVERY_FACTS = 500
_NAMED, _WORDS = re.compile(r"[a-z]+:([A-Za-z]+)"), re.compile(r"(?<=[a-z])(?=[A-Z])")
OnProgress = Callable[[str, int, int], None]
"""Told a service, how many of its facts were read, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A store to be audited: how it is opened and where that is, and what the service brings."""

    service: str
    where: str
    open: Callable[[], StoreAtRest]
    due: DueRule
    invariants: Callable[[StoreAtRest], Sequence[Invariant]]
    keys: OpensKeys = lambda: None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and with which fact where it can be said. ``about`` is what its stream is of: "order"."""

    service: str
    invariant: str
    what: str
    position: int | None = None
    stream: str | None = None
    about: str = "stream"


@dataclass(slots=True)
class Examined:
    """One invariant: how much was checked, and the first thing found. ``is_finished`` is False without all facts."""

    name: str
    sentence: str
    checked: int = 0
    finding: Finding | None = None
    is_finished: bool = True


@dataclass(slots=True)
class StoreReport:
    """One service; ``digest`` is None when its facts could not be read to the end."""

    service: str
    facts: int = 0
    examined: list[Examined] = field(default_factory=list)
    digest: str | None = None

    @property
    def findings(self) -> list[Finding]:
        """What is wrong; empty when every invariant holds."""
        return [one.finding for one in self.examined if one.finding is not None]


def audit_store(subject: Subject, head_of: HeadOf, now: datetime, on_progress: OnProgress) -> StoreReport:
    """Audit one store. ``now`` is the time of the platform's clock; nothing is raised for a broken store."""
    try:
        with subject.open() as store:
            return _Audit(subject, store, head_of, now, on_progress).run()
    except StoreUnreadable as failure:
        finding = Finding(subject.service, "file", f"{subject.where} cannot be read: {failure}")
        return StoreReport(subject.service, examined=[Examined("file", "The store is there.", 0, finding)])


class _Audit:
    def __init__(
        self, subject: Subject, store: StoreAtRest, head_of: HeadOf, now: datetime, on_progress: OnProgress
    ) -> None:
        self._service, self._store, self._on_progress = subject.service, store, on_progress
        on_bytes, on_facts = ground_rules(store, subject.due, head_of, now)
        states = States()
        self._reader = FactsAreRead(subject.service, states)
        forgotten = ForgottenHaveNoKey(store, subject.service, subject.keys)
        self._on_facts = [FactsHaveAuthors(), *on_facts, forgotten, *subject.invariants(store)]
        self._invariants = [*on_bytes, self._reader, *self._on_facts]
        self._rows = [one for one in on_bytes if one.sees_rows()]
        self._by_kind: dict[type, list[tuple[Invariant, Callable[..., object]]]] = {}
        self._fingerprint = Fingerprint(states)
        self._examined = {one: Examined(one.name, one.sentence) for one in self._invariants}

    def run(self) -> StoreReport:
        total = self._store.count()
        is_whole = self._read_all(total)
        for one in self._invariants:
            self._finish(one, is_whole)
        digest = self._fingerprint.digest() if is_whole else None
        return StoreReport(self._service, total, list(self._examined.values()), digest)

    def _read_all(self, total: int) -> bool:
        """Show every fact to every invariant; False when one could not be read, where it stops."""
        try:
            for done, row in enumerate(self._store.rows()):
                if done % EVERY_FACTS == 0:
                    self._on_progress(self._service, done, total)
                if not self._see(row):
                    return False
        except BrokenChain as broken:
            self._note(self._reader, Broken(str(broken), broken.position))
            return False
        self._on_progress(self._service, total, total)
        return True

    def _see(self, row: Row) -> bool:
        for one in self._rows:
            try:
                one.see_row(row)
            except Exception as failure:  # noqa: BLE001  bytes of a form that nobody expects
                self._found(one, failure, row)
        try:
            self._fingerprint.see(row)  # before an upcaster has a say
            fact = self._reader.read(row)
        except Exception as failure:  # noqa: BLE001  as above
            self._found(self._reader, failure, row)
            return False
        self._show(row, fact)
        return True

    def _show(self, row: Row, fact: Fact) -> None:
        """Show a fact to those that still look at facts of its class."""
        kind = type(fact)
        looking = self._by_kind.get(kind)
        if looking is None:
            ways = [(one, one.looks_at(kind)) for one in self._on_facts]
            looking = self._by_kind[kind] = [(one, way) for one, way in ways if way is not None]
        for one, look in looking:
            try:
                look(row.position, fact)
            except Exception as failure:  # noqa: BLE001  as above
                self._found(one, failure, row)

    def _found(self, one: Invariant, failure: Exception, row: Row | None) -> None:
        """What an invariant found first is kept, and it is asked no more: one mistake has many consequences."""
        self._note(one, failure if isinstance(failure, Broken) else Broken(f"it cannot be checked: {failure!r}"), row)
        self._rows = [each for each in self._rows if each is not one]
        self._on_facts = [each for each in self._on_facts if each is not one]
        self._by_kind.clear()

    def _note(self, one: Invariant, broken: Broken, row: Row | None = None) -> None:
        position = broken.position if broken.position is not None or row is None else row.position
        stream = broken.stream or (str(row.originator_id) if row else None)
        about = self._about(stream, row)
        self._examined[one].finding = Finding(self._service, one.name, str(broken), position, stream, about)

    def _about(self, stream: str | None, row: Row | None) -> str:
        """As the topics of its facts name it; "stream" for what the store does not know."""
        topics = [row.topic] if row is not None and str(row.originator_id) == stream else []
        with suppress(Exception):  # a broken store, or the subject of something else
            topics = topics or [fact.topic for fact in self._store.select_events(UUID(str(stream)))[:1]]
        named = _NAMED.match(topics[0]) if topics else None
        return _WORDS.sub(" ", named[1]).lower() if named else "stream"

    def _finish(self, one: Invariant, is_whole: bool) -> None:
        if not is_whole and one.needs_all_facts:
            self._examined[one].is_finished = False
        elif self._examined[one].finding is None:
            try:
                one.finish()
            except Exception as failure:  # noqa: BLE001  as above
                self._found(one, failure, None)
        self._examined[one].checked = one.checked
