"""API keys: made from the service's secret, so that none is ever stored, and found again by a keyed digest."""

import re
from collections.abc import Callable
from hmac import compare_digest
from uuid import UUID

KEY = "key"
"""The kind of the side rows: the digest of a key, and whose it is."""
Blinded = Callable[[str], str]
"""A keyed digest in hex under the secret of this service (KeyStore.blinded)."""
_FORM = re.compile(r"agp_[0-9a-f]{64}")


def api_key(blinded: Blinded, partner_id: UUID, number: int) -> str:
    """The key of this number: the same every time, and 256 bits that nobody guesses without the secret."""
    return f"agp_{blinded(f'api key|{partner_id}|{number}')}"


def digest_of(blinded: Blinded, key: str) -> str:
    """What a key is found by. It says nothing of the key, so that the time a search takes says nothing either."""
    return blinded(f"digest of api key|{key}")


def has_form(key: str) -> bool:
    """Whether this could be a key at all."""
    return _FORM.fullmatch(key) is not None


def is_same(one: str, other: str) -> bool:
    """Whether two keys are the same, in a time that does not depend on where they differ."""
    return compare_digest(one.encode(), other.encode())


def owner_row(partner_id: UUID, number: int) -> bytes:
    """Whose key of which number, as it lies in a side row."""
    return f"{partner_id}/{number}".encode()


def read_owner(row: bytes) -> tuple[UUID, int]:
    """Whose key of which number."""
    partner_id, _, number = row.decode().partition("/")
    return UUID(partner_id), int(number)
