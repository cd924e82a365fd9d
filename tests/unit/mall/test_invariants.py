"""Every invariant of the mall holds for what the mall does, and is seen broken."""

from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.kernel.store.invariants import Invariant
from services.mall import due
from services.mall.domain.checkout import Checkout
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.invariants import invariants
from tests.support.forging import forged, judged
from tests.support.scenario import ANNA, BORIS, NOON, context

from .agreement_breaches import agreed_line, agreement_breaches, promise_breaches, sold_under
from .agreements import OTHER_GROUP, alone, an_agreement, terms
from .breaches import a_ticket, judged_as, review_breaches, review_story, ticket_breaches, ticket_story
from .bucket_breaches import bucket_breaches, spread_story
from .case_breaches import case_breaches, case_story
from .dispute_breaches import dispute_breaches, dispute_story, ended_seat, refund_story
from .document_samples import document_breaches, documents_of
from .elsewhere_breaches import elsewhere_breaches, paid_out_elsewhere
from .four_eyes_breaches import by_hand, four_eyes_breaches
from .fraud_samples import fraud_breaches, fraud_story
from .payout_breaches import came_back_to, machine_breaches, payout_breaches
from .payout_samples import a_payout, paid_out, payables_of
from .reconciling_breaches import accepted, reconciled_story, reconciling_breaches
from .return_breaches import return_breaches
from .safety_breaches import reserved_story, safety_breaches, set_off_story
from .samples import (
    CHECKOUT,
    GROUP,
    LISTING,
    ORDER,
    OTHER_CHECKOUT,
    OTHER_REFUND,
    PAYMENT,
    REFUND,
    SELLER,
    SOON,
    TOTAL,
    WINDOW_ENDS,
    a_checkout,
    a_line,
    a_listing,
    a_shared_line,
    an_order,
    capture,
    deliver,
    entry,
    pay,
    release,
)  # fmt: skip
from .split_breaches import split_breaches
from .tariff_breaches import by_heads, charged, recorded_under_rules, tariff_breaches, with_another_rule
from .tariffs import LONG_AGO
from .terms_breaches import terms_breaches, terms_story, without_times
from .way_breaches import sold, way_breaches


def story() -> list[Any]:
    """A sale of three rods through a shelf: reserved, paid, one refunded, delivered, released, one more refunded.

    What is left is paid out.
    """
    with acting(context()):
        listing, checkout, order = a_listing(), a_checkout(), an_order()
        listing.reserve(CHECKOUT, 3, SOON, NOON)
        capture(checkout)
        listing.sell(CHECKOUT)
        pay(order)
        order.refund_line(REFUND, "1", 1)
        checkout.demand_refund(REFUND, ORDER, 3_333, "line_refunded", from_unallocated=False)
        checkout.confirm_refund(REFUND, 3_333)
        deliver(order)
    with acting(context(at=WINDOW_ENDS)):
        release(order)
        order.refund_line(OTHER_REFUND, "1", 1)
        of_order = order.collect_events()
        paying = paid_out(payables_of(of_order))
        documents = documents_of(order)
    return [*listing.collect_events(), *documents, *paying, *checkout.collect_events(), *of_order]


def recorded(**changes: Any) -> list[Any]:
    """A sale that was recorded from elsewhere, not paid in full, and cancelled."""
    with acting(context()):
        checkout = a_checkout(expires_at=None, payment_id=None, payment_method=None, recorded=True)
        order = an_order(**changes)
        checkout.capture(PAYMENT, "boleto", TOTAL - 9, recorded=True)
        order.pay(TOTAL - 9, recorded=True)
        order.cancel_paid("cancelled", recorded=True)
    return [fact for root in (checkout, order) for fact in root.collect_events()]


NOTHING_DUE: Any = Mock(due_rows=dict)
NAMES = [one.name for one in invariants(NOTHING_DUE)]


