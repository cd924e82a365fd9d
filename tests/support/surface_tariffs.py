"""An accepted example of each operation about fees and commissions as rules."""

from uuid import UUID

from tests.support.everybody import Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import offer

LIMITS = {"currency": "EUR", "least_minor": 100, "most_minor": 900}
BEGINS, ENDS = "2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


def _announce_fee(everybody: Everybody, by: UUID) -> Call:
    body = {"bps": 700, "listing_id": offer(everybody).listing_id, "begins_at": BEGINS, "ends_at": ENDS, **LIMITS}
    return Call(by=everybody.operator, body=body, other_body=body | {"bps": 800})


def _announce_commission(everybody: Everybody, by: UUID) -> Call:
    body = {"least_bps": 100, "most_bps": 900, "seller_id": offer(everybody).seller_id, "begins_at": BEGINS, **LIMITS}
    return Call(by=everybody.operator, body=body, other_body=body | {"most_bps": 800})


def _end_rule(everybody: Everybody, by: UUID) -> Call:
    listing_id = offer(everybody).listing_id
    made = everybody.do(everybody.operator, "/mall/tariffs/fees", bps=700, listing_id=listing_id)
    path = {"rule_id": made["rule_id"]}
    return Call(by=everybody.operator, path=path, body={"ends_at": ENDS}, other_body={"ends_at": BEGINS})


def _quote(everybody: Everybody, by: UUID) -> Call:
    offered = offer(everybody)
    body = {"price_minor": 5_000, "quantity": 2, "group_id": str(offered.group.group_id), "as_of": BEGINS}
    body["delivery_country"] = "CN"
    return Call(by=offered.seller, path={"listing_id": offered.listing_id}, body=body, other=offered.group.owner)


EXAMPLES: dict[str, Example] = {
    "announce_fee": _announce_fee,
    "announce_commission": _announce_commission,
    "end_rule": _end_rule,
    "tariff_rules": lambda everybody, by: Call(
        by=by, body={"kind": "platform_fee", "state": "all", "as_of": BEGINS, "limit": 10}
    ),
    "quote": _quote,
}
