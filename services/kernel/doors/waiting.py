"""A question that is answered when what it asks about has ended, or when the time is over: the long poll."""

import time
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ..flow.watching import Places, Watch
from ..refusals import Malformed, TooMany
from .operation import Actor, Operation

if TYPE_CHECKING:
    from ..service import Service

MOST_WAIT_SECONDS = 20
MOST_WAITING = 4
PAUSE_SECONDS = 0.02
LOOKS_UP_SECONDS = 1.0
"""How soon somebody who waits notices that the process is to end."""


class WaitNotSeconds(Malformed):
    """``wait`` is no number of seconds that anybody is kept waiting."""

    sentence = "'wait' takes whole seconds from 0 to {most}; ask again when they are over."


class TooManyWaiting(TooMany):
    """Somebody waits with more questions at once than a person needs."""

    sentence = (
        "{most} of your questions wait already; wait with one, or ask without 'wait' again in "
        "{retry_after_seconds} seconds."
    )


def seconds_of(text: str | None) -> int:
    """What came as ``wait``. Raises WaitNotSeconds."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) <= MOST_WAIT_SECONDS):
        raise WaitNotSeconds(most=MOST_WAIT_SECONDS)
    return int(text)


class Waits:
    """Those who wait at one service's door."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._watches: dict[str, Watch[UUID]] = {}
        self._places = Places(MOST_WAITING, lambda: TooManyWaiting(most=MOST_WAITING, retry_after_seconds=1))

    async def until_ended(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], seconds: float, is_ending: Callable[[], bool]
    ) -> bool:
        """Wait until what the first id in the path names has ended; False when the time is over, or the process is to
        end.

        Raises TooManyWaiting.
        """
        thing, until = fields[next(iter(operation.path_schema._declared_fields))], time.monotonic() + seconds
        if operation.name not in self._watches:
            self._watches[operation.name] = Watch(partial(self._ended, operation), PAUSE_SECONDS)
        with self._places.one(actor.person_id):
            while (left := until - time.monotonic()) > 0 and not is_ending():
                if await self._watches[operation.name].wait(thing, min(left, LOOKS_UP_SECONDS)):
                    return True
        return False

    def _ended(self, operation: Operation, things: Collection[UUID]) -> Collection[UUID]:
        assert operation.has_ended is not None
        return operation.has_ended(self._service.blueprint.queries(self._service), things)
