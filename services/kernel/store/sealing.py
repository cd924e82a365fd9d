"""Facts to bytes and back, with the personal fields sealed under their person's key.

AES-256-GCM, a random 96-bit nonce; purpose, person, stream, version and field are the associated
data, so that no ciphertext can be moved to another place. A missing key reads as FORGOTTEN.
"""

import base64
import json
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
    Transcoding,
    UUIDAsHex,
)
from eventsourcing.utils import get_topic, resolve_topic

from ..domain import FORGOTTEN, Fact
from .keys import NONCE_BYTES, KeyStore
from .quick_reading import QuickTranscoder


class Sealed:
    """A ciphertext and the person under whose key it lies."""

    __slots__ = ("blob", "person")

    def __init__(self, person: str, blob: bytes) -> None:
        self.person, self.blob = person, blob


class SealedAsText(Transcoding):
    """person.ciphertext, the latter in base 85."""

    type = Sealed
    name = "sealed"

    def encode(self, obj: Sealed) -> str:
        return f"{obj.person}.{base64.b85encode(obj.blob).decode()}"

    def decode(self, data: str) -> Sealed:
        person, _, blob = data.partition(".")
        return Sealed(person, base64.b85decode(blob))


class ForgottenAsText(Transcoding):
    """What was forgotten stays forgotten when it is written again."""

    type = type(FORGOTTEN)
    name = "forgotten"

    def encode(self, obj: object) -> str:  # noqa: ARG002
        return ""

    def decode(self, data: str) -> Any:  # noqa: ARG002
        return FORGOTTEN


def transcoder(made: JSONTranscoder | None = None) -> JSONTranscoder:
    """JSON with ids, times, sealed and forgotten values; nothing else may stand in a fact."""
    made = made or QuickTranscoder()
    for transcoding in (UUIDAsHex(), DatetimeAsISO(), SealedAsText(), ForgottenAsText()):
        made.register(transcoding)
    return made


class SealingMapper(Mapper[UUID]):
    """The library's mapper, with personal fields sealed on the way in and opened on the way out.

    Without ``keys`` (an audit of the store alone) every personal field reads as FORGOTTEN. ``reads_by`` is how bytes
    become values, unless as ``transcoder`` does it.
    """

    def __init__(self, keys: KeyStore | None, reads_by: JSONTranscoder | None = None) -> None:
        super().__init__(reads_by or transcoder())
        self.keys = keys

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Bytes of a fact, its personal fields sealed."""
        kind = type(domain_event)
        state = dict(vars(domain_event))
        originator_id, version = state.pop("originator_id"), state.pop("originator_version")
        for name, person_field in getattr(kind, "personal", {}).items():
            if state.get(name) is not None and state[name] is not FORGOTTEN:
                person = str(getattr(domain_event, person_field))
                state[name] = self._seal(person, originator_id, version, name, state[name])
        class_version = getattr(kind, "class_version", 1)
        if class_version > 1:
            state["class_version"] = class_version
        return StoredEvent(originator_id, version, get_topic(kind), self.transcoder.encode(state))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The fact of stored bytes: personal fields opened, then brought up to today's class version."""
        return self.to_domain_events([stored_event])[0]

    def to_domain_events(self, stored_events: Sequence[StoredEvent]) -> list[Any]:
        """The same for several: the keys of all whom they are about are looked up at once."""
        states = [self._read(one) for one in stored_events]
        if self.keys is not None:
            people = {value.person for state in states for value in state.values() if isinstance(value, Sealed)}
            if len(people) > 1:
                self.keys.fetch(people)
        return [
            self.fact_of(resolve_topic(one.topic), one.originator_id, one.originator_version, state)
            for one, state in zip(stored_events, states, strict=True)
        ]

    def fact_of(self, kind: type[Fact], originator_id: UUID | str, version: int, state: dict[str, Any]) -> Any:
        """The fact of a class, from what the transcoder has read, which is its own from now on."""
        if kind.personal:
            for name, value in state.items():
                if isinstance(value, Sealed):
                    state[name] = self._open(value, originator_id, version, name)
        state["originator_id"], state["originator_version"] = originator_id, version
        _bring_up_to_date(kind, state)
        fact = object.__new__(kind)
        fact.__dict__.update(state)
        return fact

    def _read(self, stored_event: StoredEvent) -> dict[str, Any]:
        try:
            state: dict[str, Any] = self.transcoder.decode(stored_event.state)
        except Exception as cause:
            where = f"{stored_event.originator_id} version {stored_event.originator_version}"
            raise MapperDeserialisationError(f"{stored_event.topic} of {where} cannot be read: {cause}") from cause
        return state

    def store_new_keys(self) -> None:
        """Put on disk what keys were made for sealing, before what is sealed is stored. Raises KeyTaken."""
        if self.keys is not None:
            self.keys.store_new()

    def _seal(self, person: str, originator_id: UUID, version: int, name: str, value: object) -> Any:
        assert self.keys is not None, "a store without keys is for reading alone"
        is_new = version == 1 and person == str(originator_id)  # her own first fact
        key, nonce = self.keys.key_or_new(person, is_new=is_new), os.urandom(NONCE_BYTES)
        if key is None:
            return FORGOTTEN
        bound = self._bound_to(person, originator_id, version, name)
        return Sealed(person, nonce + key.encrypt(nonce, json.dumps(value).encode(), bound))

    def _open(self, value: Sealed, originator_id: UUID | str, version: int, name: str) -> Any:
        key = self.keys.key(value.person) if self.keys else None
        if key is None:
            return FORGOTTEN
        bound = self._bound_to(value.person, originator_id, version, name)
        return json.loads(key.decrypt(value.blob[:NONCE_BYTES], value.blob[NONCE_BYTES:], bound))

    def _bound_to(self, person: str, originator_id: UUID | str, version: int, name: str) -> bytes:
        purpose = self.keys.purpose if self.keys else ""
        return f"{purpose}|{person}|{originator_id}|{version}|{name}".encode()


def _bring_up_to_date(kind: type[Fact], state: dict[str, Any]) -> None:
    stored = state.pop("class_version", 1)
    for version in range(stored, getattr(kind, "class_version", 1)):
        getattr(kind, f"upcast_v{version}_v{version + 1}")(state)
