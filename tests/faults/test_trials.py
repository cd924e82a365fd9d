"""What takes longer than anybody should wait is found; what does not, is not."""

import pytest

from .poisoning import HANDLED_WITHIN_SECONDS, too_late
from .trials import ANSWERS_WITHIN_SECONDS, RECOVERS_WITHIN_SECONDS, too_long


def test_what_is_soon_enough_is_well() -> None:
    assert list(too_long(RECOVERS_WITHIN_SECONDS, ANSWERS_WITHIN_SECONDS)) == []


@pytest.mark.parametrize(
    ("recovered_seconds", "waited_seconds", "found"),
    [
        (30.5, 0.0, "not ready again for 30.5 s, 30 at most are promised"),
        (0.0, 31.0, "not answered for 31.0 s, 30 at most are promised"),
    ],
)
def test_what_takes_too_long_is_found(recovered_seconds: float, waited_seconds: float, found: str) -> None:
    assert list(too_long(recovered_seconds, waited_seconds)) == [found]


def test_what_is_handled_late_behind_poison_is_found() -> None:
    handled = {"mall, of identity": HANDLED_WITHIN_SECONDS, "groups.rpc": 1.25}
    assert list(too_late(handled)) == ["groups.rpc has handled what came behind poison after 1.25 s"]
