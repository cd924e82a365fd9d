"""A life of every aggregate in which each of its facts happens: what goldens are written from, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.contracts.thresholds import Claim as Certified
from services.contracts.thresholds import Evidence
from services.events.domain import Gathering, Registration, Seats
from services.events.domain.form import Venue
from services.groups.domain import Application, Group, Introduction, Invitation
from services.groups.domain.charter import Grounds
from services.identity.domain.claim import Claim
from services.identity.domain.password_reset import PasswordReset
from services.identity.domain.person import Person
from services.identity.domain.relationship import Relationship
from services.kernel.domain import AggregateRoot
from services.mall.domain.checkout import Checkout
from services.mall.domain.dispute import Dispute, Disputed
from services.mall.domain.filing import Filing
from services.mall.domain.lines import Line, order_line
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.domain.review import Review
from services.mall.domain.seat import Seat
from services.mall.domain.seller import Seller
from services.mall.domain.terms import DEFAULT_TERMS
from services.partners.domain import Partner
from tests.history import casework, holding, papers, payings, reconciling, stocks, ways, writings
from tests.support.scenario import ANNA, BORIS, NOON

CLAIM, GROUP, INVITATION = UUID(int=0xC0), UUID(int=0x60), UUID(int=0x10)
LISTING, SELLER, CHECKOUT, ORDER = UUID(int=0x11), UUID(int=0x5E), UUID(int=0xC1), UUID(int=0x0D)
PAYMENT, REFUND, LINE = UUID(int=0xA1), UUID(int=0xF1), UUID(int=0x17)
PARTNER, DISPUTE = UUID(int=0xAC), Dispute.id_of("dp_7")
GATHERING, REGISTRATION = UUID(int=0x6A), UUID(int=0x4E)
GATHERING, REGISTRATION = UUID(int=0x6A), UUID(int=0x4E)
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
    person.set_visibility("tags", "groups", [str(GROUP)])
    person.forget("asked")
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


def _relationships() -> list[AggregateRoot]:
    friends = Relationship.begin("request", ANNA, BORIS)
    friends.accept_friend(BORIS)
    friends.follow(ANNA)
    friends.unfollow(ANNA)
    friends.end_friendship(BORIS)
    friends.ask_friend(BORIS)
    friends.decline_friend(ANNA)
    friends.ask_friend(ANNA)
    friends.end_friendship(ANNA)
    friends.block(BORIS)
    friends.unblock(BORIS)
    return [friends]


def _password_resets() -> list[AggregateRoot]:
    reset = PasswordReset.ask(ANNA, "zh", NOON)
    reset.ask_again("zh", NOON)
    reset.ask_again("en", LATER)
    reset.use(2, LATER)
    return [reset]


def _group() -> Group:
    return Group.found(
        group_id=GROUP, owner_id=ANNA, name="Quiet Trails", purpose="Days outside", threshold=THRESHOLD,
        rules="Leave no trace.", tags=["outdoors"], now=NOON,
    )  # fmt: skip


def _groups() -> list[AggregateRoot]:
    removed, left = _group(), _group()
    for group in (removed, left):
        group.admit(BORIS, by=ANNA, now=NOON, grounds=Grounds(EVIDENCE, 1), application_id=UUID(int=0xAB))
    removed.give_role(BORIS, "leader", by=ANNA)
    removed.take_role(BORIS, "leader", by=ANNA)
    removed.set_threshold({"invitation": True}, by=ANNA)
    removed.change_rules("Be on time.", by=ANNA)
    removed.set_questions([{"text": "Where do you walk?", "required": True}], by=ANNA)
    removed.set_admission(2, 500, "EUR", by=ANNA)
    removed.tag(["fishing", "outdoors"], by=ANNA)
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


def _candidacies() -> list[AggregateRoot]:
    """An application for which everything comes later, one by one; a code that serves a withdrawn one before."""
    group = _group()
    group.set_questions([{"text": "Where do you walk?", "required": True}], by=ANNA)
    group.set_admission(1, 500, "EUR", by=ANNA)
    asked = {"questions_version": 1, "answers": ["By the lake"]}
    code = Invitation.issue(
        group, invitation_id=INVITATION, person_id=None, by=ANNA, expires_at=LATER, waives=["real_name"], now=NOON
    )
    code.redeem(group, person_id=BORIS, now=NOON)
    withdrawn = _application(group, invitation=code, **asked)
    withdrawn.withdraw(by=BORIS, invitations=[code])
    later = _application(group, previous=withdrawn, **asked)
    later.take_invitation(code, NOON)
    later.approve(group, by=ANNA, evidence=EVIDENCE, now=NOON)
    later.take_back_approval(group, by=ANNA)
    later.record_fee(group, by=ANNA, reference="Receipt 12")
    group.change_rules("Be on time.", by=ANNA)
    later.accept_rules(group, 2)
    introduction = Introduction(group.id, BORIS, later.id, NOON)
    group.admit(BORIS, by=ANNA, now=NOON, recorded=True)
    introduction.welcome(group, by=ANNA)
    return [group, code, withdrawn, later, introduction]


def _sellers() -> list[AggregateRoot]:
    seller = Seller(ANNA, "Rods and more", [EVIDENCE.claims[0].to_data()])
    seller.suspend("claims")
    seller.reinstate()
    return [seller]


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


def _seats() -> list[AggregateRoot]:
    seat = Seat(REGISTRATION, GATHERING, ORDER, str(LINE), 2, LATER, WINDOW_ENDS)
    seat.order_again(UUID(int=0x0E), str(LINE), WINDOW_ENDS, is_free=True)
    seat.end("gathering_cancelled")
    return [seat]


def _filings() -> list[AggregateRoot]:
    return [Filing.record("2025Q4", "Asia/Shanghai", NOON, NOON - timedelta(days=90), "0" * 64, "No. 7", WINDOW_ENDS)]


def _reviews() -> list[AggregateRoot]:
    order = _order()
    order.pay(10_499)
    order.deliver(NOON, LATER)
    review = Review.write(order, str(LINE), 4, "Holds", "静水", LATER)
    review.change(order, 5, "Holds well", "A quiet reel.", WINDOW_ENDS)
    review.answer("Thank you.")
    review.remove("court_order")
    return [review]


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
    failed.dispute(DISPUTE)
    failed.end_dispute(DISPUTE, "lost", 1_000)
    returned, elsewhere = _checkout(), _checkout()
    for checkout in (returned, elsewhere):
        checkout.capture(PAYMENT, "card", 10_499)
        checkout.demand_refund(REFUND, ORDER, 3_333, "line_refunded", from_unallocated=True)
        checkout.confirm_refund(REFUND, 3_333)
        checkout.return_refund(REFUND, 3_333, "account_closed")
    for operator_id in (ANNA, BORIS):
        elsewhere.settle_refund(REFUND, "paid_elsewhere", "by_transfer", operator_id, ())
    declined.decline_payment(PAYMENT, "card_declined")
    expired.expire(LATER)
    cancelled.cancel("by_buyer")
    settled.settle("overpaid", 10_499)
    return [refunded, failed, returned, elsewhere, declined, expired, cancelled, settled]


def _order() -> Order:
    return Order.place(
        ORDER, CHECKOUT, BORIS, SELLER, ANNA, "EUR", [_line()], dict(DEFAULT_TERMS), "杭州市龙井路1号"
    )  # fmt: skip


def _orders() -> list[AggregateRoot]:
    released, cancelled, given_back = _order(), _order(), _order()
    for order in (released, given_back):
        order.pay(10_499)
    released.deliver(NOON, LATER)
    released.request_return(str(LINE), 1, "changed_mind", LATER, WINDOW_ENDS)
    released.refund_line(REFUND, str(LINE), 1, with_freight=True)
    released.release(WINDOW_ENDS)
    cancelled.cancel("expired")
    given_back.cancel_paid("unavailable", REFUND)
    charged_back = _order()
    charged_back.pay(10_499)
    charged_back.deliver(NOON, LATER)
    charged_back.dispute(DISPUTE, 3_000)
    charged_back.lose_dispute(DISPUTE)
    return [released, cancelled, given_back, charged_back]


def _disputes() -> list[AggregateRoot]:
    part = {
        "order_id": str(ORDER), "seller_id": str(SELLER), "seller_person_id": str(ANNA), "amount_minor": 3_000,
    }  # fmt: skip
    told = Disputed("dp_7", PAYMENT, 3_499, 1_500, "EUR")
    won, lost = (Dispute.open(told, CHECKOUT, "fraudulent", [part], 10_499) for _ in range(2))
    for operator_id in (ANNA, BORIS):
        won.settle_by_hand("won", "seen_at_provider", operator_id)
    won.win()
    lost.lose([(SELLER, 1_000), (None, 500)])
    return [won, lost]


def _gatherings() -> list[AggregateRoot]:
    venue: Venue = {
        "venue_name": "Lake House", "address": "龙井路1号", "latitude": 30.2, "longitude": 120.1, "online_url": None,
    }  # fmt: skip
    told, cancelled = (
        Gathering.announce(
            GATHERING, GROUP, ANNA, venue=venue, now=NOON, threshold=THRESHOLD, title="A morning at the lake",
            description="Bring a rod", starts_at=LATER, ends_at=WINDOW_ENDS, time_zone="Asia/Shanghai", capacity=3,
            price_minor=2_000, currency="EUR", most_seats=2, hold_minutes=15, listing_ids=[str(LISTING)],
            tags=["fishing"],
        )
        for _ in range(2)
    )  # fmt: skip
    told.move(LATER + timedelta(hours=1), WINDOW_ENDS, NOON)
    told.change_venue({**venue, "online_url": "https://meet.example.org/lake"}, by=ANNA, now=NOON)
    told.name_door_staff(BORIS)
    told.release_door_staff(BORIS)
    told.reorder_waitlist(2, 1, "Brings the boat", by=ANNA)
    told.write_recap("Two carps, both back in the lake.", [str(LISTING)], 7, by=ANNA, now=WINDOW_ENDS)
    cancelled.cancel("Storm", by=ANNA, now=NOON)
    return [told, cancelled]


def _rows_of_seats() -> list[AggregateRoot]:
    seats = Seats.open(GATHERING, 1)
    seats.reserve(REGISTRATION, 1)
    for number in range(3):
        seats.join_waitlist(UUID(int=number), 1)
    seats.reorder(UUID(int=2), 1)
    seats.leave_waitlist(UUID(int=0))
    seats.change_capacity(2)
    move = seats.next_move()
    assert move is not None
    seats.move(move, "capacity_raised")
    seats.release(REGISTRATION, 1, "expired")
    seats.close()
    return [seats]


def _registrations() -> list[AggregateRoot]:
    relied_on = [EVIDENCE.claims[0].to_data()]
    came, refused = (Registration.register(GATHERING, BORIS, 1, 2, relied_on, NOON) for _ in range(2))
    came.wait()
    came.hold(2_000, "EUR", LATER)
    came.issue_ticket(ORDER, str(LINE))
    came.repeat_answer(LATER)
    for device in ("door-1", "door-2"):
        came.scan(device, LATER, 1, was_offline=device == "door-2")
    refused.end("expired", NOON)
    refused.refuse_ticket(ORDER, str(LINE), "seats_gone")
    refused.scan("door-1", LATER, 1, was_offline=True)
    return [came, refused]


def _partners() -> list[AggregateRoot]:
    partner = Partner.register(PARTNER, "Alpine Club", ["feed:mall", "counts"], now=NOON)
    partner.change_scopes(["feed:groups", "feed:mall"])
    partner.issue_key(now=NOON, overlap=timedelta(hours=24))
    partner.end_key(1)
    partner.suspend("terms")
    partner.reinstate()
    partner.close("requested")
    return [partner]


LIVES: list[Life] = [
    _person, _claims, _relationships, _password_resets, _groups, _applications, _candidacies, _sellers, _listings,
    _seats, _reviews, _checkouts, _orders, _disputes, _gatherings, _rows_of_seats, _registrations, _partners,
    *ways.LIVES, *writings.LIVES, *payings.LIVES, _filings, *reconciling.LIVES, *papers.LIVES, *casework.LIVES,
    *stocks.LIVES,
    *holding.LIVES,
]  # fmt: skip
