"""Who operated in a half-year, for whoever has to report it: sellers, and the communities and members that earned.

As everything about a report: by the times at which it happened, as it was recorded until a moment. The same question
about the same moment has the same answer for ever; a correction is the difference between two of them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row
from services.known.people import text_of
from services.mall.domain import order_facts
from services.mall.domain.filing import check_moments
from services.mall.domain.ledger import Account
from services.mall.projections.ledger import entries
from services.mall.projections.operators import OPENED, SUSPENDED, OperatorsView, operating

from .incomes import bounds_of
from .reading import Reading, figures_position

Operators = Mapping[tuple[str, str], Row]
"""By role and party."""
_ROLES = {Account.COMMUNITY_HELD.value: "community", Account.MEMBER_HELD.value: "member"}
ADDED, CHANGED, REMOVED = "added", "changed", "removed"


class OperatorQueries(Reading):
    """Reads for reports to authorities."""

    def operators(
        self, actor: Actor, half: str, time_zone: str, as_of: datetime, since: datetime | None = None,  # noqa: ARG002
        limit: int = 100, cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A page of the rows. Raises MomentToCome, SinceNotEarlier, FiguresNotReady."""
        check_moments(as_of, since, self._service.clock.now())
        begins_at, ends_at = bounds_of_half(half, time_zone)
        with self._service.views.reading() as connection:
            position = figures_position(connection, OperatorsView)
            found = _operators(connection, begins_at, ends_at, as_of)
            if since is not None:
                found = _difference(found, _operators(connection, begins_at, ends_at, since))
        following = sorted(key for key in found if cursor is None or key > tuple(cursor))
        keys = following[:limit]
        return {
            "position": position, "half": half, "time_zone": time_zone, "begins_at": begins_at, "ends_at": ends_at,
            "as_of": as_of, "since": since, "items": [found[key] for key in keys],
            "next": list(keys[-1]) if len(following) > limit else None,
        }  # fmt: skip


def bounds_of_half(half: str, time_zone: str) -> tuple[datetime, datetime]:
    """The first moment of a half-year, and the first after it."""
    first, last = ("1", "2") if half.endswith("H1") else ("3", "4")
    return bounds_of(f"{half[:4]}Q{first}", time_zone)[0], bounds_of(f"{half[:4]}Q{last}", time_zone)[1]


def _operators(connection: Connection, begins_at: datetime, ends_at: datetime, as_of: datetime) -> dict[Any, Row]:
    bounds = (text_of(begins_at), text_of(ends_at), text_of(as_of))
    rows = [*_sellers(connection, *bounds), *_earners(connection, *bounds)]
    return {(row["role"], row["party_id"]): row for row in rows}


def _sellers(connection: Connection, begins_at: str, ends_at: str, as_of: str) -> list[Row]:
    """Those who had begun before it ended, and were not suspended before it began."""
    meant = (operating.c.effective_at < ends_at, operating.c.recorded_at <= as_of)
    known: dict[str, Row] = {}
    for change in connection.execute(select(operating).where(*meant).order_by(operating.c.position)).mappings():
        if change["what"] == OPENED:
            known[change["seller_id"]] = _row(
                "seller", change["person_id"], change["effective_at"], (change["claims"] or "").split()
            )
        elif change["seller_id"] in known:
            is_over = change["what"] == SUSPENDED
            ended = {"ended_at": change["effective_at"], "ended_as": change["reason"]}
            known[change["seller_id"]] |= ended if is_over else dict.fromkeys(ended)
    return [row for row in known.values() if row["ended_at"] is None or row["ended_at"] >= begins_at]


def _earners(connection: Connection, begins_at: str, ends_at: str, as_of: str) -> list[Row]:
    """Those by whom something was sold within it; since when, is when that happened first."""
    key = (entries.c.account, entries.c.party_id)
    found = (
        select(*key, func.min(entries.c.effective_at))
        .where(
            entries.c.topic == order_facts.Paid.TOPIC, entries.c.account.in_(_ROLES), entries.c.effective_at < ends_at,
            entries.c.recorded_at <= as_of,
        )
        .group_by(*key)
        .having(func.max(entries.c.effective_at) >= begins_at)
    )  # fmt: skip
    return [_row(_ROLES[account], party_id, since, []) for account, party_id, since in connection.execute(found)]


def _row(role: str, party_id: str, operating_since: str, claims: list[str]) -> Row:
    return {
        "role": role, "party_id": party_id, "operating_since": operating_since, "ended_at": None, "ended_as": None,
        "claims": claims, "change": None,
    }  # fmt: skip


def _difference(now: Operators, then: Operators) -> dict[Any, Row]:
    """What is told now and was not then, or otherwise; what stayed is left out."""
    added = {key: row | {"change": ADDED} for key, row in now.items() if key not in then}
    changed = {key: row | {"change": CHANGED} for key, row in now.items() if key in then and row != then[key]}
    return added | changed | {key: row | {"change": REMOVED} for key, row in then.items() if key not in now}
