"""One data key per person and purpose, wrapped by a master key, kept outside the event store.

Destroying a key is how a person is forgotten: what was sealed under it reads as FORGOTTEN for ever,
and nothing else changes. The keys have their own backups, or none: a restored event store alone is unreadable.
"""

import hmac
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..refusals import Conflicting

NONCE_BYTES = 12
NOBODY, PROOF = "", b"agora"
CACHE_SECONDS = 10.0
CACHE_KEYS = 10_000


class WrongMasterKey(Conflicting):
    """The keys of this directory were wrapped by another master key."""

    sentence = "This is not the master key of {file}; restore the one that was used, or nothing personal can be read."


class KeysMissing(Conflicting):
    """There are facts, and the store of the keys that they are sealed under is new."""

    sentence = "{file} is missing beside facts that need it; restore it from its backup before anything is added."


class KeyTaken(Exception):
    """Another process made a key for the same person at the same moment: what was sealed under ours is void."""


class KeyRows(Protocol):
    """Wrapped keys by person and purpose; empty bytes stand for a key that was destroyed. One thread reads at a time,
    and one writes."""

    where: str
    """Where they lie, to be said to an operator."""

    def get(self, person: str, purpose: str) -> bytes | None:
        """The wrapped key; empty when it was destroyed, None when there never was one."""

    def add(self, person: str, purpose: str, wrapped: bytes) -> bool:
        """Store a key, on disk when this returns; False when there is a row already, which stays."""

    def get_all(self, people: Collection[str], purpose: str) -> dict[str, bytes]:
        """The wrapped keys of those of these people who have a row."""

    def add_all(self, wrapped: Mapping[str, bytes], purpose: str) -> set[str]:
        """Store keys by their persons, in one transaction, on disk when this returns; whose were stored. A row that is
        there stays."""

    def bury(self, person: str, purpose: str) -> None:
        """Put empty bytes in the place of a key, for ever."""

    def bury_all(self, people: Collection[str], purpose: str) -> None:
        """The same for several people, all of them or none."""

    def buried(self, purpose: str) -> set[str]:
        """Whose keys were destroyed."""

    def all(self) -> Iterator[tuple[str, str, bytes]]:
        """Person, purpose and wrapped key of every row."""

    def close(self) -> None:
        """Let go of the store."""


