"""What the tests of agreements begin with: terms, an agreement in which they hold, a line that is sold under it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import acting, derived_id
from services.mall.domain.agreement import Agreement
from services.mall.domain.agreement_terms import COMMUNITY, SELLER, Terms
from tests.support.scenario import NOON, context

from .samples import GROUP, LISTING
from .samples import SELLER as SELLER_ID

LONG_AGO = NOON - timedelta(days=60)
OTHER_GROUP = UUID(int=0x61)
BOTH = (SELLER, COMMUNITY)


def terms(**changes: Any) -> Terms:
    """A pool of 20 % for everything, everywhere, for good, with thirty days of notice."""
    told: dict[str, Any] = {
        "listing_ids": [], "pool_bps": 2_000, "territory": [], "floor_minor": None, "currency": None,
        "exclusive": False, "notice_days": 30, "starts_at": None, "ends_at": None,
    }  # fmt: skip
    return Terms(**(told | changes))  # type: ignore[typeddict-item]


def alone(**changes: Any) -> Terms:
    """The same for the rod, which is this community's alone."""
    return terms(**({"listing_ids": [str(LISTING)], "exclusive": True} | changes))


def offer_id(number: int) -> UUID:
    """The id of the offer that is made as this one."""
    return derived_id("offer", number)


def offer(agreement: Agreement, told: Terms, side: str = SELLER) -> UUID:
    """Offers terms; the id of the offer."""
    made = offer_id(agreement.offers + 1)
    agreement.offer(made, side, told)
    return made


def agree(agreement: Agreement, told: Terms, now: datetime = NOON) -> None:
    """The seller offers, the community accepts."""
    agreement.accept(offer(agreement, told), [COMMUNITY], now)


def an_agreement(*agreed: Terms, at: datetime = LONG_AGO, group_id: UUID = GROUP) -> Agreement:
    """These terms, accepted long ago one after the other."""
    with acting(context(at=at)):
        agreement = Agreement(SELLER_ID, group_id)
        for told in agreed:
            agree(agreement, told, at)
    return agreement
