"""What groups and people show, and in which seasons. Anybody may ask."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.mall.domain.member_shelf import MemberShelf
from services.mall.domain.picks import Picks
from services.mall.domain.refusals import NoSuchShelf
from services.mall.domain.season import Season
from services.mall.domain.shelf import Shelf
from services.mall.projections.listings import listings
from services.mall.projections.shelves import picks, shelves

from .offers import offered, shown
from .reading import Reading, row_of


class ShelfQueries(Reading):
    """Reads that need no sign-in."""

    def shelf(
        self, actor: Actor, group_id: UUID, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002 - for everybody
    ) -> dict[str, Any]:  # fmt: skip
        """What a group shows. Raises NoSuchShelf."""
        return self._shelf(Shelf, shelves.c.group_id, group_id, limit, cursor)

    def member_shelf(
        self, actor: Actor, person_id: UUID, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002 - for everybody
    ) -> dict[str, Any]:  # fmt: skip
        """What a person shows. Raises NoSuchShelf."""
        return self._shelf(MemberShelf, shelves.c.person_id, person_id, limit, cursor)

    def _shelf(
        self, kind: type[Picks], key: ColumnElement[Any], owner_id: UUID, limit: int, cursor: list[str] | None
    ) -> dict[str, Any]:
        on_shelf = picks.join(listings, listings.c.listing_id == picks.c.listing_id)
        with self._service.views.reading() as connection:
            row = row_of(connection, shelves, key, owner_id)
            if row is None:
                raise NoSuchShelf()
            found = offered(picks.c.picked_at, picks.c.place, picks.c.opens_at, picks.c.closes_at)
            found = found.select_from(on_shelf).where(picks.c.shelf_id == row["shelf_id"])
            page = page_of(connection, found, [picks.c.place.desc()], limit, cursor)
        shelf = self._service.store.load(kind, UUID(row["shelf_id"]))
        notes = shelf.picks if shelf else {}
        now = self._service.clock.now()
        is_open = _is_open(row, now)
        items = [
            shown(pick) | {"note": str(notes.get(pick["listing_id"], "")), "is_open": is_open and _is_open(pick, now)}
            for pick in page.rows
        ]
        return {**row, "is_open": is_open, "items": items, "next": page.next}


def _is_open(row: Row, now: datetime) -> bool:
    opens_at, closes_at = (row[name] and datetime.fromisoformat(row[name]) for name in ("opens_at", "closes_at"))
    return Season(opens_at, closes_at).is_open(now)
