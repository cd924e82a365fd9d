"""The books: the trial balance for operators, and what is owed to one party."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, case, func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.mall.domain.ledger import Account
from services.mall.domain.payout import PAID
from services.mall.domain.refusals import NoSuchAccount
from services.mall.projections.ledger import OF_PARTIES, balances, sums
from services.mall.projections.payouts import ON_THEIR_WAY, PayoutsView, payables, payouts

from .reading import Reading, figures_position, is_operator, may_see_account

HELD = (Account.SELLER_HELD.value, Account.COMMUNITY_HELD.value, Account.MEMBER_HELD.value)
_NOTHING: Row = {"paying_minor": 0, "paid_minor": 0, "not_paid_as": None}


class BookQueries(Reading):
    """Reads of the accounts."""

    def books(self, actor: Actor, limit: int = 1000, cursor: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002
        """Every account that is not zero, and the sums of all of them, which are.

        Sellers, groups and members have rows of their own; the accounts of single checkouts come to one row an account.
        """
        order = (balances.c.account, balances.c.party_id, balances.c.currency)
        found = select(balances).where(balances.c.balance_minor != 0)
        with self._service.views.reading() as connection:
            position, sums = figures_position(connection), _sums(connection)
            page = page_of(connection, found, order, limit, cursor)
        return {
            "position": position, "sums": sums, "accounts": [_named(row) for row in page.rows], "next": page.next,
        }  # fmt: skip

    def account(self, actor: Actor, party_id: UUID) -> dict[str, Any]:
        """What is owed to a seller, a group or a member, held and available. Raises NoSuchAccount."""
        with self._service.views.reading() as connection:
            position, owed = figures_position(connection, PayoutsView), owed_to(connection, party_id)
            is_allowed = may_see_account(connection, actor, party_id) or (is_operator(actor) and bool(owed))
        if not is_allowed:
            raise NoSuchAccount()
        return {"position": position, "party_id": party_id, "balances": owed}


def owed_to(connection: Connection, party_id: UUID) -> list[Row]:
    """By currency what is held for a party, available, on its way, and paid."""
    is_held, owed = balances.c.account.in_(HELD), -balances.c.balance_minor
    found = (
        select(
            balances.c.currency,
            func.sum(case((is_held, owed), else_=0)).label("held_minor"),
            func.sum(case((is_held, 0), else_=owed)).label("available_minor"),
        )
        .where(balances.c.party_id == str(party_id), balances.c.account.in_(OF_PARTIES))
        .group_by(balances.c.currency)
        .order_by(balances.c.currency)
    )
    rows = [dict(row) for row in connection.execute(found).mappings()]
    paid = _paid_out(connection, party_id)
    return [row | paid.get(row["currency"], _NOTHING) | {"debt_minor": _debt(row)} for row in rows]


def _sums(connection: Connection) -> dict[str, int]:
    return {row.currency: row.total_minor for row in connection.execute(select(sums).order_by(sums.c.currency))}


def _named(row: Row) -> Row:
    return row | {"party_id": row["party_id"] or None}


def _debt(row: Row) -> int:
    return max(0, -int(row["available_minor"]))


def _paid_out(connection: Connection, party_id: UUID) -> dict[str, Row]:
    """By currency, what is on its way to a party, what has arrived, and why its last payday paid nothing."""
    amounts = select(payouts.c.currency, payouts.c.state, func.sum(payouts.c.amount_minor).label("minor"))
    of_party = amounts.where(payouts.c.party_id == str(party_id)).group_by(payouts.c.currency, payouts.c.state)
    found: dict[str, Row] = {}
    for row in connection.execute(select(payables).where(payables.c.party_id == str(party_id))).mappings():
        found[row["currency"]] = _NOTHING | {"not_paid_as": row["passed_as"]}
    for row in connection.execute(of_party).mappings():
        name = "paid_minor" if row["state"] == PAID else "paying_minor" if row["state"] in ON_THEIR_WAY else None
        if name is not None:
            found[row["currency"]][name] += int(row["minor"])
    return found
