"""What must be true of a store, as folds over its facts: the form in which the audit takes them.

The kernel brings those that hold for every service (``ground_rules``); a service brings its own in its
``invariants`` room. Each is one class: what it says in one sentence, and what it does with each fact.
"""

from typing import ClassVar

from ..domain import Fact
from ..flow.projection import marked_methods, method_for, when
from .chain import Row

__all__ = ["Broken", "Invariant", "when"]


class Broken(Exception):
    """An invariant does not hold. Position and stream are those of the fact that is seen, unless named here."""

    def __init__(self, what: str, position: int | None = None, stream: str | None = None) -> None:
        super().__init__(what)
        self.position, self.stream = position, stream


class Invariant:
    """Base of every invariant. A method marked ``@when(SomeFact)`` takes ``(position, fact)`` and raises ``Broken``.

    The facts come in the order of the log. Personal fields read as FORGOTTEN: the audit has no keys.
    ``checked`` counts what was looked at; unless a subclass counts otherwise, the facts it deals with.
    """

    name: ClassVar[str]
    sentence: ClassVar[str]
    needs_all_facts: ClassVar[bool] = True
    """Whether ``finish`` says nothing when the facts could not be read to the end."""
    _methods: ClassVar[dict[type, str]] = {}

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls._methods = marked_methods(cls)

    def __init__(self) -> None:
        self.checked = 0
        self._known: dict[type, str | None] = {}

    def see_row(self, row: Row) -> None:
        """A stored fact as bytes, before anybody decodes it. Raises Broken."""

    def see(self, position: int, fact: Fact) -> None:
        """A fact, decoded. Raises Broken."""
        kind = type(fact)
        if kind not in self._known:
            self._known[kind] = method_for(self._methods, kind)
        if (method := self._known[kind]) is not None:
            self.checked += 1
            getattr(self, method)(position, fact)

    def finish(self) -> None:
        """All facts were seen: what can only be said now. Raises Broken."""
