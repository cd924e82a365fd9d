"""Statements: what was owed to a party when a period began, the entries of it, and what is owed when it ends.

A period is one of effective times. What is recorded later about it changes the statement of today, and not the one
``as_of`` an earlier moment; decision 36 says why there are two times.
"""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select, true

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.known.people import text_of
from services.mall.domain.refusals import FiguresNotReady, NoSuchAccount, PeriodEndsFirst
from services.mall.domain.seller import Seller
from services.mall.projections.ledger import NOBODY, entries
from services.mall.schemas.statements import MINE, PLATFORM

from .reading import Reading, is_operator, ledger_position, may_see_account

_OWED = -entries.c.amount_minor
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|\.")
_SHOWN = (
    "position", "number", "topic", "effective_at", "recorded_at", "order_id", "checkout_id", "line_id", "refund_id",
    "payout_id", "account", "currency", "amount_minor",
)  # fmt: skip


class StatementQueries(Reading):
    """Reads of the entries of one party."""

    def statement(
        self, actor: Actor, party: str, begins_at: datetime | None = None, ends_at: datetime | None = None,
        as_of: datetime | None = None, limit: int = 100, cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A page of it; the accounts are of the whole. Raises NoSuchAccount, PeriodEndsFirst, FiguresNotReady."""
        if begins_at is not None and ends_at is not None and ends_at <= begins_at:
            raise PeriodEndsFirst()
        owner = _owner(actor, party)
        with self._service.views.reading() as connection:
            _ensure_allowed(connection, actor, owner)
            position = _pinned(ledger_position(connection), cursor)
            known = and_(entries.c.party_id == owner, entries.c.position <= position, _recorded_until(as_of))
            accounts = _accounts(connection, known, begins_at, ends_at)
            found = select(*(entries.c[name] for name in _SHOWN)).where(known, *_within(begins_at, ends_at))
            page = page_of(
                connection, found, (entries.c.position, entries.c.number), limit, cursor[1:] if cursor else None
            )
        return {
            "position": f"mall:{position}", "party": owner or PLATFORM, "name": self._name_of(owner),
            "begins_at": begins_at, "ends_at": ends_at, "as_of": as_of, "accounts": accounts,
            "entries": [_told(row) for row in page.rows],
            "next": page.next and [str(position), *page.next],
        }  # fmt: skip

    def _name_of(self, owner: str) -> str | None:
        """What a seller is called, as everybody may read; nobody else is named here."""
        seller = None if owner == NOBODY else self._service.store.load(Seller, UUID(owner))
        return None if seller is None else str(seller.name) or None


def _owner(actor: Actor, party: str) -> str:
    """Whose accounts a word or an id stands for."""
    known = {PLATFORM: NOBODY, MINE: str(Seller.create_id(actor.person_id))}
    return known.get(party, party.lower())


def _ensure_allowed(connection: Connection, actor: Actor, owner: str) -> None:
    """The party itself; an operator where anything was ever booked."""
    if owner != NOBODY and may_see_account(connection, actor, UUID(owner)):
        return
    booked = select(entries.c.position).where(entries.c.party_id == owner).limit(1)
    if not is_operator(actor) or (owner != NOBODY and connection.execute(booked).first() is None):
        raise NoSuchAccount()


def _pinned(reached: int, cursor: list[str] | None) -> int:
    """All pages are of the books as they were for the first."""
    if cursor is None:
        return reached
    wanted = int(cursor[0]) if cursor[0].isascii() and cursor[0].isdecimal() and len(cursor[0]) < 19 else 0
    if wanted > reached:
        raise FiguresNotReady()
    return wanted


def _recorded_until(as_of: datetime | None) -> ColumnElement[bool]:
    return true() if as_of is None else entries.c.recorded_at <= text_of(as_of)


def _within(begins_at: datetime | None, ends_at: datetime | None) -> list[ColumnElement[bool]]:
    since = [] if begins_at is None else [entries.c.effective_at >= text_of(begins_at)]
    return since if ends_at is None else [*since, entries.c.effective_at < text_of(ends_at)]


def _accounts(
    connection: Connection, known: ColumnElement[bool], begins_at: datetime | None, ends_at: datetime | None
) -> list[Row]:
    """One row an account and currency that has a balance or an entry, in one pass over the entries of the party."""
    is_before = literal(False) if begins_at is None else entries.c.effective_at < text_of(begins_at)
    is_within = ~is_before if begins_at is not None else literal(True)

    def total(amount: ColumnElement[int], *of: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((and_(*of), amount), else_=0)), 0)

    found = (
        select(
            entries.c.account, entries.c.currency, total(_OWED, is_before).label("opening_minor"),
            total(_OWED, is_within, _OWED > 0).label("added_minor"),
            total(-_OWED, is_within, _OWED < 0).label("taken_minor"),
            total(_OWED, true()).label("closing_minor"), total(literal(1), is_within).label("entries"),
        )
        .where(known, *_within(None, ends_at))
        .group_by(entries.c.account, entries.c.currency)
        .order_by(entries.c.account, entries.c.currency)
    )  # fmt: skip
    rows = [dict(row) for row in connection.execute(found).mappings()]
    return [row for row in rows if row["opening_minor"] or row["entries"]]


def _told(row: Row) -> Row:
    return row | {"amount_minor": -row["amount_minor"], "cause": cause_of(row["topic"])}


def cause_of(topic: str) -> str:
    """ "mall:Order.LineRefunded" is told as order_line_refunded."""
    return _WORD.sub("_", topic.partition(":")[2]).lower()