def named(name: str) -> Invariant:
    return next(one for one in invariants(NOTHING_DUE) if one.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_holds_for_a_sale_and_for_a_recorded_one(name: str) -> None:
    assert judged(named(name), story()) is None
    assert judged(named(name), recorded()) is None


@pytest.mark.parametrize("name", ["I-05 books", "accounts", "statements", "discrepancies"])
def test_holds_for_what_was_reconciled(name: str) -> None:
    assert judged(named(name), reconciled_story()) is None
    assert judged(named(name), accepted()) is None


@pytest.mark.parametrize("name", NAMES)
def test_counts_what_it_checked(name: str) -> None:
    invariant = named(name)
    told = [*story(), *dispute_story(), *reconciled_story(), *case_story(), *spread_story(), *fraud_story()]
    judged(invariant, told)
    assert invariant.checked > 0


def settled(amount_minor: int, *entries: dict[str, Any]) -> Any:
    fields: dict[str, Any] = {"cause": "overpaid", "amount_minor": amount_minor, "entries": list(entries)}
    return forged(Checkout.Settled, CHECKOUT, **fields)


def captured(payment_id: UUID, amount_minor: int, *entries: dict[str, Any]) -> Any:
    fields: dict[str, Any] = {
        "payment_id": payment_id,
        "method": "card",
        "amount_minor": amount_minor,
        "entries": list(entries),
    }
    return forged(Checkout.PaymentCaptured, CHECKOUT, **fields)


def paid_back(refund_id: UUID, amount_minor: int) -> Any:
    fields: dict[str, Any] = {"refund_id": refund_id, "order_id": ORDER, "amount_minor": amount_minor, "entries": []}
    return forged(Checkout.PaymentRefunded, CHECKOUT, **fields)


def demanded(refund_id: UUID, amount_minor: int) -> Any:
    fields: dict[str, Any] = {
        "refund_id": refund_id,
        "order_id": None,
        "amount_minor": amount_minor,
        "reason": "x",
        "entries": [],
    }
    return forged(Checkout.RefundDemanded, CHECKOUT, **fields)


def reservation(kind: type[Any], checkout_id: UUID = CHECKOUT, quantity: int = 1, **more: Any) -> Any:
    return forged(kind, LISTING, checkout_id=checkout_id, quantity=quantity, **more)


def reserved(checkout_id: UUID, quantity: int) -> Any:
    return reservation(Listing.Reserved, checkout_id, quantity, expires_at=SOON)


def refunded(share: int, amount_minor: int = 100) -> Any:
    shares = {"seller": amount_minor - share, "community": share, "platform": 0}
    entries = [
        entry("seller_available", amount_minor - share, SELLER), entry("community_available", share, GROUP),
        entry("refunds_due", -amount_minor),
    ]  # fmt: skip
    changes = {"refund_id": UUID(int=9), "quantity": 0, "amount_minor": amount_minor, "freight_minor": 0}
    return again(story(), Order.LineRefunded, shares=shares, entries=entries, **changes)


def again(facts: list[Any], kind: type[Any], **fields: Any) -> Any:
    """One more fact of a kind that is there, with other fields."""
    copied = copy(next(fact for fact in facts if type(fact) is kind))
    copied.__dict__.update(fields)
    return copied


def placed(**changes: Any) -> Any:
    with acting(context()):
        (fact,) = an_order(**changes).collect_events()
    return fact


def without(facts: list[Any], kind: type[Any]) -> list[Any]:
    return [fact for fact in facts if type(fact) is not kind]


def changed(facts: list[Any], kind: type[Any], **fields: Any) -> list[Any]:
    """The story with other fields in every fact of a kind."""
    for fact in facts:
        if type(fact) is kind:
            fact.__dict__.update(fields)
    return facts


def broken_line(**fields: Any) -> list[Any]:
    return changed(story(), Order.Placed, lines=[a_line() | fields])


def breaches() -> Iterator[tuple[str, str, list[Any]]]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "I-05 entries", "off by 0.01 EUR", [*story(), settled(1, entry("unallocated", 1))]
    yield "I-05 entries", "not one", [*story(), settled(1, entry("cellar", 1), entry("provider", -1, None))]
    yield "I-05 entries", "not one", [*story(), settled(1, entry("provider", 1, CHECKOUT), entry("unallocated", -1))]
    yield "I-05 books", "account for", [*story(), settled(1, entry("unallocated", 1))]
    yield "I-05 books", "the books have", [*story(), captured(UUID(int=3), 5)]
    yield "accounts", "unallocated", [*story(), settled(1, entry("unallocated", 1), entry("suspense_overpaid", -1))]
    yield "I-06 stock", "on hand", [*story(), reserved(OTHER_CHECKOUT, 1)]
    yield "I-06 stock", "which has a reservation", [*story()[:2], reserved(CHECKOUT, 1)]
    yield "I-06 stock", "has reserved none", [*story(), reservation(Listing.Sold, quantity=3)]
    yield "I-06 stock", "has reserved 3", [*story()[:2], reservation(Listing.ReservationReleased, reason="expired")]
    yield "I-06 stock", "on hand", changed(story(), Listing.Listed, stock=2)
    yield "I-06 stock", "restocked", [*story(), forged(Listing.Restocked, LISTING, quantity=-1)]
    yield "I-06 reservations", "not open", without(story(), Listing.Sold)
    yield "I-06 reservations", "not open", [*story(), reserved(OTHER_CHECKOUT, 1)]
    yield "I-07 commission", "second time", [*story(), story()[-5]]
    yield "I-07 commission", "are taken back", [*story(), refunded(900)]
    yield "I-07 commission", "not what the lines say", changed(story(), Order.Released, entries=[])
    yield "I-07 commission", "not held", [*story(), again(story(), Order.Released, entries=[])]
    yield "I-07 commission", "shares are not", broken_line(price_minor=1)
    yield "I-07 commission", "commission for nobody", broken_line(group_id=None)
    yield "I-07 commission", "not held", [placed(), again(recorded(), Order.CancelledPaid)]
    yield "holds", "without a delivery", without(story(), Order.Delivered)
    yield "holds", "second time", [*story(), again(story(), Order.Released)]
    yield "holds", "before the return window", changed(story(), Order.Released, effective_at=NOON)
    yield "holds", "before the return window", changed(story(), Order.Released, timestamp=NOON)
    yield "holds", "shorter", changed(story(), Order.Delivered, return_window_ends_at=NOON + timedelta(days=1))
    yield "waiting", "order.release", without(story(), Order.Released)
    yield "waiting", "checkout.expire", without(story(), Checkout.PaymentCaptured)
    yield "payments", "captured before", [*story(), captured(PAYMENT, 1)]
    yield "payments", "paid back before", [*story(), paid_back(REFUND, 3_333)]
    yield "payments", "not as it was demanded", [*story(), paid_back(UUID(int=8), 1)]
    yield "payments", "demanded before", [*story(), demanded(REFUND, 1)]
    yield "payments", "more was paid back", [*story(), demanded(UUID(int=8), TOTAL), paid_back(UUID(int=8), TOTAL)]
    yield "orders", "do not add up", changed(story(), Checkout.Opened, total_minor=1)
    yield "orders", "not as its checkout", changed(story(), Order.Placed, checkout_id=OTHER_CHECKOUT)
    yield "orders", "never placed", without(story(), Order.Placed)
    yield "orders", "quantity times its price", broken_line(quantity=4)
    yield "buyers", "the buyer is the seller", changed(story(), Order.Placed, buyer_id=ANNA)
    yield "buyers", "the buyer is the seller", recorded(buyer_id=BORIS, seller_person_id=BORIS)
    yield from way_breaches()
    yield from ticket_breaches()
    yield from review_breaches()
    yield from dispute_breaches()
    yield from tariff_breaches()
    yield from payout_breaches(story)
    yield from reconciling_breaches()
    yield from agreement_breaches()
    yield from document_breaches()
    yield from elsewhere_breaches()
    yield from case_breaches()
    yield from safety_breaches()
    yield from return_breaches()
    yield from promise_breaches()
    yield from bucket_breaches()
    yield from machine_breaches(story)
    yield from four_eyes_breaches()
    yield from fraud_breaches()
    yield from split_breaches()
    yield from terms_breaches()


@pytest.mark.parametrize(("name", "said", "facts"), list(breaches()))
def test_finds_a_breach(name: str, said: str, facts: list[Any]) -> None:
    found = judged(named(name), facts)
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    "facts",
    [
        terms_story(), terms_story((LONG_AGO, {"platform_fee_bps": 600})),
        terms_story((NOON - timedelta(days=6), {"platform_fee_bps": 600})),
        terms_story((NOON, {"platform_fee_bps": 400}), (NOON, {"return_window_days": 9})),
        terms_story(recorded=True, return_window_days=30),
        without_times(terms_story((LONG_AGO, {"platform_fee_bps": 400}), (NOON, {"platform_fee_bps": 300}))),
    ],
)  # fmt: skip
def test_holds_for_terms_that_change(facts: list[Any]) -> None:
    assert judged(named("terms"), facts) is None


