"""What others may know: a fact of the mall as the message it leaves as, or None."""

from functools import singledispatch
from typing import Any
from uuid import UUID

from services.contracts import agreements as agreed
from services.contracts import mall as messages
from services.contracts import payouts as paid_out
from services.contracts.message import Message
from services.kernel.domain import Fact
from services.mall.domain import agreement_facts, listing_facts, order_facts, payout_facts, review_facts
from services.mall.domain.ledger import Account
from services.mall.domain.member_shelf import MemberShelf
from services.mall.domain.seller import Seller
from services.mall.domain.share_link import ShareLink
from services.mall.domain.shelf import Shelf


@singledispatch
def publish(fact: Fact) -> Message | None:  # noqa: ARG001 - names, addresses and payments stay here
    """The message that a fact leaves as. What no message tells of stays in the mall."""
    return None


@publish.register
def _seller_opened(fact: Seller.Opened) -> Message:
    return messages.SellerOpened(seller_id=fact.originator_id, person_id=fact.person_id)


@publish.register
def _listed(fact: listing_facts.Listed) -> Message:
    return messages.ListingListed(
        listing_id=fact.listing_id, seller_id=fact.seller_id, price_minor=fact.price_minor, currency=fact.currency,
        tags=fact.tags,
    )  # fmt: skip


@publish.register
def _repriced(fact: listing_facts.Repriced) -> Message:
    return messages.ListingRepriced(listing_id=fact.originator_id, price_minor=fact.price_minor, currency=fact.currency)


@publish.register
def _withdrawn(fact: listing_facts.Withdrawn) -> Message:
    return messages.ListingWithdrawn(listing_id=fact.originator_id)


@publish.register
def _picked(fact: Shelf.Picked) -> Message:
    return messages.ListingPicked(listing_id=fact.listing_id, group_id=fact.group_id)


@publish.register
def _dropped(fact: Shelf.Dropped) -> Message:
    return messages.ListingDropped(listing_id=fact.listing_id, group_id=fact.group_id)


@publish.register
def _member_picked(fact: MemberShelf.Picked) -> Message:
    return messages.MemberPicked(listing_id=fact.listing_id, person_id=fact.person_id)


@publish.register
def _member_dropped(fact: MemberShelf.Dropped) -> Message:
    return messages.MemberDropped(listing_id=fact.listing_id, person_id=fact.person_id)


@publish.register
def _link_made(fact: ShareLink.Made) -> Message:
    return messages.ShareLinkMade(
        link_id=fact.link_id, owner_id=fact.owner_id, listing_id=fact.listing_id, group_id=fact.group_id
    )


@publish.register
def _placed(fact: order_facts.Placed) -> Message:
    total_minor = sum(line["price_minor"] + line["freight_minor"] for line in fact.lines)
    return messages.OrderPlaced(
        order_id=fact.order_id, checkout_id=fact.checkout_id, buyer_id=fact.buyer_id, seller_id=fact.seller_id,
        total_minor=total_minor, currency=fact.currency,
    )  # fmt: skip


@publish.register
def _paid(fact: order_facts.Paid) -> Message:
    return messages.OrderPaid(
        order_id=fact.originator_id, checkout_id=fact.checkout_id, buyer_id=fact.buyer_id, seller_id=fact.seller_id,
        currency=fact.currency, lines=fact.lines,
    )  # fmt: skip


@publish.register
def _delivered(fact: order_facts.Delivered) -> Message:
    return messages.OrderDelivered(order_id=fact.originator_id)


@publish.register
def _cancelled(fact: order_facts.Cancelled) -> Message:
    return messages.OrderCancelled(order_id=fact.originator_id, was_paid=False)


@publish.register
def _cancelled_paid(fact: order_facts.CancelledPaid) -> Message:
    return messages.OrderCancelled(order_id=fact.originator_id, was_paid=True)


@publish.register
def _line_refunded(fact: order_facts.LineRefunded) -> Message:
    return messages.LineRefunded(
        order_id=fact.originator_id, line_id=UUID(fact.line_id), listing_id=UUID(fact.listing_id),
        quantity=fact.quantity, amount_minor=fact.amount_minor, currency=fact.currency,
        registration_id=fact.registration_id,
    )  # fmt: skip


