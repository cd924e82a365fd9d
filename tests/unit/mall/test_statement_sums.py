"""Statements of any history sum to the books: of every party, over every period, as of every moment."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from services.kernel.doors.operation import Actor
from services.kernel.flow import views
from services.kernel.flow.projection import Place
from services.kernel.flow.writes import Writes
from services.known import groups
from services.mall.domain.ledger import OF_NOBODY, Account, Entries, debit
from services.mall.projections import ledger, sellers
from services.mall.queries.statements import StatementQueries
from tests.support.scenario import NOON, OPERATOR

PARTIES = [UUID(int=number) for number in (0x61, 0x62, 0x63)]
OWNERS: st.SearchStrategy[tuple[Account, UUID | None]] = st.one_of(
    st.tuples(st.sampled_from([one for one in Account if one not in OF_NOBODY]), st.sampled_from(PARTIES)),
    st.tuples(st.sampled_from(sorted(OF_NOBODY)), st.none()),
)
HOURS = st.integers(0, 12).map(lambda hours: NOON + timedelta(hours=hours))
MOVES = st.tuples(OWNERS, OWNERS, st.integers(1, 9_999), st.sampled_from(["EUR", "CNY"]), HOURS, HOURS)
CUTS = st.lists(HOURS, min_size=1, max_size=4, unique=True).map(sorted)
Moved = tuple[Any, Any, int, str, datetime, datetime]


class Kept:
    """Just enough of a service to ask for statements: the books of these moves."""

    def __init__(self, connection: Connection, moves: list[Moved]) -> None:
        self.views, self._connection = self, connection
        self.store = SimpleNamespace(load=lambda _kind, _id: None)
        writes = Writes()
        for position, (taken, given_to, amount_minor, currency, effective_at, recorded_at) in enumerate(moves, 1):
            moved = ((*taken, amount_minor), (*given_to, -amount_minor))
            entries = Entries(*(debit(account, party, amount, currency) for account, party, amount in moved)).stored
            fact: Any = SimpleNamespace(TOPIC="mall:Order.Paid", entries=entries, originator_id=UUID(int=position))
            ledger.LedgerView().of_order(writes, fact, Place("mall", position, recorded_at, effective_at))
        writes.run(connection)
        tracked = {"view": ledger.LedgerView().tracking_name, "source": "mall", "position": len(moves)}
        connection.execute(views.tracking.insert(), tracked)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self._connection

    def stated(self, party: object, **asked: Any) -> dict[str, Any]:
        actor = Actor(OPERATOR, frozenset({"operator"}))
        queries = StatementQueries(self)
        statement = page = queries.statement(actor, str(party), limit=3, **asked)
        while page["next"]:
            page = queries.statement(actor, str(party), limit=3, cursor=page["next"], **asked)
            assert page["accounts"] == statement["accounts"]
            statement = {**statement, "entries": [*statement["entries"], *page["entries"]]}
        return statement


@cache
def empty() -> Connection:
    connection = create_engine("sqlite://").connect()
    for metadata in (ledger.metadata, views.tracking.metadata, groups.metadata, sellers.metadata):
        metadata.create_all(connection)
    connection.commit()
    return connection


@contextmanager
def kept(moves: list[Moved]) -> Iterator[Kept]:
    connection = empty()
    try:
        yield Kept(connection, moves)
    finally:
        connection.rollback()


def booked_of(moves: list[Moved]) -> set[object]:
    """Everybody on whose accounts anything was booked; an operator is told of no others."""
    parties = (party for move in moves if move[0] != move[1] for _, party in move[:2])
    return {party or "platform" for party in parties}


def balances(statement: dict[str, Any], name: str) -> Counter[tuple[str, str]]:
    rows = statement["accounts"]
    return Counter({(row["account"], row["currency"]): row[name] for row in rows if row[name]})


def added(*sums: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    total = Counter[tuple[str, str]]()
    for one in sums:
        total.update(one)
    return {key: amount for key, amount in total.items() if amount}


@settings(max_examples=40)
@given(st.lists(MOVES, max_size=12), CUTS)
def test_opening_and_entries_come_to_the_closing_balance_and_periods_join(
    moves: list[Moved], cuts: list[datetime]
) -> None:
    with kept(moves) as books:
        for party in booked_of(moves):
            before = Counter[tuple[str, str]]()
            for begins_at, ends_at in zip([None, *cuts], [*cuts, None], strict=True):
                seen = books.stated(party, begins_at=begins_at, ends_at=ends_at)
                moved = Counter[tuple[str, str]]()
                for entry in seen["entries"]:
                    moved[entry["account"], entry["currency"]] += entry["amount_minor"]
                assert added(balances(seen, "opening_minor"), moved) == added(balances(seen, "closing_minor"))
                assert added(before) == added(balances(seen, "opening_minor"))
                assert sum(row["entries"] for row in seen["accounts"]) == len(seen["entries"])
                assert all(
                    row["opening_minor"] + row["added_minor"] - row["taken_minor"] == row["closing_minor"]
                    for row in seen["accounts"]
                )
                before = balances(seen, "closing_minor")


@settings(max_examples=40)
@given(st.lists(MOVES, max_size=12), st.none() | HOURS, st.none() | HOURS)
def test_what_is_owed_to_everybody_and_nobody_comes_to_nothing(
    moves: list[Moved], ends_at: datetime | None, as_of: datetime | None
) -> None:
    with kept(moves) as books:
        seen = [books.stated(party, ends_at=ends_at, as_of=as_of) for party in booked_of(moves)]
    total = Counter[str]()
    for row in (row for statement in seen for row in statement["accounts"]):
        total[row["currency"]] += row["closing_minor"]
    assert not any(total.values())


@settings(max_examples=40)
@given(st.lists(MOVES, max_size=12), HOURS)
def test_what_was_recorded_later_is_not_in_the_statement_as_of_then(moves: list[Moved], as_of: datetime) -> None:
    earlier = [move for move in moves if move[5] <= as_of]
    with kept(earlier) as then:
        before = {party: then.stated(party) for party in booked_of(earlier)}
    with kept(moves) as all_of_it:
        for party, of_then in before.items():
            seen = all_of_it.stated(party, as_of=as_of)
            assert seen["accounts"] == of_then["accounts"]
            amounts, amounts_then = ([one["amount_minor"] for one in each["entries"]] for each in (seen, of_then))
            assert amounts == amounts_then