def test_a_line_that_a_member_and_a_community_sold_follows_the_rule() -> None:
    assert judged(named("attribution"), sold(a_shared_line())) is None


@pytest.mark.parametrize("name", ["attribution", "tariffs", "I-07 commission", "earned by sales"])
def test_a_line_under_rules_follows_them_and_one_of_elsewhere_need_not(name: str) -> None:
    assert judged(named(name), charged()) is None
    assert judged(named(name), recorded_under_rules()) is None


def test_finds_a_line_that_was_charged_by_another_rule_than_stood() -> None:
    assert "not charged by the rules" in str(judged(named("tariffs"), with_another_rule()))


def test_finds_terms_that_change_before_their_notice() -> None:
    _, early = next(terms_breaches())[1:]
    assert "before their notice" in str(judged(named("terms"), early))


def test_finds_what_is_earned_without_a_sale() -> None:
    assert "without a sale" in str(judged(named("earned by sales"), by_heads()))


def test_what_could_not_be_paid_out_is_the_communitys_again_and_nobody_elses() -> None:
    with acting(context()):
        payout = a_payout(role="community", party_id=GROUP, person_id=None, requested_by=None, holder_id=GROUP)
        payout.send()
        payout.fail("account_closed")
    facts = list(payout.collect_events())
    assert judged(named("earned by sales"), facts) is None
    facts[-1].__dict__["entries"][1]["party_id"] = str(OTHER_GROUP)
    assert "had not earned" in str(judged(named("earned by sales"), facts))


