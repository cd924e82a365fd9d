"""A small story that all three neighbours tell, message by message."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.contracts import groups, identity, mall
from services.contracts.message import Message

OWNER, SELLER, BUYER, CERTIFIER = (UUID(int=number) for number in (0xA1, 0xA2, 0xA3, 0xA4))
GROUP, LISTING, SHOP, CLAIM = UUID(int=0x60), UUID(int=0x11), UUID(int=0x5E), UUID(int=0xC1A)
PEOPLE = (OWNER, SELLER, BUYER, CERTIFIER)
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)


def line(
    number: int, *, listing_id: UUID = LISTING, group_id: UUID | None = GROUP, quantity: int = 2
) -> dict[str, Any]:
    """A line of an order, as it is told: two pieces of 1,000, and 150 for bringing them."""
    return {
        "line_id": str(UUID(int=0x11E0000 + number)), "listing_id": str(listing_id), "quantity": quantity,
        "price_minor": 1_000, "freight_minor": 150, "group_id": None if group_id is None else str(group_id),
    }  # fmt: skip


def order(number: int, buyer_id: UUID = BUYER, *lines: dict[str, Any], currency: str = "EUR") -> list[Message]:
    """An order that is placed and paid."""
    order_id, checkout_id = UUID(int=0x0DE0000 + number), UUID(int=0xCEC0000 + number)
    bought = list(lines) or [line(number)]
    total = sum(one["price_minor"] * one["quantity"] + one["freight_minor"] for one in bought)
    both = {"order_id": order_id, "checkout_id": checkout_id, "buyer_id": buyer_id, "seller_id": SHOP}
    return [
        mall.OrderPlaced(**both, total_minor=total, currency=currency),
        mall.OrderPaid(**both, currency=currency, lines=bought),
    ]


def refund(number: int, amount_minor: int = 1_000) -> Message:
    """One piece of an order's line comes back."""
    return mall.LineRefunded(
        order_id=UUID(int=0x0DE0000 + number), line_id=UUID(int=0x11E0000 + number), listing_id=LISTING, quantity=1,
        amount_minor=amount_minor, currency="EUR",
    )  # fmt: skip


def registered(*people: UUID) -> list[Message]:
    """People who are there."""
    return [identity.PersonRegistered(person_id=person_id) for person_id in people]


STORY: list[Message] = [
    *registered(*PEOPLE),
    identity.ClaimCertified(
        person_id=SELLER, claim_id=CLAIM, kind="industry", level=2, code="outdoors", valid_until=UNTIL,
        issuer_id=CERTIFIER,
    ),
    identity.PersonTagged(person_id=BUYER, kind="city", value="Hangzhou"),
    groups.GroupFounded(group_id=GROUP, owner_id=OWNER, threshold={"claim": "real_name", "level": 1}),
    groups.MemberAdmitted(group_id=GROUP, person_id=BUYER),
    groups.MemberRoleGiven(group_id=GROUP, person_id=BUYER, role="reviewer"),
    mall.SellerOpened(seller_id=SHOP, person_id=SELLER),
    mall.ListingListed(listing_id=LISTING, seller_id=SHOP, price_minor=1_000, currency="EUR", tags=["fishing"]),
    mall.ListingPicked(listing_id=LISTING, group_id=GROUP),
    *order(1),
    refund(1),
]  # fmt: skip
