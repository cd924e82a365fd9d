"""A life of every aggregate in which each of its facts happens: what goldens are written from, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.contracts.thresholds import Claim as Certified
from services.contracts.thresholds import Evidence
from services.groups.domain import Application, Group, Invitation
from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.kernel.domain import AggregateRoot
from services.mall.domain.checkout import Checkout
from services.mall.domain.lines import Line, order_line
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.domain.seller import Seller
from services.mall.domain.shelf import Shelf
from services.mall.domain.terms import DEFAULT_TERMS, Terms
from services.partners.domain import Partner
from tests.support.scenario import ANNA, BORIS, NOON

CLAIM, GROUP, INVITATION = UUID(int=0xC0), UUID(int=0x60), UUID(int=0x10)
LISTING, SELLER, CHECKOUT, ORDER = UUID(int=0x11), UUID(int=0x5E), UUID(int=0xC1), UUID(int=0x0D)
PAYMENT, REFUND, LINE = UUID(int=0xA1), UUID(int=0xF1), UUID(int=0x17)
PARTNER = UUID(int=0xAC)
LATER, WINDOW_ENDS = NOON + timedelta(hours=1), NOON + timedelta(days=8)
THRESHOLD: dict[str, Any] = {"any": [{"claim": "real_name", "level": 1}, {"invitation": True}]}
EVIDENCE = Evidence(claims=(Certified("real_name", 2, None, LATER, CLAIM),), tags={"city": {"Hangzhou"}})
Life = Callable[[], list[AggregateRoot]]
"""What it returns is told in this order; of each kind of fact, the first that happens becomes the golden."""


def _person() -> list[AggregateRoot]:
    person = Person.register(ANNA, "Anna Karenina", "anna@example.org")
    person.rename("Анна Каренина")
    person.add_tag("city", "Hangzhou")
    person.remove_tag("city", "Hangzhou")
    person.grant_role("operator", granted_by=BORIS)
    person.withdraw_role("operator")
    return [person]


def _claim() -> Claim:
    return Claim.submit(CLAIM, ANNA, "industry", "Rents out tents", "outdoors", "A trade licence")


def _claims() -> list[AggregateRoot]:
    withdrawn, refused, expired = _claim(), _claim(), _claim()
    withdrawn.certify(BORIS, 2, LATER, NOON, code="camping")
    withdrawn.withdraw(BORIS, "The licence has ended")
    refused.refuse(BORIS, "Not readable", "unreadable")
    expired.certify(BORIS, 2, LATER, NOON)
    expired.expire(LATER)
    return [withdrawn, refused, expired]


def _group() -> Group:
    return Group.found(
        group_id=GROUP, owner_id=ANNA, name="Quiet Trails", purpose="Days outside", threshold=THRESHOLD,
        rules="Leave no trace.", tags=["outdoors"], now=NOON,
    )  # fmt: skip


def _groups() -> list[AggregateRoot]:
    removed, left = _group(), _group()
    for group in (removed, left):
        group.admit(BORIS, by=ANNA, now=NOON, evidence=EVIDENCE, application_id=UUID(int=0xAB), rules_version=1)
    removed.give_role(BORIS, "leader", by=ANNA)
    removed.take_role(BORIS, "leader", by=ANNA)
    removed.set_threshold({"invitation": True}, by=ANNA)
    removed.change_rules("Be on time.", by=ANNA)
    removed.remove(BORIS, by=ANNA, reason="Was never on time")
    left.leave(BORIS)
    return [removed, left]


def _invitation(group: Group) -> Invitation:
    return Invitation.issue(
        group, invitation_id=INVITATION, person_id=BORIS, by=ANNA, expires_at=LATER, now=NOON
    )  # fmt: skip


def _application(group: Group, **more: Any) -> Application:
    return Application.apply(
        group, person_id=BORIS, rules_version=1, evidence=replace(EVIDENCE, claims=()), now=NOON, statement="I walk",
        **more,
    )  # fmt: skip


def _applications() -> list[AggregateRoot]:
    group, invitation, revoked = _group(), _invitation(_group()), _invitation(_group())
    admitted = _application(group, invitation=invitation)
    admitted.admit(group, by=ANNA, evidence=EVIDENCE, now=NOON)
    revoked.revoke(_group(), by=ANNA)
    refused = _application(_group())
    refused.refuse(_group(), by=ANNA, code="does_not_fit", reason="Too few of us")
    refused.reverse_refusal(_group(), by=ANNA, reason="We are more now")
    refused.withdraw(by=BORIS)
    _application(_group(), previous=refused)
    return [admitted, invitation, revoked, refused]


def _sellers() -> list[AggregateRoot]:
    relied_on = [EVIDENCE.claims[0].to_data()]
    seller, terms, shelf = Seller(ANNA, "Rods and more", relied_on), Terms.open(500, 7, 15, THRESHOLD), Shelf(GROUP)
    seller.suspend("claims")
    seller.reinstate()
    terms.change(400, 14, 30, None)
    shelf.pick(LISTING, ANNA, "For calm water")
    shelf.drop(LISTING)
    return [seller, terms, shelf]


def _listings() -> list[AggregateRoot]:
    listing = Listing.list_for_sale(
        LISTING, SELLER, ANNA, "Rod", "Two parts", 12_000, "EUR", ["fishing"], commission_bps=1_000, stock=3
    )
    listing.reprice(11_000)
    listing.restock(2)
    listing.reserve(CHECKOUT, 2, LATER, NOON)
    listing.release(CHECKOUT, "expired")
    listing.reserve(CHECKOUT, 1, LATER, NOON)
    listing.sell(CHECKOUT)
    listing.withdraw("out_of_season")
    return [listing]


def _line() -> Line:
    return order_line(str(LINE), LISTING, "Rod", 3, 3_333, 500, GROUP, 1_000, 500)


def _checkout() -> Checkout:
    order = {"order_id": str(ORDER), "seller_id": str(SELLER), "total_minor": 10_499}
    return Checkout.open(CHECKOUT, BORIS, [order], "EUR", LATER, PAYMENT, "card")


def _checkouts() -> list[AggregateRoot]:
    refunded, failed, declined, expired, cancelled, settled = (_checkout() for _ in range(6))
    refunded.doubt_payment(PAYMENT, "no_answer")
    for checkout in (refunded, failed, settled):
        checkout.capture(PAYMENT, "card", 10_499)
    for checkout in (refunded, failed):
        checkout.demand_refund(REFUND, ORDER, 3_333, "line_refunded", from_unallocated=True)
    refunded.confirm_refund(REFUND, 3_333)
    failed.fail_refund(REFUND, "account_closed")
    declined.decline_payment(PAYMENT, "card_declined")
    expired.expire(LATER)
    cancelled.cancel("by_buyer")
    settled.settle("overpaid", 10_499)
    return [refunded, failed, declined, expired, cancelled, settled]


def _order() -> Order:
    return Order.place(
        ORDER, CHECKOUT, BORIS, SELLER, ANNA, "EUR", [_line()], dict(DEFAULT_TERMS), "杭州市龙井路1号"
    )  # fmt: skip


def _orders() -> list[AggregateRoot]:
    released, cancelled, given_back = _order(), _order(), _order()
    for order in (released, given_back):
        order.pay(10_499)
    released.deliver(NOON, LATER)
    released.request_return(str(LINE), 1, "changed_mind", LATER)
    released.refund_line(REFUND, str(LINE), 1, with_freight=True)
    released.release(WINDOW_ENDS)
    cancelled.cancel("expired")
    given_back.cancel_paid("unavailable", REFUND)
    return [released, cancelled, given_back]


def _partners() -> list[AggregateRoot]:
    partner = Partner.register(PARTNER, "Alpine Club", ["feed:mall", "counts"], now=NOON)
    partner.change_scopes(["feed:groups", "feed:mall"])
    partner.issue_key(now=NOON, overlap=timedelta(hours=24))
    partner.end_key(1)
    partner.suspend("terms")
    partner.reinstate()
    partner.close("requested")
    return [partner]


LIVES: list[Life] = [_person, _claims, _groups, _applications, _sellers, _listings, _checkouts, _orders, _partners]