class KeyStore:
    """The data keys of one service.

    ``master`` is 32 bytes; ``purpose`` binds a key to one service, so that it opens nothing elsewhere.
    Keys are remembered for seconds only, so that another process forgets soon after this one. New ones are stored
    with ``store_new``, all at once, before anything is stored that is sealed under them.
    """

    def __init__(self, rows: KeyRows, master: bytes, purpose: str) -> None:
        self.purpose = purpose
        self._rows, self._master = rows, AESGCM(master)
        self._blinding_key = hmac.digest(master, f"blinded|{purpose}".encode(), "sha256")
        self._cache: OrderedDict[str, tuple[float, AESGCM]] = OrderedDict()
        self._unstored: dict[str, tuple[bytes, AESGCM]] = {}
        self._without: dict[str, float] = {}
        """Who had no row when somebody looked, and until when that is believed."""
        self._known: set[str] = set()
        """Who had one all the same."""
        self._lock, self._writing = threading.Lock(), threading.Lock()

    def prove(self, has_facts: bool) -> None:
        """That this is the master key the store began with. Raises WrongMasterKey, KeysMissing."""
        kept = self._rows.get(NOBODY, self.purpose)
        if kept is None and has_facts:
            raise KeysMissing(file=self._rows.where)
        if kept is None:
            nonce = os.urandom(NONCE_BYTES)
            fresh = nonce + self._master.encrypt(nonce, PROOF, self._bound_to(NOBODY))
            self._rows.add(NOBODY, self.purpose, fresh)
            kept = self._rows.get(NOBODY, self.purpose) or fresh  # of two that begin at once, one was first
        try:
            self._master.decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], self._bound_to(NOBODY))
        except InvalidTag:
            raise WrongMasterKey(file=self._rows.where) from None

    def key(self, person: str) -> AESGCM | None:
        """The person's key, or None when there is none (any more)."""
        with self._lock:
            return self._remembered(person) or self._unwrap(person)

    def key_or_new(self, person: str, *, is_new: bool = False) -> AESGCM | None:
        """The person's key, perhaps a new one; see ``store_new``. None for who was forgotten. Of who ``is_new`` there
        is none yet, so none is looked for: whoever is mistaken is told so by ``store_new``, and then it is."""
        with self._lock:
            if found := self._remembered(person):
                return found
            if person not in self._known and (is_new or self._has_none(person)):
                return self._make(person)
            wrapped = self._rows.get(person, self.purpose)
            if wrapped is None:
                return self._make(person)
            return self._remember(person, self._opened(person, wrapped)) if wrapped else None

    def store_new(self) -> None:
        """Put on disk what keys were made. Raises KeyTaken where another process was faster."""
        with self._writing:
            with self._lock:
                made = dict(self._unstored)
            if not made:
                return
            wrapped = {person: one for person, (one, _) in made.items()}
            refused = wrapped.keys() - self._rows.add_all(wrapped, self.purpose)
            with self._lock:
                there = self._rows.get_all(refused, self.purpose) if refused else {}
                taken = {person for person in refused if there.get(person) != wrapped[person]}
                for person, (_, key) in made.items():
                    if self._unstored.pop(person, None) and person not in taken:
                        self._keep(person, key)
                self._known |= taken
        if taken:
            raise KeyTaken()

    def prepare(self, people: Collection[str]) -> None:
        """Keys for several people at once, so that ``key_or_new`` finds each at hand."""
        with self._lock:
            unknown = {person for person in people if self._remembered(person) is None}
            if not unknown:
                return
            found = self._rows.get_all(unknown, self.purpose)
            for person in unknown - found.keys():
                self._make(person)
            for person, wrapped in found.items():
                if wrapped:
                    self._remember(person, self._opened(person, wrapped))

    def fetch(self, people: Collection[str]) -> None:
        """The keys that several people have, so that each is at hand, as is who has none; none is made."""
        with self._lock:
            unknown = {one for one in people if self._remembered(one) is None and not self._has_none(one)}
            if not unknown:
                return
            found = self._rows.get_all(unknown, self.purpose)
            for person, wrapped in found.items():
                if wrapped:
                    self._remember(person, self._opened(person, wrapped))
            self._note_without(unknown - found.keys())

    def forget(self, *people: str) -> None:
        """Destroy the keys of these people for good: there will be no other ones, or what was sealed under the first
        would be tried with the second. Whoever has none will never have one. Doing it again changes nothing."""
        with self._writing, self._lock:
            for person in people:
                self._cache.pop(person, None)
                self._unstored.pop(person, None)
            self._rows.bury_all(people, self.purpose)

    def forgotten(self) -> set[str]:
        """Whose keys were destroyed."""
        with self._lock:
            return self._rows.buried(self.purpose)

    def blinded(self, text: str) -> str:
        """A keyed digest in hex: something personal can be found by it and kept unique, but not be read."""
        return hmac.digest(self._blinding_key, text.encode(), "sha256").hex()

    def close(self) -> None:
        """Let go of the rows."""
        with self._lock:
            self._rows.close()

    def _remembered(self, person: str) -> AESGCM | None:
        if person in self._unstored:
            return self._unstored[person][1]
        found = self._cache.get(person)
        if found is None or found[0] < time.monotonic():
            return None
        return found[1]

    def _unwrap(self, person: str) -> AESGCM | None:
        wrapped = self._rows.get(person, self.purpose)
        return self._remember(person, self._opened(person, wrapped)) if wrapped else None

    def _make(self, person: str) -> AESGCM:
        raw, nonce = AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, raw, self._bound_to(person))
        self._unstored[person] = wrapped, AESGCM(raw)
        return self._unstored[person][1]

    def _has_none(self, person: str) -> bool:
        return self._without.get(person, 0) > time.monotonic()

    def _note_without(self, people: Collection[str]) -> None:
        if len(self._without) > CACHE_KEYS:
            self._without.clear()
        self._without |= dict.fromkeys(people, time.monotonic() + CACHE_SECONDS)

    def _opened(self, person: str, wrapped: bytes) -> bytes:
        return self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], self._bound_to(person))

    def _remember(self, person: str, raw: bytes) -> AESGCM:
        return self._keep(person, AESGCM(raw))

    def _keep(self, person: str, key: AESGCM) -> AESGCM:
        self._cache[person] = (time.monotonic() + CACHE_SECONDS, key)
        self._cache.move_to_end(person)
        while len(self._cache) > CACHE_KEYS:
            self._cache.popitem(last=False)
        return key

    def _bound_to(self, person: str) -> bytes:
        return f"{self.purpose}|{person}".encode()


def copy_keys(source: KeyRows, target: KeyRows) -> int:
    """Put keys where they are missing; returns how many. What was destroyed on either side stays destroyed."""
    copied = 0
    for person, purpose, wrapped in source.all():
        there = target.get(person, purpose)
        if there is None:
            copied += target.add(person, purpose, wrapped)
        elif there and not wrapped:
            target.bury(person, purpose)
    return copied