def test_what_is_bought_may_be_judged_and_what_is_no_seat_goes_back() -> None:
    assert judged(named("tickets"), ticket_story()) is None
    assert judged(named("tickets"), ticket_story(ends=False, goes_back=False)) is None
    assert judged(named("reviews"), [*review_story(), *judged_as()]) is None


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"waiting"}))
@pytest.mark.parametrize(
    "facts",
    [
        dispute_story(), dispute_story(is_lost=False), dispute_story(is_open=True),
        dispute_story(platform_fee_on_refund="kept"),
    ],
)  # fmt: skip
def test_holds_for_disputes(name: str, facts: list[Any]) -> None:
    assert judged(named(name), facts) is None


@pytest.mark.parametrize(("kind", "is_found"), [(due.ASK_REFUND, False), (due.REQUEST_REFUND_AGAIN, False), ("", True)])
def test_a_refund_that_was_demanded_has_a_row_of_its_own(kind: str, is_found: bool) -> None:
    facts = without(story(), Checkout.PaymentRefunded)
    (demanded,) = [fact for fact in facts if type(fact) is Checkout.RefundDemanded]
    subject = f"{demanded.originator_id}/{demanded.refund_id}"
    for of_whom, is_so in ((subject, is_found), (f"{CHECKOUT}/{CHECKOUT}", True)):
        store = Mock(due_rows=lambda one=of_whom: {(kind, one): NOON})
        said = judged(next(one for one in invariants(store) if one.name == "waiting"), facts)
        assert ("'refund.ask' will never come" in str(said)) == is_so


