"""Stands at the top of a copy of the product, in which everything that is raised asks here first.

It is loaded by whatever program a test starts, so it needs nothing but Python.
"""

import os
import sys
from types import FrameType

OFF, SEEN = "SWITCHED_OFF_GUARD", "SEEN_GUARDS"
"""The guard that is switched off; and the file in which it is noted which test has met which guard.
No settings of the product, which tests take away."""
_noted: set[tuple[str, str]] = set()


def raises(what: object) -> bool:
    """Whether this exception (or class of one) is raised, or passes as if nobody guarded anything here."""
    kind = what if isinstance(what, type) else type(what)
    guards = [f"{kind.__module__}:{kind.__qualname__}"]
    if kind.__name__ == "Broken":
        guards = _of_whom(sys._getframe(1))
    if SEEN in os.environ:
        for guard in guards:
            _note(guard)
    return os.environ.get(OFF) not in guards


def is_off(guard: str) -> bool:
    """Whether a function that guards does what is listed as its way of not doing it."""
    return os.environ.get(OFF) == guard


def _of_whom(frame: FrameType | None) -> list[str]:
    """What breaks is said by the invariants that are at work: those whose methods were called to get here."""
    found = []
    while frame is not None:
        kind = type(frame.f_locals.get("self"))
        if any(one.__name__ == "Invariant" for one in kind.__mro__):
            found.append(f"{kind.__module__}:{kind.__qualname__}")
        frame = frame.f_back
    return found


def _note(guard: str) -> None:
    test, _, phase = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")
    if phase == "(call)" and (test, guard) not in _noted:
        _noted.add((test, guard))
        with open(os.environ[SEEN], "a") as file:
            file.write(f"{test}\t{guard}\n")
