"""What a community shows that is promised to another one alone: until when it still earns by it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from services.kernel.flow.paging import Row
from services.kernel.store.eventstore import EventStore
from services.known.people import text_of
from services.mall.domain.agreement import Agreement
from services.mall.domain.agreement_terms import Promise, Version
from services.mall.projections.listings import listings
from services.mall.projections.promises import promises
from services.mall.projections.shelves import picks, shelves


def is_promised_elsewhere(group_id: str, now: datetime) -> ColumnElement[bool]:
    """Promises to other communities, those included that are yet to begin."""
    goes_on = or_(promises.c.ends_at.is_(None), promises.c.ends_at > text_of(now))
    return and_(promises.c.group_id != group_id, goes_on)


def pools_ending(connection: Connection, store: EventStore, group_id: UUID, now: datetime) -> list[Row]:
    """The goods on a group's shelf that are, or will be, another's alone, those first whose pool ends first.

    ``pool_ends_at`` is the latest that any sale is good for: a territory or a floor of an agreement may not hold. To
    whom they are promised is not told.
    """
    on_shelf = promises.join(picks, picks.c.listing_id == promises.c.listing_id).join(
        shelves, shelves.c.shelf_id == picks.c.shelf_id
    )
    on_shelf = on_shelf.join(listings, listings.c.listing_id == promises.c.listing_id)
    found = select(promises, listings.c.title, listings.c.seller_id).select_from(on_shelf)
    mine = (shelves.c.group_id == str(group_id), is_promised_elsewhere(str(group_id), now))
    rows = [_told(dict(row), store, group_id, now) for row in connection.execute(found.where(*mine)).mappings()]
    return sorted(rows, key=lambda row: (row["pool_ends_at"], row["listing_id"]))


def _told(row: Row, store: EventStore, group_id: UUID, now: datetime) -> Row:
    agreement = store.load(Agreement, Agreement.create_id(UUID(row["seller_id"]), group_id))
    version = None if agreement is None else agreement.at(now)
    announced_at, pools_end_at = (row[name] and datetime.fromisoformat(row[name]) for name in _WHEN)
    promise = Promise(UUID(row["group_id"]), announced_at, pools_end_at)
    ends_at = promise.ends_pools_at(version if _may_apply(version, row["listing_id"], now) else None)
    told: dict[str, Any] = {name: row[name] for name in ("listing_id", "title", "announced_at")}
    told |= {"pool_ends_at": row["starts_at"] if ends_at is None else ends_at.isoformat()}
    return told | {"until": row["ends_at"]}


_WHEN = ("announced_at", "pools_end_at")


def _may_apply(version: Version | None, listing_id: str, now: datetime) -> bool:
    if version is None or (version["ends_at"] is not None and version["ends_at"] <= now):
        return False
    return not version["listing_ids"] or listing_id in version["listing_ids"]
