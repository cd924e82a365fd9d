"""What is to be recorded of people, communities and goods, each thing as one command."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ..caller import Command
from . import naming
from .assembling import Assembled, Buyer, Offer
from .judging import usable_category, usable_city

CURRENCY = "BRL"
UNCATEGORISED = "uncategorised"


def people(assembled: Assembled) -> Iterator[Command]:
    """The steward, everybody who bought, everybody who sells."""
    yield _person("steward", naming.steward(), [], assembled.began_at, name="Steward of the imported communities")
    for buyer in assembled.buyers:
        tags = [_tag("city", city) for city in buyer.cities if usable_city(city)]
        yield _person(f"person:{buyer.person}", naming.person(buyer.person), tags, buyer.since)
    for seller_id, (row, since) in assembled.sellers.items():
        tags = [_tag("city", row.seller_city)] if usable_city(row.seller_city) else []
        tags += [_tag("state", row.seller_state)] if row.seller_state else []
        yield _person(f"seller:{seller_id}", naming.selling_person(seller_id), tags, since)


def communities(assembled: Assembled) -> Iterator[Command]:
    """One community a state, since the first order of the set."""
    for state in assembled.states:
        fields = {
            "group_id": str(naming.community(state)), "owner_id": str(naming.steward()),
            "name": f"Buyers in {state}", "purpose": f"Everybody who bought from the state {state} of Brazil.",
            "rules": "", "tags": [], "happened_at": _text(assembled.began_at),
        }  # fmt: skip
        yield Command("groups", "record_group", fields, f"olist:community:{state}")


def members(assembled: Assembled) -> Iterator[Command]:
    """Everybody in the community of each state they bought from, since the first purchase from there."""
    return (command for buyer in assembled.buyers for command in _memberships(buyer))


def sellers(assembled: Assembled) -> Iterator[Command]:
    """The set names nobody: sellers are called by the beginning of their id."""
    for seller_id, (_row, since) in assembled.sellers.items():
        person_id = str(naming.selling_person(seller_id))
        fields = {"person_id": person_id, "name": f"Seller {seller_id[:8]}", "happened_at": _text(since)}
        yield Command("mall", "record_seller", fields, f"olist:seller:{seller_id}")


def listings(assembled: Assembled) -> Iterator[Command]:
    """One listing for each product of each seller, at the price of its first sale."""
    return (_listing(offer) for offer in assembled.offers.values())


def _listing(offer: Offer) -> Command:
    product_id, category = offer.product.product_id, offer.product.product_category_name
    category = category if usable_category(category) else UNCATEGORISED
    fields = {
        "listing_id": str(naming.listing(product_id, offer.seller_id)),
        "seller_id": str(naming.seller(offer.seller_id)), "title": f"{category} {product_id[:8]}",
        "price_minor": offer.price_minor or 1, "currency": CURRENCY, "tags": [category], "commission_bps": 0,
        "stock": 0, "happened_at": _text(offer.since),
    }  # fmt: skip
    return Command("mall", "record_listing", fields, f"olist:listing:{product_id}:{offer.seller_id}")


def _memberships(buyer: Buyer) -> Iterator[Command]:
    for state, since in buyer.states.items():
        fields = {
            "group_id": str(naming.community(state)), "person_id": str(naming.person(buyer.person)),
            "happened_at": _text(since),
        }  # fmt: skip
        yield Command("groups", "record_member", fields, f"olist:member:{state}:{buyer.person}")


def _person(
    key: str, person_id: object, tags: list[dict[str, str]], since: datetime, name: str | None = None
) -> Command:
    fields: dict[str, Any] = {"person_id": str(person_id), "name": name, "tags": tags, "happened_at": _text(since)}
    return Command("identity", "record_person", fields, f"olist:{key}")


def _tag(kind: str, value: str) -> dict[str, str]:
    return {"kind": kind, "value": value}


def _text(moment: datetime) -> str:
    return moment.isoformat()
