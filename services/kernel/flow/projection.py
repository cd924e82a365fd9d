"""A projection turns facts of its own service, or messages of others, into the rows of a view.

One class a view. A method marked ``@when(SomeFact)`` or ``@when(SomeMessage)`` takes
``(connection, what_happened, place)`` and writes rows; tracking is written beside them by whoever drives it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Connection, MetaData

from ..dispatch import Dispatch

DROPPED = 0


class Place(NamedTuple):
    """Where and when something happened: the position in its source's log, and both times."""

    source: str
    position: int
    recorded_at: datetime
    effective_at: datetime
    correlation_id: str = ""

    @property
    def text(self) -> str:
        """As answers carry it: "mall:42"."""
        return f"{self.source}:{self.position}"


class Projection(Dispatch):
    """Base of every view. ``version`` is raised when the rows change their meaning: it is then rebuilt from 0.

    ``hears`` names the sources: the service itself for its facts, other services for their messages.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    hears: ClassVar[frozenset[str]]
    metadata: ClassVar[MetaData]

    @property
    def tracking_name(self) -> str:
        """The name under which its position is kept."""
        return f"{self.name}.v{self.version}"

    def done_name(self, message: str) -> str:
        """The name under which it is kept that the view is done with one message ("mall:42") out of the stream: at
        the message's position when the view has it, at DROPPED when it shall never have it."""
        return f"{self.tracking_name}|{message}"

    def project(self, connection: Connection, happened: object, place: Place) -> None:
        """Write the rows that follow from one fact or message."""
        self._deal_with_all(connection, [(happened, place)])

    def project_all(self, connection: Connection, happened: Sequence[tuple[object, Place]]) -> None:
        """Write the rows that follow from a page of facts or messages, in order."""
        self._deal_with_all(connection, happened)

    def _deal_with_all(self, into: Any, happened: Sequence[tuple[object, Place]]) -> None:
        methods = {kind: self.method_for(kind) for kind in {type(what) for what, _ in happened}}
        for what, place in happened:
            if (method := methods[type(what)]) is not None:
                method(into, what, place)
