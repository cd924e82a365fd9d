"""Who bought: numbers of people, never fewer than five, by what is certified of them and by their tags."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from services.contracts.floor import PRIVACY_FLOOR, shown_cells
from services.mall.projections.known_people import claims, tags
from services.mall.projections.sales import KEPT, sales

from .reading import people_position

Cells = dict[str, set[str]]


def who_bought(connection: Connection, mine: Sequence[ColumnElement[bool]]) -> dict[str, Any]:
    """Distinct buyers of the lines that were paid for and not cancelled, as the answers show them."""
    buyers = select(sales.c.buyer_id).where(*mine, sales.c.state.in_(KEPT)).distinct()
    count = connection.execute(select(func.count()).select_from(buyers.subquery())).scalar_one()
    known_at = people_position(connection)
    if count < PRIVACY_FLOOR:
        return {"count": None, "by": [], "suppressed": None, "known_at": known_at}
    by, suppressed = _breakdown(connection, buyers, count)
    return {"count": count, "by": by, "suppressed": suppressed, "known_at": known_at}


def _breakdown(connection: Connection, buyers: Select[Any], everybody: int) -> tuple[list[dict[str, Any]], int]:
    by: list[dict[str, Any]] = []
    suppressed = 0
    for (certified, kind), cells in sorted(_cells(connection, buyers).items()):
        shown = shown_cells(cells, everybody)
        suppressed += len(cells) - len(shown)
        ranked = sorted(shown.items(), key=lambda cell: (-cell[1], cell[0]))
        by += [{"kind": kind, "value": value, "certified": certified, "buyers": number} for value, number in ranked]
    return by, suppressed


def _cells(connection: Connection, buyers: Select[Any]) -> dict[tuple[bool, str], Cells]:
    found: dict[tuple[bool, str], Cells] = {}
    for certified, rows in ((True, _certified(connection, buyers)), (False, _tagged(connection, buyers))):
        for kind, value, person_id in rows:
            found.setdefault((certified, kind), {}).setdefault(value, set()).add(person_id)
    return found


def _certified(connection: Connection, buyers: Select[Any]) -> Iterator[tuple[str, str, str]]:
    """A claim counts by its code; one without by its level, the highest that the person has of the kind."""
    highest = func.max(claims.c.level).label("level")
    found = (
        select(claims.c.kind, claims.c.code, highest, claims.c.person_id)
        .where(claims.c.person_id.in_(buyers))
        .group_by(claims.c.person_id, claims.c.kind, claims.c.code)
    )
    for row in connection.execute(found):
        yield row.kind, row.code or f"level {row.level}", row.person_id


def _tagged(connection: Connection, buyers: Select[Any]) -> Iterator[tuple[str, str, str]]:
    found = select(tags.c.kind, tags.c.value, tags.c.person_id).where(tags.c.person_id.in_(buyers))
    for row in connection.execute(found):
        yield row.kind, row.value, row.person_id
