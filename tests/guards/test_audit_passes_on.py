"""What the audit passes on of what a database says of itself: elsewhere, others find the same damage first."""

from types import SimpleNamespace

import pytest

from services.kernel.store.ground_rules import FileIsWhole
from services.kernel.store.invariants import Broken


def test_a_fault_that_the_database_finds_is_a_finding() -> None:
    with pytest.raises(Broken, match="row 7 missing from index"):
        FileIsWhole(SimpleNamespace(fault=lambda: "row 7 missing from index facts_streams")).finish()


def test_a_database_that_finds_nothing_is_whole() -> None:
    FileIsWhole(SimpleNamespace(fault=lambda: None)).finish()
