"""What several of these tests begin with. What the tallies say is understood here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.neighbours import counting_is_understood
from tests.support.services import ByHand

__all__ = ["counting_is_understood"]


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[ByHand]:
    """One process over a store, by hand."""
    ours = ByHand(tmp_path)
    yield ours
    ours.close()


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[ByHand]:
    """Another process over the same store."""
    theirs = ByHand(tmp_path)
    yield theirs
    theirs.close()


@pytest.fixture
def tallies(ours: ByHand) -> ByHand:
    """The one process that there is."""
    return ours
