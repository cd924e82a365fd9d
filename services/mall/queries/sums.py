"""The sums of what was sold, twice: from the sales, and from the entries of the ledger alone.

Entries are booked for a whole order, not for a line. So the ledger's sums of a listing or a group are those
of all orders that it occurs in, less what the sales say of the other lines of these orders. The share of a
community, and that of a member, needs no such step: it is what orders have booked on its accounts. What is paid out
of them is no order's.

A line that the sales had lost altogether would not be missed by a listing; ``agora rebuild`` compares every row.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Table, func, select

from services.mall.domain import order_facts
from services.mall.domain.postings import AVAILABLE, HELD, WITHHELD
from services.mall.domain.shares import PARTIES
from services.mall.projections.ledger import OF_ORDERS, balances, booked_in_month, entries
from services.mall.projections.sales_tables import sales, sold_in_month

from .moments import NOW, Then

PARTS = ("gross_minor", "refunded_minor", "cancelled_minor")
SHARES = tuple(f"{party}_minor" for party in PARTIES)
COUNTS = ("orders", "units", "returned", "cancelled")
Sums = dict[str, int]
_PARTY = {
    account.value: f"{party}_minor" for lying in (HELD, AVAILABLE, WITHHELD) for party, account in lying.items()
}
# What a fact books on the accounts of the parties: a share that arises, or one that is taken back.
_PART = {
    order_facts.Paid.TOPIC: ("gross_minor", 1),
    order_facts.LineRefunded.TOPIC: ("refunded_minor", -1),
    order_facts.LineChargedBack.TOPIC: ("refunded_minor", -1),
    order_facts.CancelledPaid.TOPIC: ("cancelled_minor", -1),
}


class FiguresApart(RuntimeError):
    """The sales and the ledger disagree at one position: a mistake of ours, and no figure is to be trusted."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines are asked about, and which are the others; whose own account is meant, if any: the name of the share,
    and the party. All of it now, or as of a moment."""

    mine: ColumnElement[bool]
    others: ColumnElement[bool]
    own: tuple[str, str] | None = None
    then: Then = NOW


def figures(lines: FromClause = sales) -> list[ColumnElement[int]]:
    """The columns of every answer about sales, over lines that were paid for."""
    amounts = [func.coalesce(func.sum(lines.c[name]), 0).label(name) for name in (*PARTS, *SHARES)]
    counted = [
        func.count(lines.c.order_id.distinct()).label("orders"),
        func.coalesce(func.sum(lines.c.quantity), 0).label("units"),
        func.coalesce(func.sum(lines.c.returned), 0).label("returned"),
        func.coalesce(func.sum(lines.c.cancelled), 0).label("cancelled"),
    ]
    return [*amounts, *counted]


def with_net(row: dict[str, Any]) -> dict[str, Any]:
    """The row, with what is left of what was paid."""
    return row | {"net_minor": row["gross_minor"] - row["refunded_minor"] - row["cancelled_minor"]}


def sold(
    connection: Connection, *where: ColumnElement[bool], lines: FromClause = sales
) -> dict[str, dict[str, int]]:  # fmt: skip
    """By currency, the figures of the lines that were paid for."""
    currency = lines.c.currency
    found = select(currency, *figures(lines)).where(*where, lines.c.paid_at.is_not(None)).group_by(currency)
    rows = [dict(row) for row in connection.execute(found.order_by(currency)).mappings()]
    return {row.pop("currency"): with_net(row) for row in rows}


def booked(connection: Connection, scope: Scope) -> dict[str, Sums]:
    """By currency, the same sums of money, from the entries."""
    lines = scope.then.lines
    orders = select(lines.c.order_id).where(scope.mine)
    totals = _entered(connection, entries.c.order_id.in_(orders), scope.then.booked)
    for currency, other in sold(connection, lines.c.order_id.in_(orders), scope.others, lines=lines).items():
        total = totals.setdefault(currency, _zeros())
        total.update({name: total[name] - other[name] for name in (*PARTS, *SHARES)})
    if scope.own is not None:
        share, party_id = scope.own
        owed = _owed(connection, party_id, scope.then)
        for currency in totals.keys() | owed.keys():
            totals.setdefault(currency, _zeros())[share] = owed.get(currency, 0)
    return {currency: with_net(total) for currency, total in totals.items()}


def amounts_of(by_currency: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """A row a currency, the money alone, as answers carry them."""
    names = (*PARTS, "net_minor", *SHARES)
    return [{"currency": one, **{name: by_currency[one][name] for name in names}} for one in sorted(by_currency)]


def ensure_equal(from_sales: list[dict[str, Any]], from_ledger: list[dict[str, Any]], position: str) -> None:
    """Raises FiguresApart, unless both say the same; where nothing was owed, nothing is booked."""
    if _moved(from_sales) != _moved(from_ledger):
        raise FiguresApart(f"at {position} the sales come to {from_sales}, the ledger to {from_ledger}")
    for row in from_sales:
        if row["net_minor"] != sum(row[name] for name in SHARES):
            raise FiguresApart(f"at {position} the shares do not come to what was paid: {row}")


def ensure_months_equal(connection: Connection, position: str) -> None:
    """What all months come to must be the same twice as well. Raises FiguresApart."""
    summed = (func.sum(sold_in_month.c[name]).label(name) for name in (*PARTS, *SHARES))
    found = select(sold_in_month.c.currency, *summed).group_by(sold_in_month.c.currency)
    rows = connection.execute(found).mappings()
    from_sales = {row["currency"]: with_net({name: int(row[name]) for name in (*PARTS, *SHARES)}) for row in rows}
    entered = _entered(connection, booked_in_month.c.topic.in_(OF_ORDERS), table=booked_in_month)
    from_ledger = {currency: with_net(total) for currency, total in entered.items()}
    ensure_equal(amounts_of(from_sales), amounts_of(from_ledger), position)


def _entered(connection: Connection, *of: ColumnElement[bool], table: Table = entries) -> dict[str, Sums]:
    key = (table.c.currency, table.c.topic, table.c.account)
    found = select(*key, func.sum(table.c.amount_minor)).where(*of, table.c.account.in_(_PARTY)).group_by(*key)
    totals: dict[str, Sums] = {}
    for currency, topic, account, amount_minor in connection.execute(found):
        total = totals.setdefault(currency, _zeros())
        total[_PARTY[account]] -= amount_minor
        if topic in _PART:
            part, sign = _PART[topic]
            total[part] -= sign * amount_minor
    return totals


def _owed(connection: Connection, party_id: str, at: Then) -> Sums:
    """What orders have booked for a party. Now that is its balances, less what is no order's: what is paid out."""
    mine = (entries.c.party_id == party_id, entries.c.account.in_(_PARTY))
    of_orders = entries.c.order_id.is_not(None)
    if at is not NOW:
        return _total(connection, entries.c.currency, entries.c.amount_minor, *mine, of_orders, at.booked)
    of_party = (balances.c.party_id == party_id, balances.c.account.in_(_PARTY))
    kept = _total(connection, balances.c.currency, balances.c.balance_minor, *of_party)
    others = _total(connection, entries.c.currency, entries.c.amount_minor, *mine, ~of_orders)
    return {currency: owed - others.get(currency, 0) for currency, owed in kept.items()}


def _total(
    connection: Connection, currency: ColumnElement[str], amount: ColumnElement[int], *where: ColumnElement[bool]
) -> Sums:  # fmt: skip
    found = select(currency, (-func.sum(amount)).label("total")).where(*where).group_by(currency)
    return {row.currency: row.total for row in connection.execute(found)}


def _zeros() -> Sums:
    return dict.fromkeys((*PARTS, *SHARES), 0)


def _moved(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if any(row[name] for name in (*PARTS, *SHARES))]
