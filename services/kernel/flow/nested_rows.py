"""Rows within a row, so that a question about a thing and its parts is one statement: the database hands the parts over
as one JSON array. PostgreSQL and SQLite have the same functions for it, under names of their own.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, TableValuedAlias, Text, column, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _Object(GenericFunction[Any]):
    type, inherit_cache = JSON(), True
    said = {"postgresql": "json_build_object(%s)", "sqlite": "json_object(%s)"}


class _Array(GenericFunction[Any]):
    type, inherit_cache = JSON(), True
    # What comes out of a subquery is a text for SQLite, until it is told again what it is.
    said = {"postgresql": "json_agg(%s)", "sqlite": "json_group_array(json(%s))"}


class _Elements(GenericFunction[Any]):
    type, inherit_cache = Text(), True
    said = {"postgresql": "json_array_elements_text(CAST(%s AS json))", "sqlite": "json_each(%s)"}


@compiles(_Object)
@compiles(_Array)
@compiles(_Elements)
def _say(function: Any, compiler: SQLCompiler, **given: Any) -> str:
    return str(function.said[compiler.dialect.name] % compiler.process(function.clauses, **given))


def as_object(columns: Iterable[Column[Any]]) -> ColumnElement[Any]:
    """One row as an object of these columns."""
    named: list[ColumnElement[Any]] = []
    for one in columns:
        named += literal_column(f"'{one.name}'"), one
    return _Object(*named)


def as_array(each: ColumnElement[Any]) -> ColumnElement[Any]:
    """What a statement has of each row as one array, in no order; where there is no row it is empty, or None."""
    return _Array(each)


def elements_of(text: ColumnElement[str]) -> TableValuedAlias:
    """The texts in a stored JSON array as rows of one column, ``value``."""
    return _Elements(text).table_valued(column("value", Text))
