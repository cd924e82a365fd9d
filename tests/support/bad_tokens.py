"""Tokens that do not hold, in every way in which a token can be wrong."""

import time
from pathlib import Path
from uuid import UUID, uuid4

from services.identity.tokens import LIFETIME_SECONDS, TokenIssuer
from services.kernel.doors.tokens import LEEWAY_SECONDS

ROLES = ("operator", "certifier")


class BadTokens:
    """Made in an operator's name, with the key of identity, and with ``other_key``, which is somebody else's."""

    def __init__(self, operator: UUID, token_key: Path, other_key: Path) -> None:
        self._operator = operator
        self._issuer, self._forger = TokenIssuer(token_key), TokenIssuer(other_key)
        self._late = TokenIssuer(token_key, clock=_long_ago)

    def made(self) -> dict[str, str]:
        """One of each kind, signed now: nothing else is wrong with it than what its name says."""
        operator = self._operator
        good = self._issuer.issue(operator, ROLES, uuid4())[0]
        header, payload, signature = good.split(".")
        return {
            "garbage": "nonsense",
            "nothing": "",
            "of another key": self._forger.issue(operator, ROLES, uuid4())[0],
            "expired": self._late.issue(operator, ROLES, uuid4())[0],
            "without its signature": f"{header}.{payload}.",
            "with a broken signature": f"{header}.{payload}.{signature[::-1]}",
            "of the wrong parts": f"{payload}.{header}.{signature}",
            "very long": good + "a" * 50_000,  # of more than 64 KiB nobody reads the head
        }


def _long_ago() -> float:
    return time.time() - LIFETIME_SECONDS - LEEWAY_SECONDS - 1
