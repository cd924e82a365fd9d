"""Who bought: numbers of people, never fewer than five, by what is certified of them and by their tags.

Cells tell of buyers in batches: of the first five, ten, fifteen who paid, so that one purchase more changes nothing
until four others follow; and in steps, so that two answers differ by five in a cell or by nothing. That holds of two
moments of the past as well: whoever is told of as of one is told of as of every later one. What people are, they are
as it is known now.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from services.contracts.floor import PRIVACY_FLOOR, in_steps, told_cells
from services.contracts.likeness import is_addressable
from services.known.people import claims, tags
from services.mall.domain.order_facts import Paid
from services.mall.projections.ledger import entries
from services.mall.projections.matching import NO_GROUP, TAGS, is_shown
from services.mall.projections.sales import KEPT

from .moments import Then
from .reading import people_position

Cells = dict[str, set[str]]


def who_bought(connection: Connection, then: Then, mine: Sequence[ColumnElement[bool]]) -> dict[str, Any]:
    """Distinct buyers of the lines that were paid for and not cancelled, as the answers show them."""
    lines = then.lines
    buyers = select(lines.c.buyer_id).where(*mine, lines.c.state.in_(KEPT)).distinct()
    count = _count(connection, buyers)
    known_at = people_position(connection)
    if count < PRIVACY_FLOOR:
        return {"count": None, "by": [], "suppressed": None, "known_at": known_at}
    told_of = buyers.where(lines.c.buyer_id.in_(_batches(connection, then, mine)))
    by, suppressed = _breakdown(connection, told_of, _count(connection, told_of))
    return {"count": count, "by": by, "suppressed": suppressed, "known_at": known_at}


def _batches(connection: Connection, then: Then, mine: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Of all who ever paid, in the order in which they first did: as many whole fives as there are."""
    buyer_id, first = then.lines.c.buyer_id, (func.min(entries.c.effective_at), func.min(entries.c.position))
    paid = (
        select(buyer_id)
        .join(entries, entries.c.order_id == then.lines.c.order_id)
        .where(*mine, then.booked, entries.c.topic == Paid.TOPIC)
        .group_by(buyer_id)
    )
    return paid.order_by(*first, buyer_id).limit(in_steps(_count(connection, paid)))


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
