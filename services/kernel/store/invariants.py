"""What must be true of a store, as folds over its facts: the form in which the audit takes them.

The kernel brings those that hold for every service (``ground_rules``); a service brings its own in its
``invariants`` room. Each is one class: what it says in one sentence, and what it does with each fact.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from ..dispatch import Dispatch
from ..domain import Fact
from .chain import Row


class Broken(Exception):
    """An invariant does not hold. Position and stream are those of the fact that is seen, unless named here."""

    def __init__(self, what: str, position: int | None = None, stream: str | None = None) -> None:
        super().__init__(what)
        self.position, self.stream = position, stream


class Invariant(Dispatch):
    """Base of every invariant. A method marked ``@when(SomeFact)`` takes ``(position, fact)`` and raises ``Broken``.

    The facts come in the order of the log. Personal fields read as FORGOTTEN: the audit has no keys.
    ``checked`` counts what was looked at; unless a subclass counts otherwise, the facts it deals with.
    """

    name: ClassVar[str]
    sentence: ClassVar[str]
    needs_all_facts: ClassVar[bool] = True
    """Whether ``finish`` says nothing when the facts could not be read to the end."""

    def __init__(self) -> None:
        self.checked = 0

    def sees_rows(self) -> bool:
        """Whether it looks at stored bytes."""
        return type(self).see_row is not Invariant.see_row

    def looks_at(self, kind: type[Fact]) -> Callable[[int, Any], object] | None:
        """How it sees facts of this class, and nothing else; None when it does not look at them."""
        if type(self).see is not Invariant.see:
            return self.see
        method = self.method_for(kind)
        if method is None:
            return None

        def counted(position: int, fact: Fact) -> None:
            self.checked += 1
            method(position, fact)

        return counted

    def see_row(self, row: Row) -> None:
        """A stored fact as bytes, before anybody decodes it. Raises Broken."""

    def see(self, position: int, fact: Fact) -> None:
        """A fact, decoded. Raises Broken."""
        if (method := self.method_for(type(fact))) is not None:
            self.checked += 1
            method(position, fact)

    def finish(self) -> None:
        """All facts were seen: what can only be said now. Asked again after more facts, it says what holds then. Raises
        Broken."""
