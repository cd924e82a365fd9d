"""The books: the trial balance for operators, and what is owed to one party."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.mall.domain.ledger import Account
from services.mall.domain.payout import PAID
from services.mall.domain.postings import WITHHELD
from services.mall.domain.refusals import NoSuchAccount
from services.mall.projections.ledger import NOBODY, OF_PARTIES, balances, entries, sums
from services.mall.projections.payouts import ON_THEIR_WAY, PayoutsView, payables, payouts

from .destinations import ROLES, destination_changes
from .moments import then
from .reading import Reading, figures_position, is_of, is_operator, may_see_account, role_of

SUSPECTED = tuple(account.value for account in WITHHELD.values())
HELD = (Account.SELLER_HELD.value, Account.COMMUNITY_HELD.value, Account.MEMBER_HELD.value, *SUSPECTED)
_GONE_TO = {Account.PAYOUTS_DUE.value: "paying_minor", Account.PROVIDER.value: "paid_minor"}
_KEPT = payouts.c.amount_minor - payouts.c.pulled_back_minor
_NOTHING: Row = {"reserved_minor": 0, "paying_minor": 0, "paid_minor": 0, "not_paid_as": None}


class BookQueries(Reading):
    """Reads of the accounts."""

    def books(
        self, actor: Actor, as_of: datetime | None = None, limit: int = 1000,  # noqa: ARG002 - for operators
        cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Every account that is not zero, and the sums of all of them, which are; now, or as of a moment.

        Sellers, groups and members have rows of their own; the accounts of single checkouts come to one row an account.
        """
        kept = _balances(as_of)
        order = (kept.c.account, kept.c.party_id, kept.c.currency)
        found = select(kept).where(kept.c.balance_minor != 0)
        with self._service.views.reading() as connection:
            position, sums = figures_position(connection), _sums(connection, as_of)
            page = page_of(connection, found, order, limit, cursor)
        return {
            "position": position, "as_of": as_of, "sums": sums, "accounts": [_named(row) for row in page.rows],
            "next": page.next,
        }  # fmt: skip

    def account(self, actor: Actor, party_id: UUID, as_of: datetime | None = None) -> dict[str, Any]:
        """What is owed to a seller, a group or a member, held and available; and what became of where it is paid, so
        that whoever did not change that sees it. Raises NoSuchAccount."""
        with self._service.views.reading() as connection:
            position, owed = figures_position(connection, PayoutsView), owed_to(connection, party_id, as_of)
            is_allowed = may_see_account(connection, actor, party_id) or (is_operator(actor) and bool(owed))
            roles = [role_of(connection, actor, party_id)] if is_of(connection, actor, party_id) else ROLES
        if not is_allowed:
            raise NoSuchAccount()
        changes = destination_changes(self._service.store, roles, party_id, as_of)
        told = {"position": position, "as_of": as_of, "party_id": party_id}
        return {**told, "balances": owed, "destination_changes": changes}


def owed_to(connection: Connection, party_id: UUID, as_of: datetime | None) -> list[Row]:
    """By currency what is held for a party, available, on its way, and paid; now, or as of a moment."""
    kept = _balances(as_of, entries.c.party_id == str(party_id))
    is_held, owed = kept.c.account.in_(HELD), -kept.c.balance_minor
    found = (
        select(
            kept.c.currency,
            func.sum(case((is_held, owed), else_=0)).label("held_minor"),
            func.sum(case((kept.c.account.in_(SUSPECTED), owed), else_=0)).label("withheld_minor"),
            func.sum(case((is_held, 0), else_=owed)).label("available_minor"),
        )
        .where(kept.c.party_id == str(party_id), kept.c.account.in_(OF_PARTIES))
        .group_by(kept.c.currency)
        .order_by(kept.c.currency)
    )
    rows = [dict(row) for row in connection.execute(found).mappings()]
    paid = _paid_out(connection, party_id) if as_of is None else _paid_then(connection, party_id, as_of)
    return [row | paid.get(row["currency"], _NOTHING) | {"debt_minor": _debt(row)} for row in rows]


def _balances(as_of: datetime | None, *wanted: ColumnElement[bool]) -> FromClause:
    """The balances as they are kept, or what the entries before a moment come to: of those wanted, before any sum."""
    if as_of is None:
        return balances
    owner = case((entries.c.account.in_(OF_PARTIES), entries.c.party_id), else_=NOBODY).label("party_id")
    known = select(entries.c.account, owner, entries.c.currency, entries.c.amount_minor)
    known = known.where(*wanted, then(as_of).booked)
    one = known.subquery("entries_then")
    key = (one.c.account, one.c.party_id, one.c.currency)
    total = func.sum(one.c.amount_minor).label("balance_minor")
    return select(*key, total).group_by(*key).subquery("balances_then")


def _sums(connection: Connection, as_of: datetime | None) -> dict[str, int]:
    found = select(sums.c.currency, sums.c.total_minor)
    if as_of is not None:
        total = func.sum(entries.c.amount_minor).label("total_minor")
        found = select(entries.c.currency, total).where(then(as_of).booked).group_by(entries.c.currency)
    return {row.currency: row.total_minor for row in connection.execute(found.order_by("currency"))}


def _named(row: Row) -> Row:
    return row | {"party_id": row["party_id"] or None}


def _debt(row: Row) -> int:
    return max(0, -int(row["available_minor"]))


def _paid_out(connection: Connection, party_id: UUID) -> dict[str, Row]:
    """By currency, what disputes may take, what is on its way to a party, what has arrived, and why its last payday
    paid nothing."""
    amounts = select(payouts.c.currency, payouts.c.state, func.sum(_KEPT).label("minor"))
    of_party = amounts.where(payouts.c.party_id == str(party_id)).group_by(payouts.c.currency, payouts.c.state)
    found: dict[str, Row] = {}
    for row in connection.execute(select(payables).where(payables.c.party_id == str(party_id))).mappings():
        told = {"reserved_minor": row["reserved_minor"], "not_paid_as": row["passed_as"]}
        found[row["currency"]] = _NOTHING | told
    for row in connection.execute(of_party).mappings():
        name = "paid_minor" if row["state"] == PAID else "paying_minor" if row["state"] in ON_THEIR_WAY else None
        if name is not None:
            found.setdefault(row["currency"], {**_NOTHING})[name] += int(row["minor"])
    return found


def _paid_then(connection: Connection, party_id: UUID, as_of: datetime) -> dict[str, Row]:
    """The same as of a moment, from the entries of the party's payouts; why nothing was paid is not told of then."""
    of_party = select(payouts.c.payout_id).where(payouts.c.party_id == str(party_id))
    gone = -func.sum(entries.c.amount_minor)
    total = select(entries.c.currency, entries.c.account, gone.label("minor")).where(
        entries.c.payout_id.in_(of_party), entries.c.account.in_(_GONE_TO), then(as_of).booked
    )
    found: dict[str, Row] = {}
    for row in connection.execute(total.group_by(entries.c.currency, entries.c.account)).mappings():
        found.setdefault(row["currency"], {**_NOTHING})[_GONE_TO[row["account"]]] = int(row["minor"])
    return found
