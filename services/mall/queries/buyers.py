"""Who bought: numbers of people, never fewer than five, by what is certified of them and by their tags.

``count`` is exact: who has paid and was not cancelled. Cells tell of buyers in batches, and in steps, so that two
answers differ by five in a cell or by nothing: of whom, and why, ``first_buyers`` says. What people are, they are as it
is known now.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, select

from services.contracts.floor import PRIVACY_FLOOR, told_cells
from services.contracts.likeness import is_addressable
from services.known.people import claims, tags
from services.mall.projections.matching import NO_GROUP, TAGS, is_shown
from services.mall.projections.sales import KEPT

from .first_buyers import FirstBuyers
from .moments import Then
from .reading import people_position

Cells = dict[str, set[str]]
TOO_FEW, TOO_ALIKE = "too_few", "too_alike"


def who_bought(connection: Connection, then: Then, name: str, value: str) -> dict[str, Any]:
    """Distinct buyers of the lines with this value in a column, as the answers show them."""
    lines = then.lines
    kept = select(lines.c.buyer_id).where(then.lines_of(name, value), lines.c.state.in_(KEPT)).distinct()
    count, known_at = _count(connection, kept), people_position(connection)
    told_of = FirstBuyers(connection, then, name, value)
    untold: dict[str, Any] = {"by": [], "suppressed": None, "told_of": None, "known_at": known_at}
    if count < PRIVACY_FLOOR:
        return {"count": None, **untold, "withheld": TOO_FEW}
    if not told_of.are_apart():
        return {"count": count, **untold, "withheld": TOO_ALIKE}
    by, suppressed = _breakdown(connection, told_of.people, told_of.size)
    told = {"by": by, "suppressed": suppressed, "told_of": told_of.size, "known_at": known_at}
    return {"count": count, **told, "withheld": None}


def _breakdown(connection: Connection, buyers: Select[Any], everybody: int) -> tuple[list[dict[str, Any]], int]:
    by: list[dict[str, Any]] = []
    suppressed = 0
    for (certified, kind), cells in sorted(_cells(connection, buyers).items()):
        shown = told_cells(cells, everybody)
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
        .where(claims.c.person_id.in_(buyers), is_shown(claims.c.kind, claims.c.person_id, NO_GROUP))
        .group_by(claims.c.person_id, claims.c.kind, claims.c.code)
    )
    for row in connection.execute(found):
        yield row.kind, row.code or f"level {row.level}", row.person_id


def _tagged(connection: Connection, buyers: Select[Any]) -> Iterator[tuple[str, str, str]]:
    shown = is_shown(TAGS, tags.c.person_id, NO_GROUP)
    found = select(tags.c.kind, tags.c.value, tags.c.person_id).where(tags.c.person_id.in_(buyers), shown)
    for row in connection.execute(found):
        if is_addressable(row.kind):
            yield row.kind, row.value, row.person_id


def _count(connection: Connection, people: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(people.subquery())).scalar_one())
