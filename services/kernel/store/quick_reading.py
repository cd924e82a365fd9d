"""Stored JSON to values as the library reads it, in less time where ids and times stand as fields of their own.

Where one stands deeper, the library reads it. Whole numbers of more than 64 bits would be read as fractions: nothing
that is stored has one.
"""

from collections.abc import Callable
from typing import Any

import orjson
from eventsourcing.persistence import JSONTranscoder, Transcoding

_TYPED, _TYPED_AS_BYTES = "_type_", b'"_type_"'


class QuickTranscoder(JSONTranscoder):
    """Writes what the library's own writes, and reads the same."""

    def __init__(self) -> None:
        super().__init__()
        self._decodes: dict[str, Callable[[Any], Any]] = {}

    def register(self, transcoding: Transcoding) -> None:
        super().register(transcoding)
        self._decodes[transcoding.name] = transcoding.decode

    def told(self, data: bytes) -> dict[str, Any]:
        """All fields by name, as they are written. Raises ValueError."""
        found: dict[str, Any] = orjson.loads(data)
        return found

    def decode(self, data: bytes) -> Any:
        found, seen = self.told(data), 0
        if type(found) is not dict:
            return super().decode(data)
        told = dict(found)
        for name, value in told.items():
            if type(value) is dict and _TYPED in value:
                seen += 1
                is_whole = len(value) == 2 and "_data_" in value
                decode = self._decodes.get(value[_TYPED]) if is_whole else None
                told[name] = self._decode_obj(value) if decode is None else decode(value["_data_"])
        return told if data.count(_TYPED_AS_BYTES) == seen else super().decode(data)
