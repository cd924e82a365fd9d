"""An accepted example of each operation about shelves of people, seasons, share links and touches."""

from uuid import UUID, uuid4

from tests.support.everybody import Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import Offer, bought, offer

OPENS, CLOSES = "2026-06-01T00:00:00Z", "2099-09-01T00:00:00Z"


def on_own_shelf(everybody: Everybody, by: UUID) -> Offer:
    """Something that the person shows herself."""
    offered = offer(everybody)
    everybody.do(by, "/mall/shelf/picks", listing_id=offered.listing_id)
    return offered


def link_of(everybody: Everybody, by: UUID) -> tuple[Offer, str, str]:
    """A share link of the person's own: what it leads to, its id and its code."""
    offered = offer(everybody)
    made = everybody.do(by, "/mall/links", listing_id=offered.listing_id)
    return offered, made["link_id"], made["code"]


def _set_season(everybody: Everybody, by: UUID) -> Call:
    offered = offer(everybody)
    body = {"listing_id": offered.listing_id, "opens_at": OPENS, "closes_at": CLOSES}
    return Call(
        by=offered.group.owner, path={"group_id": offered.group.group_id}, body=body,
        other_body=body | {"closes_at": "2098-09-01T00:00:00Z"}, other=offered.group.leader,
    )  # fmt: skip


def _set_my_season(everybody: Everybody, by: UUID) -> Call:
    body = {"listing_id": on_own_shelf(everybody, by).listing_id, "opens_at": OPENS}
    return Call(by=by, body=body, other_body=body | {"closes_at": CLOSES})


def _pick_mine(everybody: Everybody, by: UUID) -> Call:
    body = {"listing_id": offer(everybody).listing_id, "note": "For calm water"}
    return Call(by=by, body=body, other_body=body | {"note": ""})


def _drop_mine(everybody: Everybody, by: UUID) -> Call:
    body = {"listing_id": on_own_shelf(everybody, by).listing_id}
    return Call(by=by, body=body, other_body={"listing_id": str(uuid4())})


def _member_shelf(everybody: Everybody, by: UUID) -> Call:
    person_id = everybody.person()
    on_own_shelf(everybody, person_id)
    return Call(by=by, path={"person_id": person_id}, body={"limit": 10})


def _make_link(everybody: Everybody, by: UUID) -> Call:
    body = {"listing_id": offer(everybody).listing_id}
    return Call(by=by, body=body, other_body=body | {"expires_at": CLOSES})


def _revoke_link(everybody: Everybody, by: UUID) -> Call:
    owner_id = everybody.person()
    offered, link_id, _ = link_of(everybody, owner_id)
    return Call(by=owner_id, path={"link_id": link_id}, other=offered.seller)


def _touch(everybody: Everybody, by: UUID) -> Call:
    offered = offer(everybody)
    body = {"listing_id": offered.listing_id, "group_id": offered.group.group_id, "post_id": str(uuid4())}
    return Call(by=by, body=body, other_body=body | {"post_id": str(uuid4())})


def _leave_ways(everybody: Everybody, by: UUID) -> Call:
    return Call(by=by, body={"listing_id": offer(everybody).listing_id}, other_body={})


def _attribution(everybody: Everybody, by: UUID) -> Call:
    sale = bought(everybody)
    path = {"order_id": sale.order_id, "line_id": sale.line_id}
    return Call(by=sale.buyer, path=path, other=sale.offer.group.owner)


EXAMPLES: dict[str, Example] = {
    "set_season": _set_season,
    "pick_mine": _pick_mine,
    "drop_mine": _drop_mine,
    "set_my_season": _set_my_season,
    "member_shelf": _member_shelf,
    "make_link": _make_link,
    "my_links": lambda everybody, by: Call(by=by, body={"limit": 10}),
    "revoke_link": _revoke_link,
    "shared_listing": lambda everybody, by: Call(by=by, path={"link": link_of(everybody, everybody.person())[2]}),
    "touch": _touch,
    "my_touches": lambda everybody, by: Call(by=by),
    "leave_ways": _leave_ways,
    "attribution": _attribution,
    "my_sales": lambda everybody, by: Call(by=by, body={"limit": 10}),
}
