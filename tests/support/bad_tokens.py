"""Tokens that do not hold, in every way in which a token can be wrong."""

import time
from pathlib import Path
from uuid import uuid4

from services.identity.tokens import LIFETIME_SECONDS, TokenIssuer
from services.kernel.doors.tokens import LEEWAY_SECONDS
from tests.support.everybody import Everybody

ROLES = ("operator", "certifier")


class BadTokens:
    """Made in an operator's name. ``other_key`` is where the key of somebody else than identity is kept."""

    def __init__(self, everybody: Everybody, other_key: Path) -> None:
        self._everybody = everybody
        self._forger = TokenIssuer(other_key)
        self._late = TokenIssuer(everybody.ground.token_key, clock=_long_ago)

    def made(self) -> dict[str, str]:
        """One of each kind, signed now: nothing else is wrong with it than what its name says."""
        operator = self._everybody.operator
        good = self._everybody.token(operator)
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
