"""What was sold month by month, and where the money of it lay when each month was over."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, func, literal, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row
from services.known.people import text_of
from services.mall.domain.checkout_facts import PaymentRefunded, RefundPaidElsewhere, RefundReturned
from services.mall.domain.ledger import Account
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.domain.payout_facts import Paid, PulledBack, Returned
from services.mall.domain.postings import AVAILABLE, HELD, WITHHELD
from services.mall.projections.ledger import booked_in_month, entries
from services.mall.projections.month import MONTH_LENGTH
from services.mall.projections.sales_tables import MOVED, moves, sales, sold_in_month

from .moments import then
from .reading import Reading, figures_position
from .sums import ensure_months_equal, with_net

IN_MONTH = (*MOVED, "orders")
AT_ITS_END = ("held_minor", "available_minor", "paying_minor", "paid_out_minor", "given_back_minor")
_PAID_OUT = (Paid.TOPIC, Returned.TOPIC, PulledBack.TOPIC, PayoutElsewhere.Recorded.TOPIC)
Months = dict[tuple[str, str], Row]
"""By month and currency."""


class MonthQueries(Reading):
    """Reads for operators."""

    def months_sold(self, actor: Actor, as_of: datetime | None = None) -> dict[str, Any]:  # noqa: ARG002 - for operators
        """A row a month and currency in which anything was booked, the earliest first. Raises FiguresNotReady.

        Now, they are added up as it happens; as of a moment, from all that had happened before it.
        """
        with self._service.views.reading() as connection:
            position = figures_position(connection)
            if as_of is None:
                ensure_months_equal(connection, position)
            sold, booked = _sold(connection, as_of), _booked(connection, as_of)
        reached: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(AT_ITS_END, 0))
        items = []
        for month, currency in sorted(sold.keys() | booked.keys()):
            for name, minor in booked.get((month, currency), {}).items():
                reached[currency][name] += minor
            told = dict.fromkeys(IN_MONTH, 0) | sold.get((month, currency), {})
            items.append({"month": month, "currency": currency, **with_net(told), **reached[currency]})
        return {"position": position, "as_of": as_of, "items": items}


def _sold(connection: Connection, as_of: datetime | None) -> Months:
    """What moved in each month; an order counts in the month in which it was paid."""
    rows = connection.execute(select(sold_in_month) if as_of is None else _moved_until(as_of)).mappings()
    return {(row["month"], row["currency"]): {name: int(row[name]) for name in IN_MONTH} for row in rows}


def _moved_until(as_of: datetime) -> Select[Any]:
    month = func.substr(moves.c.effective_at, 1, MONTH_LENGTH).label("month")
    paid = case((moves.c.units > 0, moves.c.order_id)).label("paid")
    is_line = and_(sales.c.order_id == moves.c.order_id, sales.c.line_id == moves.c.line_id)
    found = select(month, sales.c.currency, paid, *(moves.c[name] for name in MOVED)).join(sales, is_line)
    one = found.where(moves.c.effective_at < text_of(as_of)).subquery("moved")
    summed = [func.sum(one.c[name]).label(name) for name in MOVED]
    total = select(one.c.month, one.c.currency, *summed, func.count(one.c.paid.distinct()).label("orders"))
    return total.group_by(one.c.month, one.c.currency)


def _booked(connection: Connection, as_of: datetime | None) -> Months:
    """By how much each sum changed in each month: what is owed, and what has left the provider."""
    if as_of is None:
        found = select(booked_in_month.c.month, *_told_of(booked_in_month))
    else:
        month = func.substr(entries.c.effective_at, 1, MONTH_LENGTH).label("month")
        found = select(month, *_told_of(entries)).where(then(as_of).booked)
    one = found.subquery("booked")
    key = (one.c.month, one.c.currency, one.c.lies)
    total = select(*key, (-func.sum(one.c.amount_minor)).label("minor")).where(one.c.lies.is_not(None)).group_by(*key)
    months: Months = defaultdict(dict)
    for row in connection.execute(total).mappings():
        months[row["month"], row["currency"]][row["lies"]] = int(row["minor"])
    return months


def _told_of(table: Table) -> tuple[ColumnElement[Any], ...]:
    """Of entries, or of what they come to: the currency, in which sum it lies, and how much."""
    return table.c.currency, _lies(table).label("lies"), table.c.amount_minor


def _lies(table: Table) -> ColumnElement[str]:
    account, topic = table.c.account, table.c.topic
    at_provider = account == Account.PROVIDER
    return case(
        (account.in_([*HELD.values(), *WITHHELD.values()]), literal("held_minor")),
        (account.in_(AVAILABLE.values()), literal("available_minor")),
        (account == Account.PAYOUTS_DUE, literal("paying_minor")),
        (and_(at_provider, topic.in_(_PAID_OUT)), literal("paid_out_minor")),
        (and_(at_provider, topic.in_((PaymentRefunded.TOPIC, RefundReturned.TOPIC))), literal("given_back_minor")),
        (and_(account == Account.PLATFORM_BANK, topic == RefundPaidElsewhere.TOPIC), literal("given_back_minor")),
    )
