"""All that is known of one listing or of one community, from several answers: what reports show."""

from typing import Any
from uuid import UUID

from .desks import Answer, Desk, name_of_group

SHOWN = 10
"""How many of what suits, and of neighbours."""


def picture_of_listing(desk: Desk, listing_id: UUID) -> Answer:
    """Was it sold, through whom, who bought, which communities it suits, the way from post to order."""
    sales = desk.ask("mall", "listing_sales", listing_id=listing_id)
    suits = desk.ask("mall", "listing_communities", listing_id=listing_id, limit=SHOWN)
    items = [item | {"name": name_of_group(desk, item["group_id"])} for item in suits["items"]]
    through = [row | {"name": name_of_group(desk, row["group_id"])} for row in sales["by_community"]]
    return sales | {
        "kind": "listing", "title": desk.ask("mall", "listing", listing_id=listing_id)["title"],
        "by_community": through, "suits": suits | {"items": items},
        "journey": desk.ask("mall", "listing_journey", listing_id=listing_id),
    }  # fmt: skip


def picture_of_community(desk: Desk, group_id: UUID, limit: int = 20) -> Answer:
    """Who is there, how it does, what it sold, who bought, what would suit it, what is near it."""
    group = desk.ask("groups", "group", group_id=group_id)
    sales = desk.ask("mall", "community_sales", group_id=group_id, limit=limit)
    return sales | {
        "kind": "community", "title": group["name"], "purpose": group["purpose"], "tags": group["tags"],
        "audience": desk.ask("groups", "audience", group_id=group_id),
        "health": desk.ask("groups", "health", group_id=group_id),
        "suits": desk.ask("mall", "shelf_suggestions", group_id=group_id, limit=SHOWN),
        "journey": desk.ask("mall", "community_journey", group_id=group_id),
        "neighbours": desk.ask("groups", "neighbours", group_id=group_id, limit=SHOWN),
    }  # fmt: skip


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
