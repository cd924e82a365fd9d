"""Codes of invitations: made from the service's secret, so that none is ever stored, and found by a keyed digest."""

from collections.abc import Callable
from uuid import UUID

CODE, LATEST = "invitation_code", "invitation_redeemed"
"""Kinds of side rows: digest of a code -> invitation; group and person -> the invitation redeemed last."""
Blinded = Callable[[str], str]
"""A keyed digest in hex under the secret of this service (KeyStore.blinded)."""


def invitation_code(blinded: Blinded, invitation_id: UUID) -> str:
    """The code of an invitation: the same every time, and 128 bits that nobody guesses without the secret."""
    return f"agi_{blinded(f'invitation code|{invitation_id}')[:32]}"


def digest_of(blinded: Blinded, code: str) -> str:
    """What a code is found by. It says nothing of the code."""
    return blinded(f"digest of invitation code|{code}")


def key_of(group_id: UUID, person_id: UUID) -> str:
    """Under which the invitation is kept that a person redeemed last for a group."""
    return f"{group_id}/{person_id}"
