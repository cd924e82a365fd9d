"""Ids of which each is one object: whoever reads many facts makes fewer of them, and looks them up without comparing.

Facts of one stream lie near to one another, and so do those that name its parties.
"""

from functools import lru_cache
from uuid import UUID

KNOWN_IDS = 1 << 16
"""So many are known again."""


@lru_cache(KNOWN_IDS)
def known_id(value: bytes) -> UUID:
    """The id of 16 bytes. Raises ValueError for any other number of them."""
    return UUID(bytes=value)


def id_of(text: str) -> UUID:
    """The id of 32 hexadecimal digits, with hyphens or without, and of nothing else. Raises ValueError."""
    digits = text.replace("-", "")
    if len(digits) != 32:  # spaces, which would be passed over, leave too few bytes then
        raise ValueError(f"{text!r} is not an id")
    return known_id(bytes.fromhex(digits))