def test_finds_a_case_whose_deadline_will_never_come() -> None:
    assert "has no due row" in str(judged(named("cases"), case_story(is_open=True)))


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"waiting"}))
def test_holds_for_a_case_that_was_decided(name: str) -> None:
    assert judged(named(name), case_story()) is None


@pytest.mark.parametrize("name", ["I-06 stock", "I-06 reservations", "I-06 buckets"])
def test_holds_for_a_stock_in_buckets(name: str) -> None:
    assert judged(named(name), spread_story()) is None


@pytest.mark.parametrize("facts", [reserved_story(), reserved_story(ends=True), reserved_story(draws=5_000)])
def test_holds_for_what_disputes_may_take_of_released_shares(facts: list[Any]) -> None:
    assert judged(named("disputed shares"), facts) is None


def test_holds_for_a_refund_that_the_bank_paid_in_part() -> None:
    for name in ("payments", "I-05 books"):
        assert judged(named(name), set_off_story()) is None, name


@pytest.mark.parametrize("facts", by_hand())
def test_holds_for_refunds_that_came_back_and_for_what_two_settle_by_hand(facts: list[Any]) -> None:
    for name in ("payments", "I-05 entries", "I-05 books", "four eyes"):
        assert judged(named(name), facts) is None, name


@pytest.mark.parametrize("name", NAMES)
def test_holds_for_shares_that_were_suspected(name: str) -> None:
    for ends in ("forfeited", "let_go", "lapsed"):
        assert judged(named(name), fraud_story(ends)) is None, ends


def test_a_fee_that_is_kept_as_the_terms_say_holds() -> None:
    assert judged(named("I-07 commission"), refund_story()) is None


@pytest.mark.parametrize("is_open", [True, False])
def test_what_a_bank_has_taken_or_may_take_does_not_go_back_for_seats_that_have_ended(is_open: bool) -> None:
    assert judged(named("tickets"), ended_seat(dispute_story(is_open=is_open, line=a_ticket()))) is None


@pytest.mark.parametrize("name", NAMES)
def test_holds_for_what_was_paid_out_elsewhere(name: str) -> None:
    assert judged(named(name), paid_out_elsewhere()) is None


def test_what_was_drawn_for_a_payout_that_failed_is_its_partys_again() -> None:
    assert judged(named("earned by sales"), came_back_to(BORIS)) is None


@pytest.mark.parametrize("name", ["orders", "documents"])
def test_says_at_every_prefix_what_it_would_say_at_the_end(name: str) -> None:
    invariant = named(name)
    assert judged(invariant, story()) is None
    invariant.finish()


def test_every_invariant_was_seen_broken() -> None:
    assert {name for name, _, _ in breaches()} == set(NAMES)


def test_a_recorded_purchase_of_ones_own_earns_no_commission() -> None:
    line = a_line(commission_bps=0)
    assert judged(named("buyers"), recorded(buyer_id=BORIS, seller_person_id=BORIS, lines=[line])) is None


@pytest.mark.parametrize("name", ["agreements", "attribution", "tariffs", "I-07 commission"])
def test_lines_follow_what_was_agreed_or_need_not(name: str) -> None:
    for territory, country in (([], None), (["CN"], "CN"), (["CN"], "DE"), (["CN"], None)):
        agreement = an_agreement(terms(territory=territory))
        assert judged(named(name), sold_under(agreement, agreed_line(agreement, country))) is None
    assert judged(named(name), sold_under(an_agreement(alone(), group_id=OTHER_GROUP))) is None
    assert judged(named(name), [*an_agreement(terms()).collect_events(), *recorded()]) is None


def test_finds_a_line_that_does_not_keep_what_was_agreed() -> None:
    facts = sold_under(an_agreement(terms()), a_line())
    assert "does not keep what was agreed" in str(judged(named("agreements"), facts))
