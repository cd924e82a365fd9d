"""Views run on two databases: their columns hold the same in both, and nothing is written for one of them alone."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text

from services.embedded import SERVICES, blueprint_of

from . import sources

SAME_IN_BOTH = (Text, BigInteger, Boolean)
CODE = [path for path in sources.sources("services") if path.name not in ("upserts.py", "sqlite_views.py")]


def tables() -> list[Table]:
    kinds = {kind for name in SERVICES for kind in blueprint_of(name).projections}
    return [table for kind in kinds for table in kind.metadata.sorted_tables]


def other_in_one(found: Iterable[Table]) -> list[str]:
    """Columns whose type is another one there: an Integer is 32 bits wide on PostgreSQL, and 64 on SQLite."""
    return sorted(
        f"{table.name}.{column.name}: {type(column.type).__name__}"
        for table in found
        for column in table.columns
        if type(column.type) not in SAME_IN_BOTH
    )


def of_one_dialect(paths: Iterable[Path]) -> list[str]:
    """Files that write SQL for one database alone."""
    return [str(path) for path in paths if "sqlalchemy.dialects" in path.read_text()]


def test_there_are_tables_to_look_at() -> None:
    assert len(tables()) > 20


def test_every_column_of_a_view_holds_the_same_in_both_databases() -> None:
    assert other_in_one(tables()) == []


def test_no_view_writes_for_one_database_alone() -> None:
    assert of_one_dialect(CODE) == []


def test_finds_a_column_that_is_narrower_in_one() -> None:
    table = Table("narrow", MetaData(), Column("name", Text), Column("amount", Integer), Column("number", BigInteger))
    assert other_in_one([table]) == ["narrow.amount: Integer"]


def test_finds_what_is_written_for_one_alone(tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong.py", tmp_path / "right.py"
    wrong.write_text("from sqlalchemy.dialects.sqlite import insert")
    right.write_text("from services.kernel.flow.upserts import insert")
    assert of_one_dialect([wrong, right]) == [str(wrong)]
