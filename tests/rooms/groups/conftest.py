"""What the tests of the rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .rooms import Rooms, opened


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    with opened(tmp_path) as made:
        yield made
