"""What the tests of the rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .rooms import Rooms, opened
from .writers import Writers, writing


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[Writers]:
    with writing(tmp_path) as made:
        yield made
