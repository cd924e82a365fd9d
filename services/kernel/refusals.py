"""Every way in which Agora says no.

    Refusal
    ├── Unauthenticated   nobody is signed in, or the token does not hold        401
    ├── Forbidden         the actor is known and may not do this                 403
    ├── Missing           there is no such thing, or it is somebody else's       404
    ├── Conflicting       the thing is not in a state in which this can be done  409
    ├── Stale             the caller decided on an older version of the thing    412
    ├── TooLarge          more than the door takes in at once                    413
    ├── Malformed         the request does not have the form that is asked for   400, with ``errors`` 422
    ├── TooMany           too often in too short a time                          429
    ├── Unready           the answer is not there yet; asking again later helps  503
    └── Late              a view did not reach the position that was asked for   504

A service refuses with subclasses of its own, one for each obstacle, named as the obstacle:
``class SoldOut(Conflicting): sentence = "..."``. The code is made from the service and the name
(``mall.sold_out``) and is part of the contract: renaming the class breaks readers.
The statuses stand in one table, ``kernel.doors.problems``.
"""

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """A command or query that is refused, with a sentence that says why and what to do.

    ``sentence`` is a format string; what fills it is handed in by keyword and goes out as
    members of the problem document beside it. It must never carry personal data.
    """

    code: ClassVar[str] = "agora.refusal"
    sentence: ClassVar[str] = "This cannot be done."

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        package = cls.__module__.split(".")
        service = package[1] if package[0] == "services" and len(package) > 2 and package[1] != "kernel" else "agora"
        cls.code = f"{service}.{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        """The sentence with its facts filled in."""
        return self.sentence.format(**self.facts)


class Unauthenticated(Refusal):
    """Nobody is signed in, or the token is expired, forged or for somebody else."""

    sentence = "This needs a valid access token; sign in and send it as 'Authorization: Bearer TOKEN'."


class ForgottenActor(Unauthenticated):
    """The token still holds, but its person has been forgotten: it opens nothing any more."""

    sentence = "You have been forgotten here, as it was asked for; register anew if you want to come back."


class Forbidden(Refusal):
    """The actor is known and may not do this."""

    sentence = "You may not do this: it takes {needs}."


class Missing(Refusal):
    """There is no such thing, or it belongs to somebody else: both look the same."""

    sentence = "There is no such thing here, or it is not yours to see."


class Conflicting(Refusal):
    """The thing is not in a state in which this can be done."""


class Stale(Refusal):
    """The caller decided on a version of the thing that is no longer the latest."""

    sentence = "This has changed since you read it (you know version {known}, it is at {version}); read it again."


class TooLarge(Refusal):
    """The request is larger than the door takes in at once."""

    sentence = "The request is larger than {limit_bytes} bytes; send less at once."


class Malformed(Refusal):
    """The request does not have the form that is asked for; ``errors`` names each field."""

    sentence = "The request does not have the form that is asked for; see 'errors' for each field."


class NotYetHappened(Malformed):
    """What is recorded from elsewhere would lie in the future."""

    sentence = "'happened_at' lies in the future; record what has happened, with the time at which it did."


class KeyReused(Conflicting):
    """The same Idempotency-Key came with another body."""

    sentence = "This Idempotency-Key was used with another request; take a new key for a new request."


class TooMany(Refusal):
    """The actor asks too often; the answer says when to try again."""

    sentence = "Too many requests; try again in {retry_after_seconds} seconds."


class Unready(Refusal):
    """Something this needs is not there yet; asking again later helps."""

    sentence = "This is not ready yet; try again in a moment."


class Late(Refusal):
    """A view did not reach the position that was asked for in time."""

    sentence = "The answer has only reached {reached}, not yet {asked}; ask again in a moment."
