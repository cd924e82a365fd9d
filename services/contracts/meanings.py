"""What the fields of messages mean, in words, and the form of what is nested in them: for the documents, not for code.

The words of a field are looked up as ``message.field``, then ``service.field``, then ``field``; what is left is told
from its ending: an id, an amount, a time. One word has one meaning; where two services differ, both are written down.
"""

from typing import Any

from .thresholds import CLAIM_KINDS

Schema = dict[str, Any]

MEANINGS: dict[str, str] = {
    "agreement_accepted.ends_at": "When it ends, null while that is open. An end may be announced for an earlier time.",
    "agreement_accepted.exclusive": "Whether the goods that it names are this group's alone.",
    "agreement_accepted.number": "The how many-th offer between the two it is.",
    "agreement_accepted.starts_at": "From when on it holds for orders.",
    "agreement_ended.ends_at": "From when on nothing that was agreed holds for orders.",
    "agreement_id": "What a seller and a group have agreed on, whatever its terms are.",
    "amount_minor": "How much, in minor units of the currency: 1999 EUR are 19.99.",
    "buyer_id": "The person who buys.",
    "checkout_id": "What was bought and paid at once, perhaps of several sellers.",
    "claim_id": "The claim.",
    "code": "What exactly is certified, such as a trade; null when the kind says it all.",
    "currency": "As in ISO 4217; every amount of the message is in it.",
    "field_visibility_set.audience": "everyone who is signed in, fellow members of groups, or nobody.",
    "field_visibility_set.field": f"Which field: {', '.join(CLAIM_KINDS)} (kinds of claims), or tags.",
    "field_visibility_set.group_ids": "With groups: which ones; empty is every group that both are members of.",
    "group_id": "The group.",
    "groups": "What each group gets that sold a part of it; empty when none did.",
    "identity.kind": f"What the claim is about: {', '.join(CLAIM_KINDS)}.",
    "issuer_id": "Who certified it.",
    "level": "How closely it was looked at: 1 to 3, more is closer.",
    "line_id": "The line of the order.",
    "line_refunded.registration_id": "The registration whose seats it had paid for; null for anything else.",
    "line_refunded.quantity": "How many pieces; 0 when the freight alone is paid back.",
    "lines": "What was bought, one entry a line.",
    "listing_id": "What is offered.",
    "listing_picked.group_id": "The group on whose shelf it now stands.",
    "link_id": "The share link.",
    "listing_dropped.group_id": "The group on whose shelf it no longer stands.",
    "members": "What each member gets whose link or shelf sold a part of it; empty when none did.",
    "order_id": "One seller's part of a checkout.",
    "owner_id": "The person who founded it.",
    "share_link_made.owner_id": "The person who shares.",
    "share_link_made.group_id": "The group from whose shelf it is shared; null when it is none.",
    "member_picked.person_id": "The person on whose own shelf it now stands.",
    "member_dropped.person_id": "The person on whose own shelf it no longer stands.",
    "payout_id": "One payment to one party.",
    "payout_paid.group_id": "The group that is paid; null when it is no group.",
    "payout_paid.person_id": "The person who is paid for what she shared; null when it is somebody else.",
    "payout_paid.role": "As what the party is paid: seller, community or member.",
    "payout_paid.seller_id": "The seller who is paid; null when it is somebody else.",
    "payout_returned.group_id": "The group that was paid; null when it is no group.",
    "payout_returned.person_id": "The person who was paid for what she shared; null when it is somebody else.",
    "payout_returned.role": "As what the party was paid: seller, community or member.",
    "payout_returned.seller_id": "The seller who was paid; null when it is somebody else.",
    "person_id": "The person. The name stays in identity.",
    "person_tagged.kind": "What the tag is about, such as city.",
    "person_untagged.kind": "What the tag was about.",
    "platform_minor": "What the platform gets.",
    "price_minor": "What one piece costs.",
    "quantity": "How many pieces.",
    "groups.role": "How a member acts in the group: owner, leader or reviewer.",
    "identity.role": "How a person acts on the whole platform: operator or certifier.",
    "seller_id": "Who sells: an id of its own, not that of the person.",
    "seller_minor": "What the seller gets.",
    "seller_opened.person_id": "The person who sells.",
    "tags": "What it is found by.",
    "threshold": "What is asked of whoever is admitted from now on; null is open to everybody.",
    "total_minor": "Prices and freight of all lines together.",
    "valid_until": "When it ends; null is never.",
    "value": "What the tag says.",
    "was_paid": "Whether it had been paid.",
    "capacity": "How many seats there are; null of a gathering recorded from elsewhere, where nobody knows it.",
    "ends_at": "When it ends, in UTC.",
    "expires_at": "Until when, in UTC.",
    "is_advert": "Whether it offers goods: then it is labelled and counted as an advert.",
    "post_published.kind": "post, question, recap or share.",
    "post_published.listing_ids": "The goods it is about: ids of listings.",
    "rating": "1 to 5, more is better.",
    "gathering_announced.listing_ids": "Its goods: ids of listings.",
    "gathering_announced.price_minor": "What one seat costs; 0 is free.",
    "gathering_announced.currency": "As in ISO 4217; null when it is free.",
    "organiser_id": "The person who announced it.",
    "recap_written.author_id": "The person who tells.",
    "recap_written.came": "How many people came; null below five.",
    "recap_written.listing_ids": "The goods it is about: ids of listings.",
    "registration_ended.reason": "given_back, expired, refunded or gathering_cancelled.",
    "seat_reserved.price_minor": "What one seat costs.",
    "seats": "For how many people, guests included.",
    "starts_at": "When it begins, in UTC.",
    "ticket_issued.order_id": "The order that paid for it; null when it was free.",
    "ticket_refused.order_id": "The order whose payment came too late.",
    "ticket_refused.line_id": "The line to be paid back.",
}

