"""Lives of what stands between a listing and its buyer: terms, tariffs, shelves, share links, trails."""

from datetime import timedelta
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain.agreement import Agreement
from services.mall.domain.agreement_terms import COMMUNITY, SELLER
from services.mall.domain.agreement_terms import Terms as Agreed
from services.mall.domain.listing import Listing
from services.mall.domain.member_shelf import MemberShelf
from services.mall.domain.share_link import ShareLink, code_of
from services.mall.domain.shelf import Shelf
from services.mall.domain.tariff import PLATFORM_FEE, Tariff
from services.mall.domain.tariff_rules import Bounds
from services.mall.domain.terms import Terms
from services.mall.domain.trail import Touch, Trail
from tests.support.scenario import ANNA, BORIS, NOON

GROUP, LISTING, LINK = UUID(int=0x60), UUID(int=0x11), UUID(int=0x717)
SELLER_ID, OFFER = UUID(int=0x5E), UUID(int=0x0FFE)
POST, GATHERING = UUID(int=0x905), UUID(int=0x6A)
LATER = NOON + timedelta(hours=1)


def _terms() -> list[AggregateRoot]:
    threshold = {"any": [{"claim": "real_name", "level": 1}, {"invitation": True}]}
    terms = Terms.open(
        NOON, platform_fee_bps=500, return_window_days=7, reservation_minutes=15, seller_threshold=threshold,
        link_window_days=14, shelf_window_days=3, member_share_bps=4_000,
    )  # fmt: skip
    terms.change(NOON, platform_fee_bps=400, return_window_days=14, seller_threshold=None)
    return [terms]


def _shelves() -> list[AggregateRoot]:
    of_group, of_person = Shelf(GROUP), MemberShelf(ANNA)
    of_group.pick(LISTING, ANNA, "For calm water")
    of_group.set_season(LISTING, NOON, LATER)
    of_group.drop(LISTING)
    of_person.pick(LISTING, "My own one")
    of_person.set_season(None, NOON, None)
    of_person.drop(LISTING)
    return [of_group, of_person]


def _links() -> list[AggregateRoot]:
    link, trail = ShareLink.make(LINK, code_of(LINK), ANNA, LISTING, GROUP, LATER, NOON), Trail(BORIS)
    link.revoke(ANNA)
    trail.touch(LISTING, Touch(touched_at=NOON, link_id=LINK, post_id=POST, gathering_id=GATHERING))
    trail.leave(LISTING)
    return [link, trail]


def _tariffs() -> list[AggregateRoot]:
    tariff, rule_id = Tariff(PLATFORM_FEE), UUID(int=0x2E)
    told = Bounds(
        scope="category", subject="垂钓", currency="CNY", least_bps=700, most_bps=700, least_minor=100, most_minor=9_900
    )
    tariff.announce(rule_id, told, None, NOON + timedelta(days=60), NOON, 7, [])
    tariff.end(rule_id, NOON + timedelta(days=30), NOON, 7, [])
    return [tariff]


def _agreements() -> list[AggregateRoot]:
    """Agreed on and ended; declined; withdrawn."""
    terms: Agreed = {
        "listing_ids": [str(LISTING)], "pool_bps": 2_000, "territory": [], "floor_minor": 9_900, "currency": "CNY",
        "exclusive": True, "notice_days": 30, "starts_at": None, "ends_at": NOON + timedelta(days=365),
    }  # fmt: skip
    held, declined, withdrawn = (Agreement(SELLER_ID, GROUP) for _ in range(3))
    for agreement in (held, declined, withdrawn):
        agreement.offer(OFFER, SELLER, terms)
    held.accept(OFFER, [COMMUNITY], NOON)
    listing = Listing.list_for_sale(LISTING, SELLER_ID, ANNA, "Rod", "", 12_000, "CNY", [], 1_000, 3)
    listing.promise(GROUP, held.id, held.promised[str(LISTING)], NOON, 7)
    held.end(SELLER, LATER)
    lapsed = Agreement(SELLER_ID, GROUP)
    lapsed.offer(OFFER, SELLER, terms)
    lapsed.accept(OFFER, [COMMUNITY], NOON)
    lapsed.lapse(NOON + timedelta(days=365))
    declined.decline(OFFER, [COMMUNITY])
    withdrawn.withdraw(OFFER, [SELLER])
    return [held, declined, withdrawn, listing, lapsed]


LIVES = [_terms, _tariffs, _shelves, _links, _agreements]
