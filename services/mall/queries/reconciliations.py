"""How the books stand against the provider, for operators."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.mall.domain.reconciling import AS_FEE, DIFFERING, MATCHED, OPEN, UNMATCHED
from services.mall.domain.refusals import NoSuchDiscrepancy, NoSuchReconciliation
from services.mall.domain.statement import day_of
from services.mall.projections.provider_bookings import bookings
from services.mall.projections.reconciliations import compared, discrepancies, lines, steps, versions

from .reading import Reading, row_of

AGED_AFTER_DAYS = 3
"""What is open for longer than a late line usually takes wants a person to look."""
MOST_OF_ONE = 100
"""So many lines and bookings of one subject are shown with its discrepancy."""


class ReconciliationQueries(Reading):
    """Reads of the comparison with the provider; their policies let operators in alone."""

    def reconciliations(
        self, actor: Actor, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002 - for operators
    ) -> dict[str, Any]:  # fmt: skip
        """The days, the latest first, with what is open of each now."""
        latest = select(func.max(versions.c.statement_version)).where(versions.c.day == _outer.c.day).scalar_subquery()
        found = select(_outer).where(_outer.c.statement_version == latest)
        with self._service.views.reading() as connection:
            page = page_of(connection, found, [_outer.c.day.desc()], limit, cursor)
            days = [row["day"] for row in page.rows]
            counted = _states(connection, days), _open(connection, days, self._today()), _compared(connection, days)
        return {"items": [_day(row, *counted) for row in page.rows], "next": page.next}

    def statement_lines(
        self, actor: Actor, day: str, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002 - for operators
    ) -> dict[str, Any]:  # fmt: skip
        """The lines of a day in every version. Raises DayNotADate, NoSuchReconciliation."""
        day_of(day)
        with self._service.views.reading() as connection:
            if connection.execute(select(versions.c.day).where(versions.c.day == day)).first() is None:
                raise NoSuchReconciliation()
            order = [lines.c.line_id, lines.c.statement_version]
            page = page_of(connection, select(lines).where(lines.c.day == day), order, limit, cursor)
        return {"day": day, "items": page.rows, "next": page.next}

    def discrepancies(
        self, actor: Actor, state: str = OPEN, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002
    ) -> dict[str, Any]:  # fmt: skip
        """Those in a state, the oldest first."""
        order = [discrepancies.c.since, discrepancies.c.discrepancy_id]
        with self._service.views.reading() as connection:
            found = select(discrepancies).where(discrepancies.c.state == state)
            page = page_of(connection, found, order, limit, cursor)
        return {"items": [_aged(row, self._today()) for row in page.rows], "next": page.next}

    def discrepancy(self, actor: Actor, discrepancy_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for operators
        """One of them: what they say, what we booked, what became of it. Raises NoSuchDiscrepancy."""
        with self._service.views.reading() as connection:
            row = row_of(connection, discrepancies, discrepancies.c.discrepancy_id, discrepancy_id)
            if row is None:
                raise NoSuchDiscrepancy()
            return _aged(row, self._today()) | {
                "lines": _lines_of(connection, row),
                "bookings": _bookings_of(connection, row),
                "steps": _steps_of(connection, discrepancy_id),
            }

    def _today(self) -> date:
        return self._service.clock.now().date()


_outer = versions.alias("of_day")


def _states(connection: Connection, days: Sequence[str]) -> dict[str, dict[str, int]]:
    stated = (lines.c.day.in_(days), lines.c.withdrawn_in.is_(None))
    found = select(lines.c.day, lines.c.state, func.count()).where(*stated).group_by(lines.c.day, lines.c.state)
    states: dict[str, dict[str, int]] = defaultdict(dict)
    for day, state, count in connection.execute(found):
        states[day][state] = count
    return states


def _open(connection: Connection, days: Sequence[str], today: date) -> dict[str, list[Row]]:
    aged_before = (today - timedelta(days=AGED_AFTER_DAYS)).isoformat()
    key = (discrepancies.c.since, discrepancies.c.currency)
    found = select(
        *key, func.count().label("open"), func.sum(discrepancies.c.difference_minor).label("open_minor"),
        func.sum(case((discrepancies.c.since < aged_before, 1), else_=0)).label("aged"),
    ).where(discrepancies.c.state == OPEN, discrepancies.c.since.in_(days))  # fmt: skip
    return _by_day(connection, found.group_by(*key).order_by(*key), "since")


def _compared(connection: Connection, days: Sequence[str]) -> dict[str, list[Row]]:
    found = select(
        compared, (compared.c.stated_minor - compared.c.booked_minor).label("open_minor"),
        (compared.c.told_minor - compared.c.stated_minor).label("unstated_minor"),
    ).where(compared.c.day.in_(days))  # fmt: skip
    return _by_day(connection, found.order_by(compared.c.day, compared.c.currency), "day")


def _by_day(connection: Connection, found: Any, name: str) -> dict[str, list[Row]]:
    by_day: dict[str, list[Row]] = defaultdict(list)
    for row in connection.execute(found).mappings():
        by_day[row[name]].append(dict(row))
    return by_day


def _day(
    row: Row, states: dict[str, dict[str, int]], open: dict[str, list[Row]], compared: dict[str, list[Row]]
) -> Row:  # fmt: skip
    counts, day = states.get(row["day"], {}), row["day"]
    named = {"matched": MATCHED, "differing": DIFFERING, "unmatched": UNMATCHED, "fees": AS_FEE}
    told = {name: counts.get(state, 0) for name, state in named.items()}
    return {**row, **told, "lines": row["count"], "open": open.get(day, []), "compared": compared.get(day, [])}


def _aged(row: Row, today: date) -> Row:
    """Counted to now, also while no statement comes."""
    return row | {"age_days": max(0, (today - day_of(row["since"])).days) if row["state"] == OPEN else None}


def _lines_of(connection: Connection, row: Row) -> list[Row]:
    """All lines of the same subject; without a subject, the line itself."""
    mine: ColumnElement[bool] = (lines.c.day == row["day"]) & (lines.c.line_id == row["line_id"])
    if row["subject_id"] is not None:
        mine = (lines.c.kind == row["subject_kind"]) & (lines.c.subject_id == row["subject_id"])
    order = (lines.c.day, lines.c.line_id, lines.c.statement_version)
    found = connection.execute(select(lines).where(mine).order_by(*order).limit(MOST_OF_ONE))
    return [dict(one) for one in found.mappings()]


def _bookings_of(connection: Connection, row: Row) -> list[Row]:
    mine = (bookings.c.kind == row["subject_kind"], bookings.c.subject_id == row["subject_id"])
    found = connection.execute(select(bookings).where(*mine).order_by(bookings.c.position).limit(MOST_OF_ONE))
    return [{**one, "position": f"mall:{one['position']}"} for one in found.mappings()]


def _steps_of(connection: Connection, discrepancy_id: UUID) -> list[Row]:
    mine = steps.c.discrepancy_id == str(discrepancy_id)
    found = connection.execute(select(steps).where(mine).order_by(steps.c.position)).mappings()
    return [{**one, "position": f"mall:{one['position']}"} for one in found]
