"""One digest over what a store says, which two stores share when the same happened in both.

It does not depend on the order in which commands on different aggregates were carried out, on when they
were recorded, on keys and nonces, nor on positions: an import that was killed and repeated ends with
the digest of one that ran through.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from .chain import Row
from .invariants import Broken
from .reading_facts import States

SEALED = "sealed"
# meta is [actor, on behalf of, command, correlation, causation]. The last three stay out: a fact of a
# reaction is caused by a position ("mall:42") and by the command that happened to bring the page it was
# on, and a caller who did not hear the answer may repeat under another command id. Who did it stays in.
_WHO = slice(0, 2)


class Fingerprint:
    """Takes the facts in any order of streams, each stream in its own order."""

    def __init__(self, states: States) -> None:
        self._states = states
        self._streams: dict[int, bytes] = {}

    def see(self, row: Row) -> None:
        """Take in a stored fact, as bytes: no class of today, and no upcaster, has a say. Raises Broken."""
        try:
            told = _told(row, self._states.told(row.state))
        except (ValueError, TypeError, AttributeError, KeyError) as failure:
            raise Broken(f"the state cannot be read: {failure}") from failure
        stream = row.originator_id.int
        before = self._streams.get(stream) or row.originator_id.bytes
        self._streams[stream] = sha256(before + told).digest()

    def digest(self) -> str:
        """sha-256 over the sorted digests of all streams."""
        return sha256(b"".join(sorted(self._streams.values()))).hexdigest()


def _told(row: Row, state: Mapping[str, Any]) -> bytes:
    fields = dict(state)
    meta, effective_at = fields.pop("meta"), fields.pop("effective_at")
    fields.pop("timestamp")
    if b'"sealed"' in row.state or b'"forgotten"' in row.state:
        fields = {name: SEALED if _is_sealed(value) else value for name, value in fields.items()}
    told = [row.version, row.topic, effective_at, meta[_WHO], fields]
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def _is_sealed(value: object) -> bool:
    """A forgotten value counts as sealed: forgetting somebody changes nothing of what happened."""
    return isinstance(value, dict) and value.get("_type_") in ("sealed", "forgotten")
