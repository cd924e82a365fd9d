"""A projection turns facts of its own service, or messages of others, into the rows of a view.

One class a view. A method marked ``@when(SomeFact)`` or ``@when(SomeMessage)`` takes
``(connection, what_happened, place)`` and writes rows; tracking is written beside them by whoever drives it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Connection, MetaData

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Place:
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


def when(*kinds: type) -> Callable[[Method], Method]:
    """This method deals with facts or messages of these classes."""

    def mark(method: Method) -> Method:
        method.__dict__["deals_with"] = kinds
        return method

    return mark


def method_for(methods: dict[type, str], kind: type) -> str | None:
    """The method that deals with a class, or with one it is made from.

    The library derives ``Order.Placed`` from a ``Placed`` that stands in a module of its own, and stores the former.
    """
    return next((methods[each] for each in kind.__mro__ if each in methods), None)


def marked_methods(owner: type) -> dict[type, str]:
    """What the class deals with: kind -> name of the method."""
    return {
        kind: name
        for each in reversed(owner.__mro__)
        for name, value in vars(each).items()
        for kind in getattr(value, "deals_with", ())
    }


class Projection:
    """Base of every view. ``version`` is raised when the rows change their meaning: it is then rebuilt from 0.

    ``hears`` names the sources: the service itself for its facts, other services for their messages.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    hears: ClassVar[frozenset[str]]
    metadata: ClassVar[MetaData]
    _methods: ClassVar[dict[type, str]]
    _known: ClassVar[dict[type, str | None]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._methods = marked_methods(cls)
        cls._known = {}

    @property
    def tracking_name(self) -> str:
        """The name under which its position is kept."""
        return f"{self.name}.v{self.version}"

    def deals_with(self, kind: type) -> bool:
        """Whether a fact or message of this class changes a row."""
        return method_for(self._methods, kind) is not None

    def project(self, connection: Connection, happened: object, place: Place) -> None:
        """Write the rows that follow from one fact or message."""
        self._deal_with(connection, happened, place)

    def project_all(self, connection: Connection, happened: Sequence[tuple[object, Place]]) -> None:
        """Write the rows that follow from a page of facts or messages, in order."""
        for what, place in happened:
            self._deal_with(connection, what, place)

    def _deal_with(self, into: Any, happened: object, place: Place) -> None:
        kind = type(happened)
        if kind not in self._known:
            self._known[kind] = method_for(self._methods, kind)
        if (method := self._known[kind]) is not None:
            getattr(self, method)(into, happened, place)
