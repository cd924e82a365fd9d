"""Figures from our own tables, in the form of ``agora report --as-partner --json``.

Numbers of people keep the platform's floor, so that ours and theirs can be compared: none below five is told, nor one
that could be had by subtracting what is told.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

FLOOR = 5
SOURCES = ("identity", "groups", "mall", "events")
STANDING = "lines JOIN orders USING (order_id) WHERE NOT cancelled"
SOLD = """
SELECT {key}, currency, count(DISTINCT order_id) AS orders, sum(units) AS units, sum(returned) AS returned,
       sum(cancelled * (units - returned)) AS cancelled, sum(gross_minor) AS gross_minor,
       sum(refunded_minor) AS refunded_minor, sum(cancelled * (gross_minor - refunded_minor)) AS cancelled_minor
FROM lines JOIN orders USING (order_id) GROUP BY {key}, currency ORDER BY {key}, currency
"""
COUNTED = ("orders", "units", "returned", "cancelled")
Figures = dict[str, Any]


def figures(rows: sqlite3.Connection) -> Figures:
    """All of them, of one state of the file."""
    rows.execute("BEGIN")
    try:
        return _figures(rows)
    finally:
        rows.execute("ROLLBACK")


def _figures(rows: sqlite3.Connection) -> Figures:
    heard = dict(rows.execute("SELECT source, sequence FROM heard"))
    numbers = _numbers(rows)
    return {
        "at": {source: heard.get(source, 0) for source in SOURCES},
        "totals": _totals(rows, numbers),
        "groups": _groups(rows, numbers),
        "listings": _listings(rows),
    }


def _numbers(rows: sqlite3.Connection) -> dict[str, int | None]:
    people = _told(_one(rows, "SELECT count(*) FROM people"), None)
    members = _one(rows, "SELECT count(DISTINCT person_id) FROM members")
    buyers = _one(rows, f"SELECT count(DISTINCT buyer_id) FROM {STANDING}")
    return {"people": people, "members": _told(members, people), "buyers": _told(buyers, people)}


def _totals(rows: sqlite3.Connection, numbers: dict[str, int | None]) -> Figures:
    placed, paid, delivered, cancelled = rows.execute(
        "SELECT count(*), coalesce(sum(paid), 0), coalesce(sum(delivered), 0), coalesce(sum(cancelled), 0) FROM orders"
    ).fetchone()
    refunded = _one(rows, "SELECT count(DISTINCT order_id) FROM lines WHERE refunded_minor > 0")
    return {
        **{name: _number(value) for name, value in numbers.items()},
        "groups": _one(rows, "SELECT count(*) FROM groups"),
        "listings": _one(rows, "SELECT count(*) FROM listings"),
        "offered": _one(rows, "SELECT count(*) FROM listings WHERE offered"),
        "orders": {
            "placed": placed, "paid": paid, "delivered": delivered, "cancelled": cancelled, "refunded": refunded,
        },
        "sold": _sold(_named(rows, SOLD.format(key="1"))),
    }  # fmt: skip


def _groups(rows: sqlite3.Connection, numbers: dict[str, int | None]) -> list[Figures]:
    members = _shown(rows.execute("SELECT group_id, person_id FROM members"), numbers["members"], numbers["people"])
    bought = rows.execute(f"SELECT DISTINCT group_id, buyer_id FROM {STANDING} AND group_id IS NOT NULL")
    buyers = _shown(bought, numbers["buyers"], numbers["people"])
    sold = _by(rows, "group_id")
    return [
        {
            "group_id": group_id, "members": _number(members.get(group_id)), "buyers": _number(buyers.get(group_id)),
            "sold": _sold(sold.get(group_id, [])),
        }
        for (group_id,) in rows.execute("SELECT group_id FROM groups ORDER BY group_id").fetchall()
    ]  # fmt: skip


def _listings(rows: sqlite3.Connection) -> list[Figures]:
    sold = _by(rows, "listing_id")
    found = rows.execute("SELECT listing_id, offered FROM listings ORDER BY listing_id").fetchall()
    return [
        {"listing_id": listing_id, "offered": bool(offered), "sold": _sold(sold.get(listing_id, []))}
        for listing_id, offered in found
    ]


def _by(rows: sqlite3.Connection, key: str) -> dict[str, list[Figures]]:
    found: dict[str, list[Figures]] = {}
    for row in _named(rows, SOLD.format(key=key)):
        found.setdefault(row[key], []).append(row)
    return found


def _sold(rows: list[Figures]) -> Figures:
    """Rows of one thing, one for each currency; an order has one currency."""
    amounts = [
        {
            "currency": row["currency"], "gross_minor": row["gross_minor"], "refunded_minor": row["refunded_minor"],
            "cancelled_minor": row["cancelled_minor"],
            "net_minor": row["gross_minor"] - row["refunded_minor"] - row["cancelled_minor"],
        }
        for row in rows
    ]  # fmt: skip
    return {**{name: sum(row[name] for row in rows) for name in COUNTED}, "amounts": amounts}


def _told(people: int, total: int | None) -> int | None:
    if people < FLOOR or (total is not None and 0 < total - people < FLOOR):
        return None
    return people


def _shown(found: Iterable[tuple[str, str]], *totals: int | None) -> dict[str, int]:
    """The people of each group that may be told beside these totals: as the platform does it."""
    cells: dict[str, set[str]] = {}
    for group_id, person_id in found:
        cells.setdefault(group_id, set()).add(person_id)
    large = [group_id for group_id, people in cells.items() if len(people) >= FLOOR]
    ranked = sorted(large, key=lambda group_id: (len(cells[group_id]), group_id))
    for dropped in range(len(ranked)):
        if all(total is None or _hides(cells, ranked, dropped, total) for total in totals):
            return {group_id: len(cells[group_id]) for group_id in ranked[dropped:]}
    return {}


def _hides(cells: dict[str, set[str]], ranked: list[str], dropped: int, total: int) -> bool:
    """The platform's rule: a total tells of no few people, and what is missing fits the rest in several ways."""
    shown = [cells[group_id] for group_id in ranked[dropped:]]
    missing, outside = total - sum(map(len, shown)), total - len(set().union(*cells.values()))
    if 0 < missing < FLOOR or 0 < total - len(set().union(*shown)) < FLOOR:
        return False
    if missing <= 0:
        return True
    parts = len(cells) - len(ranked) + (outside > 0)
    before = missing - sum(len(cells[group_id]) for group_id in ranked[:dropped])
    if dropped == 1 and 0 < before < FLOOR:
        largest = len(shown[0]) if ranked[0] < ranked[1] else len(shown[0]) - 1
        return max(1, parts, missing - largest) < min(FLOOR - 1, missing - FLOOR)
    if outside >= FLOOR or (dropped == 1 and before <= 0):
        return True
    ends = {parts, parts + 1, (FLOOR - 1) * parts - 1, (FLOOR - 1) * parts}
    return dropped < 2 and before not in ends


def _number(value: int | None) -> Figures:
    return {"count": value, "withheld": value is None}


def _named(rows: sqlite3.Connection, statement: str) -> list[Figures]:
    found = rows.execute(statement)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _one(rows: sqlite3.Connection, statement: str) -> int:
    return int(rows.execute(statement).fetchone()[0])
