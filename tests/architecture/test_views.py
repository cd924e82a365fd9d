"""Views run on two databases: their columns hold the same in both, and nothing is written for one of them alone."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Column, Delete, Insert, Integer, MetaData, Table, Text, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.dml import ValuesBase

from services.composition import SERVICES, blueprint_of
from services.kernel.flow.many_rows import for_many, parameters_of

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


def statements() -> dict[str, ValuesBase | Delete]:
    """What views write with, by module and name."""
    found: dict[str, ValuesBase | Delete] = {}
    for path in sources.sources("services"):
        if "projections" in path.parts or "known" in path.parts:
            module = import_module(".".join(path.relative_to(sources.PROJECT).with_suffix("").parts))
            for name, value in vars(module).items():
                for number, one in enumerate(value if isinstance(value, tuple) else (value,)):
                    if isinstance(one, ValuesBase | Delete):
                        found[f"{module.__name__}.{name}.{number}"] = one
    return found


def not_for_many(statement: ValuesBase | Delete) -> str | None:
    """Why a statement cannot be one for many rows: a parameter of it says nowhere what type it has."""
    names = tuple(parameters_of(statement))
    if isinstance(statement, Insert) and statement.select is None:
        names = tuple(column.name for column in statement.table.columns)
    try:
        for_many(statement, names, postgresql.psycopg.dialect())
    except CompileError as failure:
        return str(failure)
    return None


def test_every_statement_of_a_view_can_be_one_for_many_rows() -> None:
    assert len(statements()) > 60
    assert {name: why for name, one in statements().items() if (why := not_for_many(one))} == {}


def test_finds_a_parameter_that_says_no_type() -> None:
    table = Table("untyped", MetaData(), Column("name", Text), Column("number", BigInteger))
    assert not_for_many(table.update().where(table.c.name == bindparam("mine")).values(number=bindparam("more")))


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
