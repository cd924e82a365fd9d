"""How operations about agreements say no."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.kernel.refusals import Forbidden, Malformed, Refusal
from services.mall.domain import refusals
from services.mall.domain.agreement import Agreement
from services.mall.domain.seller import Seller

from .market import ANNA, BORIS, CHEN, DORA, GROUP, Market

NOBODY = UUID(int=0xBAD)
SELLS, SUSPENDED = Seller.create_id(ANNA), Seller.create_id(CHEN)
AGREEMENT = {"agreement_id": Agreement.create_id(SELLS, GROUP)}
OFFER = {"seller_id": SELLS, "group_id": GROUP, "pool_bps": 2_000}
THEN, SOON = "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z"
Case = tuple[str, UUID, Callable[[Any], dict[str, Any]], type[Refusal]]


def offering(expected: type[Refusal], by: UUID = ANNA, **told: Any) -> Case:
    return "offer_agreement", by, lambda t: OFFER | told, expected


def answering(what: str, by: UUID, expected: type[Refusal], **told: Any) -> Case:
    return f"{what}_agreement", by, lambda t: {**AGREEMENT, "offer_id": open_offer(t.market)} | told, expected


def negotiated(market: Market) -> None:
    """Anna's offer to Dora's group waits for an answer."""
    market.do("offer_agreement", ANNA, **OFFER)
    market.settle()


def open_offer(market: Market) -> str:
    """The offer that waits."""
    found = market.service.store.load(Agreement, AGREEMENT["agreement_id"])
    assert found is not None
    assert found.open_offer is not None
    return str(found.open_offer["offer_id"])


AGREEMENTS: list[Case] = [
    offering(refusals.NoSuchSeller, seller_id=NOBODY),
    offering(Forbidden, BORIS),
    offering(Forbidden, BORIS, group_id=NOBODY),
    offering(refusals.NoSuchCommunity, group_id=NOBODY),
    offering(refusals.SellerSuspended, CHEN, seller_id=SUSPENDED),
    offering(refusals.NoSuchListing, listing_ids=[NOBODY]),
    ("offer_agreement", ANNA, lambda t: OFFER | {"listing_ids": [t.reel]}, refusals.NoSuchListing),
    ("offer_agreement", ANNA, lambda t: OFFER | {"listing_ids": [t.gone]}, refusals.ListingWithdrawn),
    offering(refusals.CommissionOutOfBounds, pool_bps=5_001),
    offering(refusals.TermsOutOfBounds, notice_days=366),
    offering(refusals.LimitsWithoutCurrency, floor_minor=1),
    offering(refusals.ExclusivityTooWide, exclusive=True),
    offering(refusals.AgreementEndsFirst, starts_at=SOON, ends_at=THEN),
    offering(Malformed, listing_ids=[NOBODY] * 101),
    offering(Malformed, territory=["cn"]),
    offering(Malformed, exclusive="yes"),
    offering(Malformed, pool_bps="20 %"),
    answering("accept", ANNA, refusals.OfferIsYours),
    answering("accept", BORIS, refusals.NoSuchAgreement),
    answering("accept", DORA, refusals.OfferNotOpen, offer_id=NOBODY),
    answering("accept", DORA, refusals.NoSuchAgreement, agreement_id=NOBODY),
    answering("decline", ANNA, refusals.OfferIsYours),
    answering("decline", BORIS, refusals.NoSuchAgreement),
    answering("withdraw", DORA, refusals.OfferIsTheirs),
    answering("withdraw", BORIS, refusals.NoSuchAgreement),
    ("end_agreement", DORA, lambda t: AGREEMENT, refusals.AgreementNotInForce),
    ("end_agreement", BORIS, lambda t: AGREEMENT, refusals.NoSuchAgreement),
    ("open_checkout", BORIS, lambda t: {"lines": [{"listing_id": t.rod, "quantity": 1}], "payment_method": "card",
     "delivery_country": "China"}, Malformed),
]  # fmt: skip
