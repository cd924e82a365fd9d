"""Asking a mall that stands in a test, as the door asks it; and people who buy."""

from typing import Any
from uuid import UUID, uuid4

import orjson

from services.contracts.identity import ClaimCertified, PersonTagged
from services.kernel.domain import derived_id
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor

from .market import BORIS, GROUP, OPERATOR, Market

OTHER_GROUP = UUID(int=0x61)


def ask(market: Market, name: str, actor_id: UUID, **given: Any) -> dict[str, Any]:
    """What the door answers: the form is checked, the answer is as JSON. Raises the Refusal."""
    operation = market.service.by_name[name]
    given = {key: str(value) if isinstance(value, UUID) else value for key, value in given.items()}
    path = {one: given.pop(one) for one in operation.path_schema._declared_fields if one in given}
    roles = frozenset({"operator"} if actor_id == OPERATOR else ())
    fields = forms.load(operation, path, given)
    answer, _version = market.runner.run(market.service.ask(operation, Actor(actor_id, roles), fields))
    return dict(orjson.loads(orjson.dumps(answer)))


def person(number: int) -> UUID:
    """Somebody who buys."""
    return UUID(int=0xB000 + number)


def tagged(market: Market, kind: str, value: str, *people: UUID) -> None:
    """They carry the tag."""
    for person_id in people:
        market.identity.say(PersonTagged(person_id=person_id, kind=kind, value=value), market.clock.at)
    market.settle()


def certified(market: Market, kind: str, *people: UUID, level: int = 1, code: str | None = None) -> None:
    """It is certified of them."""
    for person_id in people:
        claim_id = derived_id("claim", person_id, kind, code, level)
        said = {"kind": kind, "level": level, "code": code, "valid_until": None, "issuer_id": OPERATOR}
        market.identity.say(ClaimCertified(person_id=person_id, claim_id=claim_id, **said), market.clock.at)
    market.settle()


def line(listing_id: str, quantity: int = 1, group_id: UUID | None = None) -> dict[str, Any]:
    """A line of a checkout."""
    return {"listing_id": listing_id, "quantity": quantity} | ({"group_id": group_id} if group_id else {})


def buy(market: Market, buyer_id: UUID, *lines: dict[str, Any]) -> dict[str, Any]:
    """A checkout that is captured."""
    return market.paid(buyer_id=buyer_id, lines=list(lines), delivery_address="1 Lake Road")


def put_on_shelf(market: Market, owner_id: UUID, *listing_ids: str, group_id: UUID = GROUP) -> None:
    """The owner's group shows them."""
    market.found_group(owner_id, group_id=group_id)
    for listing_id in listing_ids:
        market.do("pick", owner_id, group_id=group_id, listing_id=listing_id, note="Good.")
    market.settle()


def market_listing(market: Market, **changes: object) -> str:
    """A listing that can be read already."""
    listing_id = market.listed(**changes)
    market.settle()
    return listing_id


def recorded(
    market: Market, rod: str, quantity: int, buyer_id: UUID = BORIS, group_id: UUID | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:  # fmt: skip
    """A sale of elsewhere that was paid for: what names its checkout, and its line."""
    checkout, order_id = {"checkout_id": uuid4(), "happened_at": market.clock.at.isoformat()}, uuid4()
    sold = {"line_id": uuid4(), "listing_id": rod, "quantity": quantity, "unit_price_minor": 900, "freight_minor": 100}
    seller_id = str(market.listing(rod).seller_id)
    parts = [{"order_id": order_id, "seller_id": seller_id, "lines": [sold | {"group_id": group_id}]}]
    paid = {"payment_id": uuid4(), "method": "voucher", "amount_minor": 900 * quantity + 100}
    market.do("record_sale", OPERATOR, **checkout, buyer_id=buyer_id, currency="EUR", orders=parts)
    market.do("record_payment", OPERATOR, **checkout, **paid)
    market.do("record_settlement", OPERATOR, **checkout)
    return checkout, {"order_id": order_id, "line_id": sold["line_id"]}
