"""One alliance for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .alliance import Alliance, opened


@pytest.fixture
def alliance(tmp_path: Path) -> Iterator[Alliance]:
    with opened(tmp_path) as alliance:
        yield alliance
