"""What those who use the platform write down, outside of it: sent, answered, refused, or nobody knows.

Every line is on disk before the next step is taken, so whatever is killed, the journal knows what was promised.
"""

import json
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from services.kernel.domain import derived_id

SENT, ANSWERED, REFUSED, UNKNOWN = "sent", "answered", "refused", "unknown"


@dataclass(slots=True)
class Asked:
    """One command under one key, with all that became of it. ``position`` is the one that was answered."""

    key: str
    service: str
    operation: str
    person: str
    position: int | None = None
    code: str = ""
    unknowns: int = 0

    @property
    def command_id(self) -> UUID:
        """As the service derives it, whoever asks again."""
        return derived_id(self.person, self.service, self.operation, self.key)

    @property
    def outcome(self) -> str:
        """The last word about it."""
        if self.position is not None:
            return ANSWERED
        return REFUSED if self.code else UNKNOWN


@dataclass
class Journal:
    """A file of one JSON object a line. ``waited`` is how long the longest command was without an answer."""

    path: Path
    waited_seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sent_at: dict[str, float] = field(default_factory=dict)

    def sent(self, key: str, service: str, operation: str, person: object) -> None:
        """Somebody is about to ask for this."""
        self._sent_at[key] = time.monotonic()
        self._write({"word": SENT, "key": key, "service": service, "operation": operation, "person": str(person)})

    def answered(self, key: str, position: str) -> None:
        """It was carried out, and stands at this position, such as "mall:42"."""
        self._write({"word": ANSWERED, "key": key, "position": int(position.rpartition(":")[2])})
        self._end(key)

    def refused(self, key: str, code: str) -> None:
        """It was refused, for a reason that has a code."""
        self._write({"word": REFUSED, "key": key, "code": code})
        self._end(key)

    def unknown(self, key: str, why: str) -> None:
        """There was no answer: it may have been carried out or not. It is asked again."""
        self._write({"word": UNKNOWN, "key": key, "why": why[:200]})

    def asked(self) -> list[Asked]:
        """All that was asked, in the order in which it was sent."""
        return read(self.path.read_text().splitlines(keepends=True))

    def _end(self, key: str) -> None:
        with self._lock:
            self.waited_seconds = max(self.waited_seconds, time.monotonic() - self._sent_at.pop(key))

    def _write(self, entry: dict[str, Any]) -> None:
        line = json.dumps(entry).encode() + b"\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(lines: Iterable[str]) -> list[Asked]:
    """What the lines of a journal say. One that was torn by a kill is left out; an answer, once given, stays."""
    known: dict[str, Asked] = {}
    for line in lines:
        if not line.endswith("\n"):
            continue
        entry = json.loads(line)
        key = entry["key"]
        match entry["word"]:
            case "sent":
                known[key] = Asked(key, entry["service"], entry["operation"], entry["person"])
            case "answered":
                known[key].position = known[key].position or entry["position"]
            case "refused":
                known[key].code = entry["code"]
            case _:
                known[key].unknowns += 1
    return list(known.values())
