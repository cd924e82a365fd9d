"""A hall of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .hall import Hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """A group with an owner and a leader, and nothing announced."""
    with Hall(tmp_path) as hall:
        yield hall