@publish.register
def _line_charged_back(fact: order_facts.LineChargedBack) -> Message:
    """To others it is a refund by amount: every share of it was taken back. No seat ends by it."""
    return messages.LineRefunded(
        order_id=fact.originator_id, line_id=UUID(fact.line_id), listing_id=UUID(fact.listing_id), quantity=0,
        amount_minor=fact.amount_minor, currency=fact.currency, registration_id=None,
    )  # fmt: skip


@publish.register
def _released(fact: order_facts.Released) -> Message:
    """What is owed from now on is a credit: negative in the entries, told as a positive amount."""
    owed: dict[str, dict[str, int]] = {}
    for entry in fact.entries:
        owed.setdefault(entry["account"], {})[str(entry["party_id"])] = -entry["amount_minor"]
    groups = owed.get(Account.COMMUNITY_AVAILABLE.value, {})
    members = owed.get(Account.MEMBER_AVAILABLE.value, {})
    return messages.CommissionReleased(
        order_id=fact.originator_id, seller_id=fact.seller_id, currency=fact.currency,
        seller_minor=sum(owed.get(Account.SELLER_AVAILABLE.value, {}).values()),
        platform_minor=sum(owed.get(Account.PLATFORM_FEES.value, {}).values()),
        groups=[{"group_id": group_id, "amount_minor": amount} for group_id, amount in groups.items()],
        members=[{"person_id": person_id, "amount_minor": amount} for person_id, amount in members.items()],
    )  # fmt: skip


@publish.register
def _let_go(fact: order_facts.ShareLetGo) -> Message | None:
    """What was withheld when the rest was released is due now. Of nothing that is left nobody is told."""
    earned = {"amount_minor": fact.amount_minor}
    is_member = fact.role == "member"
    return _released_later(
        fact, 0, [] if is_member else [{"group_id": str(fact.party_id), **earned}],
        [{"person_id": str(fact.party_id), **earned}] if is_member else [],
    )  # fmt: skip


@publish.register
def _forfeited(fact: order_facts.ShareForfeited) -> Message | None:
    """To others the seller got it: that there was a suspicion is nobody's business."""
    return _released_later(fact, fact.amount_minor, [], [])


def _released_later(
    fact: order_facts.ShareLetGo | order_facts.ShareForfeited, seller_minor: int, groups: list[dict[str, Any]],
    members: list[dict[str, Any]],
) -> Message | None:  # fmt: skip
    if not fact.amount_minor:
        return None
    return messages.CommissionReleased(
        order_id=fact.originator_id, seller_id=fact.seller_id, currency=fact.currency, seller_minor=seller_minor,
        platform_minor=0, groups=groups, members=members,
    )  # fmt: skip


@publish.register(review_facts.Written)
@publish.register(review_facts.Changed)
def _judged(fact: review_facts.Written | review_facts.Changed) -> Message:
    return messages.ReviewWritten(
        review_id=fact.originator_id, listing_id=fact.listing_id, seller_id=fact.seller_id, order_id=fact.order_id,
        reviewer_id=fact.reviewer_id, rating=fact.rating,
    )  # fmt: skip


@publish.register
def _payout_paid(fact: payout_facts.Paid) -> Message:
    return paid_out.PayoutPaid(payout_id=fact.originator_id, **_to_whom(fact))


@publish.register
def _payout_returned(fact: payout_facts.Returned) -> Message:
    return paid_out.PayoutReturned(payout_id=fact.originator_id, **_to_whom(fact))


@publish.register
def _agreement_accepted(fact: agreement_facts.Accepted) -> Message:
    return agreed.AgreementAccepted(
        agreement_id=fact.originator_id, seller_id=fact.seller_id, group_id=fact.group_id, number=fact.number,
        exclusive=fact.exclusive, starts_at=fact.starts_at, ends_at=fact.ends_at,
    )  # fmt: skip


@publish.register(agreement_facts.EndAnnounced)
@publish.register(agreement_facts.Lapsed)
def _agreement_ended(fact: agreement_facts.EndAnnounced | agreement_facts.Lapsed) -> Message:
    return agreed.AgreementEnded(
        agreement_id=fact.originator_id, seller_id=fact.seller_id, group_id=fact.group_id, ends_at=fact.ends_at
    )


def _to_whom(fact: payout_facts.Paid | payout_facts.Returned) -> dict[str, Any]:
    parties = {"seller": "seller_id", "community": "group_id", "member": "person_id"}
    told = {name: fact.party_id if fact.role == role else None for role, name in parties.items()}
    return {"role": fact.role, "amount_minor": fact.amount_minor, "currency": fact.currency, **told}
