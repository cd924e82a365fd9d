"""Whoever reads a log by position all the time, and what is missed is found."""

from .shadowing import missing


def test_whoever_has_seen_everything_has_missed_nothing() -> None:
    assert missing("mall", [1, 2, 3], [1, 2, 3]) == []


def test_what_became_visible_behind_the_reader_is_found() -> None:
    assert missing("mall", [1, 2, 3, 4], [1, 3, 4]) == ["who reads the log of mall all the time has missed [2]"]


def test_what_was_not_seen_at_the_end_is_found() -> None:
    assert missing("mall", [1, 2, 3], [1]) == ["who reads the log of mall all the time has missed [2, 3]"]
