"""What was sold month by month, and where the money of it lay when each month was over."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row
from services.known.people import text_of
from services.mall.domain.checkout_facts import PaymentRefunded, RefundPaidElsewhere, RefundReturned
from services.mall.domain.ledger import Account
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.domain.payout_facts import Paid, PulledBack, Returned
from services.mall.domain.postings import AVAILABLE, HELD, WITHHELD
from services.mall.projections.ledger import entries
from services.mall.projections.sales_tables import MOVED, moves, sales

from .moments import then
from .reading import Reading, figures_position
from .sums import with_net

IN_MONTH = (*MOVED, "orders")
AT_ITS_END = ("held_minor", "available_minor", "paying_minor", "paid_out_minor", "given_back_minor")
_MONTH = 7
"""How many characters of a time say in which month it is."""
_AT_PROVIDER = entries.c.account == Account.PROVIDER
_PAID_OUT = (Paid.TOPIC, Returned.TOPIC, PulledBack.TOPIC, PayoutElsewhere.Recorded.TOPIC)
_LIES: ColumnElement[str] = case(
    (entries.c.account.in_([*HELD.values(), *WITHHELD.values()]), literal("held_minor")),
    (entries.c.account.in_(AVAILABLE.values()), literal("available_minor")),
    (entries.c.account == Account.PAYOUTS_DUE, literal("paying_minor")),
    (and_(_AT_PROVIDER, entries.c.topic.in_(_PAID_OUT)), literal("paid_out_minor")),
    (and_(_AT_PROVIDER, entries.c.topic.in_((PaymentRefunded.TOPIC, RefundReturned.TOPIC))),
     literal("given_back_minor")),
    (and_(entries.c.account == Account.PLATFORM_BANK, entries.c.topic == RefundPaidElsewhere.TOPIC),
     literal("given_back_minor")),
)  # fmt: skip
Months = dict[tuple[str, str], Row]
"""By month and currency."""


class MonthQueries(Reading):
    """Reads for operators."""

    def months_sold(self, actor: Actor, as_of: datetime | None = None) -> dict[str, Any]:  # noqa: ARG002 - for operators
        """A row a month and currency in which anything was booked, the earliest first. Raises FiguresNotReady."""
        with self._service.views.reading() as connection:
            position = figures_position(connection)
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
    month = func.substr(moves.c.effective_at, 1, _MONTH).label("month")
    paid = case((moves.c.units > 0, moves.c.order_id)).label("paid")
    is_line = and_(sales.c.order_id == moves.c.order_id, sales.c.line_id == moves.c.line_id)
    found = select(month, sales.c.currency, paid, *(moves.c[name] for name in MOVED)).join(sales, is_line)
    if as_of is not None:
        found = found.where(moves.c.effective_at < text_of(as_of))
    one = found.subquery("moved")
    summed = [func.sum(one.c[name]).label(name) for name in MOVED]
    total = select(one.c.month, one.c.currency, *summed, func.count(one.c.paid.distinct()).label("orders"))
    rows = connection.execute(total.group_by(one.c.month, one.c.currency)).mappings()
    return {(row["month"], row["currency"]): {name: int(row[name]) for name in IN_MONTH} for row in rows}


def _booked(connection: Connection, as_of: datetime | None) -> Months:
    """By how much each sum changed in each month: what is owed, and what has left the provider."""
    month, lies = func.substr(entries.c.effective_at, 1, _MONTH).label("month"), _LIES.label("lies")
    found = select(month, entries.c.currency, lies, entries.c.amount_minor).where(then(as_of).booked)
    one = found.subquery("booked")
    key = (one.c.month, one.c.currency, one.c.lies)
    total = select(*key, (-func.sum(one.c.amount_minor)).label("minor")).where(one.c.lies.is_not(None)).group_by(*key)
    months: Months = defaultdict(dict)
    for row in connection.execute(total).mappings():
        months[row["month"], row["currency"]][row["lies"]] = int(row["minor"])
    return months
