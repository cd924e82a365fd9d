"""What the events mean to us, in one SQLite file: their effect and the cursor behind them in one transaction.

Whatever kills the program, the file holds the effect of exactly the events before its cursor.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

Event = Mapping[str, Any]
GENESIS = bytes(32)
TABLES = """
CREATE TABLE IF NOT EXISTS place (only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT, position INTEGER, link BLOB);
CREATE TABLE IF NOT EXISTS heard (source TEXT PRIMARY KEY, sequence INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS people (person_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS groups (group_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS members (group_id TEXT, person_id TEXT, PRIMARY KEY (group_id, person_id));
CREATE TABLE IF NOT EXISTS listings (listing_id TEXT PRIMARY KEY, offered INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, buyer_id TEXT NOT NULL, paid INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0, cancelled INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS lines (
    order_id TEXT, line_id TEXT, listing_id TEXT NOT NULL, group_id TEXT, currency TEXT NOT NULL,
    units INTEGER NOT NULL, returned INTEGER NOT NULL DEFAULT 0, gross_minor INTEGER NOT NULL,
    refunded_minor INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (order_id, line_id));
"""


class Missed(Exception):
    """The events do not follow one another, or their digest is not the feed's: something was missed or made up."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where we are: the cursor to go on with, the position in the journal, and the link of the chain there."""

    cursor: str | None = None
    position: int = 0
    link: bytes = GENESIS


class Books:
    """The file. One program at a time writes it."""

    def __init__(self, path: Path) -> None:
        self.rows = sqlite3.connect(path, isolation_level=None)
        self.rows.execute("PRAGMA journal_mode=WAL")
        self.rows.executescript(TABLES)

    def place(self) -> Place:
        """Where the latest transaction left us."""
        found = self.rows.execute("SELECT cursor, position, link FROM place").fetchone()
        return Place(*found) if found else Place()

    def take_in(self, events: Sequence[Event], cursor: str, through: int, digest: str) -> Place:
        """The effect of a page and the cursor behind it, or neither. Raises Missed."""
        self.rows.execute("BEGIN IMMEDIATE")
        try:
            place = self._take_in(events, cursor)
            if (place.position, place.link.hex()) != (through, digest):
                raise Missed(f"at position {place.position} our digest is {place.link.hex()}, the feed's {digest}")
            self.rows.execute("REPLACE INTO place VALUES (1, ?, ?, ?)", (place.cursor, place.position, place.link))
        except BaseException:
            self.rows.execute("ROLLBACK")
            raise
        self.rows.execute("COMMIT")
        return place

    def close(self) -> None:
        """Let go of the file."""
        self.rows.close()

    def _take_in(self, events: Sequence[Event], cursor: str) -> Place:
        before = self.place()
        position, link = before.position, before.link
        for event in events:
            if int(event["journal"]) != position + 1:
                raise Missed(f"position {event['journal']} came after {position}; this takes a key for every feed")
            position, link = position + 1, sha256(link + event["id"].encode()).digest()
            effect = EFFECTS.get(event["type"])
            if effect is not None:
                with closing(self.rows.cursor()) as rows:
                    effect(rows, event["data"])
            self.rows.execute("REPLACE INTO heard VALUES (?, ?)", (event["source"], int(event["sequence"])))
        return Place(cursor, position, link)


def _registered(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("INSERT INTO people VALUES (:person_id)", data)


def _founded(rows: sqlite3.Cursor, data: Event) -> None:
    """The owner is the first member; no other event says so."""
    rows.execute("INSERT INTO groups VALUES (?)", (data["group_id"],))
    rows.execute("INSERT INTO members VALUES (?, ?)", (data["group_id"], data["owner_id"]))


def _admitted(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("INSERT INTO members VALUES (:group_id, :person_id)", data)


def _left(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("DELETE FROM members WHERE group_id = :group_id AND person_id = :person_id", data)


def _listed(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("INSERT INTO listings VALUES (?, 1)", (data["listing_id"],))


def _withdrawn(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("UPDATE listings SET offered = 0 WHERE listing_id = :listing_id", data)


def _placed(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("INSERT INTO orders (order_id, buyer_id) VALUES (?, ?)", (data["order_id"], data["buyer_id"]))


def _paid(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("UPDATE orders SET paid = 1 WHERE order_id = ?", (data["order_id"],))
    for line in data["lines"]:
        gross = line["price_minor"] * line["quantity"] + line["freight_minor"]
        rows.execute(
            "INSERT INTO lines (order_id, line_id, listing_id, group_id, currency, units, gross_minor)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                data["order_id"], line["line_id"], line["listing_id"], line["group_id"], data["currency"],
                line["quantity"], gross,
            ),
        )  # fmt: skip


def _delivered(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("UPDATE orders SET delivered = 1 WHERE order_id = :order_id", data)


def _cancelled(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute("UPDATE orders SET cancelled = 1 WHERE order_id = ?", (data["order_id"],))


def _refunded(rows: sqlite3.Cursor, data: Event) -> None:
    rows.execute(
        "UPDATE lines SET returned = returned + :quantity, refunded_minor = refunded_minor + :amount_minor"
        " WHERE order_id = :order_id AND line_id = :line_id",
        data,
    )


EFFECTS: dict[str, Callable[[sqlite3.Cursor, Event], None]] = {
    "agora.identity.person_registered.v1": _registered,
    "agora.groups.group_founded.v1": _founded,
    "agora.groups.member_admitted.v1": _admitted,
    "agora.groups.member_left.v1": _left,
    "agora.mall.listing_listed.v1": _listed,
    "agora.mall.listing_withdrawn.v1": _withdrawn,
    "agora.mall.order_placed.v1": _placed,
    "agora.mall.order_paid.v1": _paid,
    "agora.mall.order_delivered.v1": _delivered,
    "agora.mall.order_cancelled.v1": _cancelled,
    "agora.mall.line_refunded.v1": _refunded,
}
"""By type, what an event does to our tables. Types that mean nothing to us still count in the chain."""


def as_json(document: Mapping[str, Any]) -> str:
    """As ``agora report --as-partner --json`` prints it."""
    return json.dumps(document, ensure_ascii=False, indent=2)