ENDINGS: dict[str, str] = {
    "_id": "The id of the {}.",
    "_minor": "How much, in minor units of the currency.",
    "_at": "When, in UTC.",
}

MINOR_UNITS = "minor-units"
"""The ``format`` of an integer that is an amount."""


def meaning_of(service: str, message: str, field: str) -> str | None:
    """What a field means; None when nobody has said it."""
    for name in (f"{message}.{field}", f"{service}.{field}", field):
        if name in MEANINGS:
            return MEANINGS[name]
    ending = next((ending for ending in ENDINGS if field.endswith(ending)), None)
    return ENDINGS[ending].format(field.removesuffix(ending).replace("_", " ")) if ending else None


def _id(description: str) -> Schema:
    return {"type": "string", "format": "uuid", "description": description}


def _minor(description: str) -> Schema:
    return {"type": "integer", "format": MINOR_UNITS, "description": description}


def _object(optional: dict[str, Schema] | None = None, **properties: Schema) -> Schema:
    return {"type": "object", "required": sorted(properties), "properties": properties | (optional or {})}


NESTED: dict[str, Schema] = {
    "lines": _object(
        line_id=_id("The line of the order."), listing_id=_id("What was bought."),
        quantity={"type": "integer", "description": "How many pieces."},
        price_minor=_minor("What one piece costs."), freight_minor=_minor("What bringing all of them costs."),
        group_id={
            "type": ["string", "null"], "format": "uuid",
            "description": "The group through whose shelf the buyer came; null when it was none.",
        },
        optional={
            "link_id": _id("The share link by which the buyer came."),
            "member_id": _id("The person whose link or own shelf it was."),
            "post_id": _id("The post in which the buyer met it."),
            "gathering_id": _id("The gathering at which the buyer met it."),
            "registration_id": _id("The registration whose seats it pays for."),
        },
    ),
    "members": _object(person_id=_id("The person."), amount_minor=_minor("What the person gets.")),
    "groups": _object(group_id=_id("The group."), amount_minor=_minor("What it gets.")),
    "threshold": {"$ref": "#/components/schemas/Threshold"},
}  # fmt: skip
"""The form of the objects in a field: each entry of a list, or the object itself."""


def _form(name: str, value: Schema, more: dict[str, Schema] | None = None) -> Schema:
    properties = {name: value, **(more or {})}
    needed = [key for key in properties if key != "code"]
    return {"type": "object", "required": needed, "properties": properties, "additionalProperties": False}


_PART: Schema = {"$ref": "#/components/schemas/Threshold"}
_LEVEL: Schema = {"type": "integer", "minimum": 1, "description": "This level or a higher one."}
_CODE: Schema = {"type": "string", "description": "And of exactly this code."}

THRESHOLD: Schema = {
    "title": "Threshold",
    "description": "What is asked of a person: a need, or several combined. At most 64 of them, nested 8 deep.",
    "oneOf": [
        _form("all", {"type": "array", "items": _PART, "description": "Every part; without parts, everybody."}),
        _form("any", {"type": "array", "items": _PART, "minItems": 1, "description": "At least one part."}),
        _form("not", _PART),
        _form("claim", {"enum": list(CLAIM_KINDS)}, {"level": _LEVEL, "code": _CODE}),
        _form("invitation", {"const": True, "description": "An invitation that is still open."}),
        _form("tag", {"type": "string", "description": "A tag of this kind,"}, {"value": {"type": "string"}}),
        _form("member", _id("Membership of the group with this id.")),
    ],
}
"""The JSON schema of a threshold."""
