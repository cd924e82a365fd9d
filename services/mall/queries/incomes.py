"""Who earned what in a quarter: from the entries of the ledger, as they were recorded until a moment.

What was sold counts where it happened, what came back where that happened. What a payout moves is no income, so only
facts of orders are looked at. The same question about the same moment has the same answer for ever: a correction is the
difference between two of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of
from services.known.people import text_of
from services.mall.domain import order_facts
from services.mall.domain.filing import check_moments
from services.mall.domain.postings import AVAILABLE, HELD, WITHHELD
from services.mall.projections.filings import filings
from services.mall.projections.ledger import entries
from services.mall.projections.listings import ListingsView, listings
from services.mall.projections.orders import OrdersView, orders
from services.mall.projections.sales import sales

from .reading import Reading, figures_position

SELLER, COMMISSION = "seller", "commission"
MIXED = "mixed"
FIGURES = ("gross_minor", "returned_minor", "net_minor", "fee_minor", "commission_minor", "income_minor")
_PARTY = {account.value: party for accounts in (HELD, AVAILABLE, WITHHELD) for party, account in accounts.items()}
_EARNED = {"seller": "income_minor", "platform": "fee_minor", "community": "commission_minor"}
_SOLD = order_facts.Paid.TOPIC
_BACK = tuple(
    kind.TOPIC
    for kind in (
        order_facts.LineRefunded, order_facts.LineChargedBack, order_facts.CancelledPaid, order_facts.ShareForfeited
    )
)  # fmt: skip
"""What changes who has how much of what was sold; by a forfeiture nothing of it comes back."""


class Key(NamedTuple):
    """Whose income it is, of what, in which currency."""

    role: str
    party_id: str
    kind: str
    currency: str


Figures = dict[str, int]
Earned = Mapping[Key, Figures]


class IncomeQueries(Reading):
    """Reads for reports to authorities."""

    def income(
        self, actor: Actor, quarter: str, time_zone: str, as_of: datetime, since: datetime | None = None,  # noqa: ARG002
        limit: int = 100, cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A page of the rows. Raises MomentToCome, SinceNotEarlier, FiguresNotReady."""
        check_moments(as_of, since, self._service.clock.now())
        begins_at, ends_at = bounds_of(quarter, time_zone)
        with self._service.views.reading() as connection:
            position = figures_position(connection, OrdersView, ListingsView)
            earned = _earned(connection, begins_at, ends_at, as_of)
            if since is not None:
                earned = _difference(earned, _earned(connection, begins_at, ends_at, since))
        following = sorted(key for key in earned if cursor is None or key > tuple(cursor))
        keys = following[:limit]
        return {
            "position": position, "quarter": quarter, "time_zone": time_zone, "begins_at": begins_at,
            "ends_at": ends_at, "as_of": as_of, "since": since, "items": [key._asdict() | earned[key] for key in keys],
            "next": list(keys[-1]) if len(following) > limit else None,
        }  # fmt: skip

    def filings(self, actor: Actor, limit: int = 100, cursor: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002
        """Reports that were sent, the latest first."""
        with self._service.views.reading() as connection:
            page = page_of(connection, select(filings), (filings.c.place.desc(),), limit, cursor)
        return {"items": page.rows, "next": page.next}


def bounds_of(quarter: str, time_zone: str) -> tuple[datetime, datetime]:
    """The first moment of a quarter, and the first after it."""
    year, number = int(quarter[:4]), int(quarter[5])
    zone = ZoneInfo(time_zone)
    after = (year + 1, 1) if number == 4 else (year, 3 * number + 1)
    return datetime(year, 3 * number - 2, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone)


def _earned(connection: Connection, begins_at: datetime, ends_at: datetime, as_of: datetime) -> Earned:
    meant = and_(
        entries.c.topic.in_((_SOLD, *_BACK)), entries.c.account.in_(_PARTY),
        entries.c.effective_at >= text_of(begins_at), entries.c.effective_at < text_of(ends_at),
        entries.c.recorded_at <= text_of(as_of),
    )  # fmt: skip
    earned: dict[Key, Figures] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    for person_id, kind, currency, topic, account, amount_minor in connection.execute(_of_sellers(meant)):
        figures = earned[Key(SELLER, person_id, kind, currency)]
        figures["gross_minor" if topic == _SOLD else "returned_minor"] += (
            amount_minor if topic == _SOLD else -amount_minor
        )
        figures["net_minor"] += amount_minor
        figures[_EARNED.get(_PARTY[account], "commission_minor")] += amount_minor
    for account, party_id, currency, amount_minor in connection.execute(_of_earners(meant)):
        earned[Key(_PARTY[account], party_id, COMMISSION, currency)]["income_minor"] += amount_minor
    return {key: figures for key, figures in earned.items() if any(figures.values())}


def _of_sellers(meant: ColumnElement[bool]) -> Select[Any]:
    """Of every order all that was paid for it, whoever had which share, by what its lines are."""
    lowest, highest = func.min(listings.c.kind), func.max(listings.c.kind)
    kinds = (
        select(sales.c.order_id, case((lowest == highest, lowest), else_=MIXED).label("kind"))
        .join(listings, listings.c.listing_id == sales.c.listing_id)
        .group_by(sales.c.order_id)
        .subquery()
    )
    key = (orders.c.seller_person_id, kinds.c.kind, entries.c.currency, entries.c.topic, entries.c.account)
    return (
        select(*key, func.sum(-entries.c.amount_minor))
        .join(orders, orders.c.order_id == entries.c.order_id)
        .join(kinds, kinds.c.order_id == entries.c.order_id)
        .where(meant)
        .group_by(*key)
    )


def _of_earners(meant: ColumnElement[bool]) -> Select[Any]:
    """What members and communities got of it."""
    earners = [account for account, party in _PARTY.items() if party in ("member", "community")]
    key = (entries.c.account, entries.c.party_id, entries.c.currency)
    return select(*key, func.sum(-entries.c.amount_minor)).where(meant, entries.c.account.in_(earners)).group_by(*key)


def _difference(now: Earned, then: Earned) -> Earned:
    """What is told now and was not then; what stayed is left out."""
    nothing = dict.fromkeys(FIGURES, 0)
    keys: Iterable[Key] = dict.fromkeys((*now, *then))
    changed = {
        key: {name: now.get(key, nothing)[name] - then.get(key, nothing)[name] for name in FIGURES} for key in keys
    }
    return {key: figures for key, figures in changed.items() if any(figures.values())}
