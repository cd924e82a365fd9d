"""All that is known of one listing, of one community or of the mall, from several answers: what reports show.

As of a moment there are the figures of then, and how many were there; what suits whom, how a community does and what
its members carry are told of now alone (decisions 44 and 49).
"""

from typing import Any
from uuid import UUID

from .desks import TRIES, Answer, BooksMoving, Desk, name_of_group

SHOWN = 10
"""How many of what suits, and of neighbours."""


def picture_of_listing(desk: Desk, listing_id: UUID, as_of: str | None = None) -> Answer:
    """Was it sold, through whom, who bought, which communities it suits, the way from post to order."""
    sales = desk.ask("mall", "listing_sales", listing_id=listing_id, **_of(as_of))
    sales |= {
        "kind": "listing", "title": desk.ask("mall", "listing", listing_id=listing_id)["title"],
        "by_community": _named(desk, sales["by_community"]),
    }  # fmt: skip
    return sales if as_of else sales | _beside_listing(desk, listing_id)


def _beside_listing(desk: Desk, listing_id: UUID) -> Answer:
    suits = desk.ask("mall", "listing_communities", listing_id=listing_id, limit=SHOWN)
    return {
        "suits": suits | {"items": _named(desk, suits["items"])},
        "journey": desk.ask("mall", "listing_journey", listing_id=listing_id),
    }


def picture_of_community(desk: Desk, group_id: UUID, limit: int = 20, as_of: str | None = None) -> Answer:
    """Who is there, how it does, what it sold, who bought, what would suit it, what is near it."""
    group = desk.ask("groups", "group", group_id=group_id)
    sales = desk.ask("mall", "community_sales", group_id=group_id, limit=limit, **_of(as_of))
    sales |= {"kind": "community", "title": group["name"], "purpose": group["purpose"], "tags": group["tags"]}
    sales |= {"audience": desk.ask("groups", "audience", group_id=group_id, **_of(as_of))}
    return sales if as_of else sales | _beside_community(desk, group_id)


def _beside_community(desk: Desk, group_id: UUID) -> Answer:
    return {
        "health": desk.ask("groups", "health", group_id=group_id),
        "suits": desk.ask("mall", "shelf_suggestions", group_id=group_id, limit=SHOWN),
        "journey": desk.ask("mall", "community_journey", group_id=group_id),
        "neighbours": desk.ask("groups", "neighbours", group_id=group_id, limit=SHOWN),
    }  # fmt: skip


def picture_of_mall(desk: Desk, limit: int = 20, as_of: str | None = None) -> Answer:
    """What was sold month by month, through which communities, of which listings; where the money lies. All of it at
    one position. Raises BooksMoving."""
    of = _of(as_of)
    for _ in range(TRIES):
        months = desk.ask("mall", "months_sold", **of)
        communities = desk.ask("mall", "communities_sold", limit=limit, **of)
        listings = desk.ask("mall", "listings_sold", limit=limit, **of)
        if months["position"] == communities["position"] == listings["position"]:
            return {
                "kind": "mall", "position": months["position"], "as_of": months["as_of"], "months": months["items"],
                "by_community": _named(desk, communities["items"]), "by_listing": listings["items"],
            }  # fmt: skip
    raise BooksMoving()


def _of(as_of: str | None) -> dict[str, str]:
    return {} if as_of is None else {"as_of": as_of}


def _named(desk: Desk, rows: list[Answer]) -> list[Answer]:
    return [row | {"name": name_of_group(desk, row["group_id"])} for row in rows]


def neighbourhoods(desk: Desk, communities: int, near: int) -> list[Answer]:
    """The first so many communities that have topics, each with those nearest to it."""
    found: list[Answer] = []
    fields: dict[str, Any] = {"limit": 1000}
    while len(found) < communities:
        page = desk.ask("groups", "groups", **fields)
        wanted = [group for group in page["items"] if group["tags"]][: communities - len(found)]
        found += [
            {"name": group["name"], **desk.ask("groups", "neighbours", group_id=group["group_id"], limit=near)}
            for group in wanted
        ]
        if page["next"] is None:
            break
        fields["cursor"] = page["next"]
    return found
