"""Facts as they were stored when their class was new: what they were stored as, and what they must always read as.

A golden is ``facts/<service>/<Aggregate.Fact>.json``, of a later class version ``<Aggregate.Fact>.v2.json``:
the stored topic and state, the fields that it reads as, and the facts that were stored ``before`` it in its stream.
Personal fields lie sealed under ``FixedKeys``. A golden is never edited; its checksum stands in ``goldens.sha256``.
"""

import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.persistence import StoredEvent

from services.kernel.domain import FORGOTTEN, AggregateRoot, Fact
from services.kernel.store.keys import KeyStore
from services.kernel.store.sealing import SealingMapper

HERE = Path(__file__).parent
FACTS, CHECKSUMS = HERE / "facts", HERE / "goldens.sha256"
Golden = dict[str, Any]


class FixedKeys:
    """A key for every person that is the same for ever, so that what goldens hold sealed can be opened."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose

    def key(self, person: str) -> AESGCM:
        """The key of a person."""
        return AESGCM(hmac.digest(b"a key for goldens alone", f"{self.purpose}|{person}".encode(), "sha256"))

    def key_or_new(self, person: str, *, is_new: bool = False) -> AESGCM:
        """The key of a person."""
        return self.key(person)


def mapper(service: str) -> SealingMapper:
    """Facts of a service to bytes and back, with keys that never change."""
    return SealingMapper(cast(KeyStore, FixedKeys(service)))


def path_of(kind: type[Any]) -> Path:
    """Where the golden of a fact class lies, in its present version."""
    service, _, name = str(kind.TOPIC).partition(":")
    version = getattr(kind, "class_version", 1)
    return FACTS / service / (f"{name}.json" if version == 1 else f"{name}.v{version}.json")


def read(path: Path) -> Golden:
    """A golden as it is stored."""
    golden: Golden = json.loads(path.read_text())
    return golden


def stream_of(golden: Golden) -> list[StoredEvent]:
    """The stored facts that a golden holds: those before it, then itself."""
    stored = [*golden["before"], golden]
    originator_id = UUID(golden["originator_id"])
    return [
        StoredEvent(originator_id, version, one["topic"], _bytes(one["state"]))
        for version, one in enumerate(stored, golden["originator_version"] - len(golden["before"]))
    ]


def replayed(golden: Golden, keys: SealingMapper) -> tuple[list[Fact], AggregateRoot]:
    """The facts of a golden, and the aggregate that they make."""
    facts = [keys.to_domain_event(stored) for stored in stream_of(golden)]
    root: Any = None
    for fact in facts:
        root = fact.mutate(root)
    return facts, cast(AggregateRoot, root)


def fields_of(kind: type[Any]) -> set[str]:
    """The fields that a fact class declares itself."""
    own = [part for part in kind.__mro__ if str(getattr(part, "TOPIC", "")) and "TOPIC" in vars(part)]
    return {name for part in own for name in vars(part).get("__annotations__", {}) if name not in ("personal", "TOPIC")}


def described(value: Any) -> Any:
    """A value as JSON that tells ids and times from texts."""
    if isinstance(value, UUID):
        return f"id {value}"
    if isinstance(value, datetime):
        return f"time {value.isoformat()}"
    if isinstance(value, dict):
        return {name: described(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [described(inner) for inner in value]
    return "forgotten" if value is FORGOTTEN else value


def checksum(path: Path) -> str:
    """Its line in the list of checksums."""
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(HERE).as_posix()}"


def goldens() -> list[Path]:
    """Every golden there is."""
    return sorted(FACTS.glob("*/*.json"))


def _bytes(state: Any) -> bytes:
    return json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode()
