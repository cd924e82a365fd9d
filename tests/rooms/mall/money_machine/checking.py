"""The independent checker: what ``agora audit`` brings for the mall, asked after every step and not only at the end."""

from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import Mock

from services.kernel.domain import Fact
from services.mall.invariants import invariants

from .shop import Shop

NOTHING_DUE: Any = Mock(due_rows=dict)
ABOUT_DUE_ROWS = ("waiting", "cases", "documents", "returns")
"""The invariants that look at due rows."""


class Checker:
    """Sees each fact once, as it comes, and says at each prefix what it would say at the end of the log."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._rows = shop, shop.due_rows()
        at_rest: Any = Mock(due_rows=lambda: self._rows)
        self._all = list(invariants(at_rest))
        self._looks: dict[type[Fact], list[Callable[[int, Any], object]]] = {}

    def see(self, position: int, fact: Fact) -> None:
        """Raises Broken."""
        kind = type(fact)
        if kind not in self._looks:
            self._looks[kind] = [look for one in self._all if (look := one.looks_at(kind)) is not None]
        for look in self._looks[kind]:
            look(position, fact)

    def finish(self) -> None:
        """Nothing more comes at this moment. Raises Broken."""
        self._rows = self._shop.due_rows()
        for one in self._all:
            one.finish()


def check(facts: Sequence[tuple[int, Fact]], left_out: Sequence[str] = ABOUT_DUE_ROWS) -> None:
    """The whole audit of these facts. Raises Broken."""
    for checker in (one for one in invariants(NOTHING_DUE) if one.name not in left_out):
        for position, fact in facts:
            checker.see(position, fact)
        checker.finish()
