"""Tickets: what a gathering keeps is sold once; whatever turns out to be no seat is paid back by itself."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.kernel.domain import Refusal
from services.kernel.store.ground_rules import DueRowsFollow
from services.mall import due
from services.mall.application.tickets import Tickets
from services.mall.domain import refusals
from services.mall.domain.seat import Seat
from tests.support.forging import judged

from .gathered import ENDS, GATHERING, OTHER_REGISTRATION, PRICE, REGISTRATION, TICKETS, Gathered, ticket
from .market import ANNA, BORIS, CHEN, DORA, GROUP, Market
from .paying import FOR_EVER
from .questioning import ask
from .test_disputes import ended, opened_dispute


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


@pytest.fixture
def gathered(market: Market) -> Gathered:
    """A gathering is announced, and Boris has a seat that is kept for half an hour."""
    gathered = Gathered(market)
    gathered.announce()
    gathered.reserve()
    return gathered


def paid(market: Market, *lines: dict[str, Any]) -> dict[str, Any]:
    return market.paid(lines=list(lines) or [ticket()])


def back(market: Market, opened: dict[str, Any]) -> list[int]:
    """What is on its way back to the buyer, or there."""
    return [refund["amount_minor"] for refund in market.checkout(opened).refunds.values()]


def the_order(market: Market, opened: dict[str, Any]) -> Any:
    (order,) = market.orders(opened)
    return order


# What is offered.


def test_a_gathering_that_costs_something_is_offered_by_its_organiser(market: Market, gathered: Gathered) -> None:
    listing = ask(market, "listing", CHEN, listing_id=TICKETS)
    assert (listing["kind"], listing["gathering_id"]) == ("ticket", str(GATHERING))
    assert (listing["price_minor"], listing["currency"], listing["tags"]) == (PRICE, "EUR", ["lake"])
    assert market.listing(TICKETS).person_id == ANNA


def test_a_free_gathering_is_not(market: Market) -> None:
    Gathered(market).announce(price_minor=0, currency=None)
    with pytest.raises(refusals.NoSuchListing):
        ask(market, "listing", CHEN, listing_id=TICKETS)


def test_tickets_wait_until_their_organiser_sells_here(market: Market) -> None:
    Gathered(market).announce(DORA)
    with pytest.raises(refusals.NoSuchListing):
        ask(market, "listing", CHEN, listing_id=TICKETS)
    market.seller(DORA)
    market.settle()
    assert market.listing(TICKETS).person_id == DORA


def test_a_gathering_that_was_cancelled_before_is_never_offered(market: Market) -> None:
    gathered = Gathered(market)
    gathered.announce(DORA)
    gathered.cancel()
    market.seller(DORA)
    market.settle()
    with pytest.raises(refusals.NoSuchListing):
        ask(market, "listing", CHEN, listing_id=TICKETS)


def test_a_gathering_that_is_cancelled_is_offered_no_longer(market: Market, gathered: Gathered) -> None:
    gathered.cancel()
    assert market.listing(TICKETS).is_withdrawn
    with pytest.raises(refusals.ListingWithdrawn):
        market.bought(lines=[ticket()])


def test_what_its_gathering_decides_is_not_changed_by_hand(market: Market, gathered: Gathered) -> None:
    for name, fields in (
        ("reprice", {"price_minor": 1}),
        ("restock", {"quantity": 1}),
        ("withdraw_listing", {"reason": "x"}),
    ):
        with pytest.raises(refusals.TicketFixedByGathering, match=f"the ticket of gathering {GATHERING}"):
            market.do(name, ANNA, listing_id=TICKETS, **fields)


def test_a_ticket_stands_on_no_shelf(market: Market, gathered: Gathered) -> None:
    market.found_group(DORA)
    with pytest.raises(refusals.TicketNotShelved):
        market.do("pick", DORA, group_id=str(GROUP), listing_id=TICKETS, note="")


# What is asked of a line.


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (ticket(None), refusals.RegistrationNeeded),
        (ticket(OTHER_REGISTRATION), refusals.SeatNotKnownYet),
        (ticket(quantity=2), refusals.SeatsDiffer),
    ],
)
def test_a_ticket_takes_the_seats_of_a_registration(
    market: Market, gathered: Gathered, line: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        market.bought(lines=[line])


def test_goods_take_none(market: Market, gathered: Gathered) -> None:
    rod = market.listed()
    with pytest.raises(refusals.RegistrationNotNeeded):
        market.bought(lines=[{"listing_id": rod, "quantity": 1, "registration_id": str(REGISTRATION)}])


def test_the_seats_of_somebody_else_look_missing(market: Market, gathered: Gathered) -> None:
    told = []
    for registration_id in (REGISTRATION, OTHER_REGISTRATION):
        with pytest.raises(refusals.SeatNotKnownYet) as refused:
            market.bought(buyer_id=CHEN, lines=[ticket(registration_id)])
        told.append(str(refused.value).replace(str(registration_id), "it"))
    assert told[0] == told[1], "who is registered is told to nobody"


def test_without_the_guard_they_would_be_sold(
    market: Market, gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tickets, "_is_own", lambda *_: True)
    assert market.bought(buyer_id=CHEN, lines=[ticket()])


def test_the_seats_of_another_gathering_look_missing(market: Market, gathered: Gathered) -> None:
    other = UUID(int=0x6B)
    gathered.announce(gathering_id=other)
    gathered.reserve(OTHER_REGISTRATION, gathering_id=other)
    with pytest.raises(refusals.SeatNotKnownYet):
        market.bought(lines=[ticket(OTHER_REGISTRATION)])


def test_seats_that_are_no_longer_kept_are_not_sold(market: Market, gathered: Gathered) -> None:
    market.pass_time(minutes=30)
    with pytest.raises(refusals.SeatNotKept):
        market.bought(lines=[ticket()])


def test_seats_of_a_registration_that_has_ended_are_not_sold(market: Market, gathered: Gathered) -> None:
    gathered.end("given_back")
    with pytest.raises(refusals.SeatNotKept):
        market.bought(lines=[ticket()])


def test_without_that_guard_they_would_be(market: Market, gathered: Gathered, monkeypatch: pytest.MonkeyPatch) -> None:
    market.pass_time(minutes=30)
    monkeypatch.setattr(Tickets, "_is_kept", lambda *_: True)
    assert market.bought(lines=[ticket()])["total_minor"] == PRICE


def test_goods_and_tickets_of_one_seller_are_two_orders(market: Market, gathered: Gathered) -> None:
    rod = market.listed()
    opened = market.paid(lines=[ticket(), {"listing_id": rod, "quantity": 1}])
    orders = market.orders(opened)
    assert sorted(order.total_minor for order in orders) == [PRICE, 12_000]
    gathered.check_in()
    assert sorted(order.status for order in market.orders(opened)) == ["delivered", "paid"]


# Sold once.


def test_a_registration_is_in_one_order(market: Market, gathered: Gathered) -> None:
    opened = market.bought(lines=[ticket()])
    with pytest.raises(refusals.SeatAlreadyOrdered, match=opened["order_ids"][0]):
        market.bought(lines=[ticket()])
    with pytest.raises(refusals.SeatAlreadyOrdered):
        market.bought(lines=[ticket(), ticket()])


def test_it_cannot_be_in_one_checkout_twice(market: Market, gathered: Gathered) -> None:
    with pytest.raises(refusals.SeatAlreadyOrdered):
        market.bought(lines=[ticket(), ticket()])


def test_a_checkout_that_is_given_up_leaves_the_seats_to_the_next(market: Market, gathered: Gathered) -> None:
    opened = market.bought(lines=[ticket()])
    market.do("cancel_checkout", BORIS, checkout_id=opened["checkout_id"])
    assert the_order(market, paid(market)).status == "paid"


def test_a_ticket_that_was_issued_is_not_sold_again(market: Market, gathered: Gathered) -> None:
    opened = paid(market)
    with pytest.raises(refusals.SeatAlreadyOrdered):
        market.bought(lines=[ticket()])
    gathered.issue(opened)
    with pytest.raises(refusals.SeatAlreadyOrdered):
        market.bought(lines=[ticket()])


def test_without_the_guard_it_would_be_sold_twice(
    market: Market, gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Seat, "_can_be_ordered", lambda *_: True)
    first, second = paid(market), paid(market)
    assert [the_order(market, one).status for one in (first, second)] == ["paid", "paid"]


def test_a_late_payment_for_seats_that_another_order_has_goes_back(market: Market, gathered: Gathered) -> None:
    late = market.bought(lines=[ticket()])
    market.settle()
    market.pass_time(minutes=15)
    assert market.checkout(late).status == "expired"
    paid(market)
    market.provider.capture(late["payment_id"])
    assert market.told(late["payment_id"], "evt_late") == 204
    market.settle()
    assert (the_order(market, late).status, back(market, late)) == ("cancelled", [PRICE])


def test_a_late_payment_for_seats_that_nobody_else_ordered_is_taken(market: Market, gathered: Gathered) -> None:
    late = market.bought(lines=[ticket()])
    market.settle()
    market.pass_time(minutes=15)
    market.provider.capture(late["payment_id"])
    assert market.told(late["payment_id"], "evt_late") == 204
    market.settle()
    assert (the_order(market, late).status, back(market, late)) == ("paid", [])


# Paid back.


@pytest.mark.parametrize("reason", ["gathering_cancelled", "given_back", "refunded"])
def test_what_was_paid_for_a_registration_that_ends_goes_back_once(
    market: Market, gathered: Gathered, reason: str
) -> None:
    opened = paid(market)
    gathered.issue(opened)
    gathered.end(reason)
    gathered.end(reason)
    gathered.refuse(opened)
    assert back(market, opened) == [PRICE]
    assert market.account("seller_held") == market.account("platform_held") == 0


def test_what_is_paid_after_its_registration_has_ended_goes_back_at_once(market: Market, gathered: Gathered) -> None:
    opened = market.bought(lines=[ticket()])
    gathered.end("given_back")
    market.settle()
    market.provider.capture(opened["payment_id"])
    assert market.told(opened["payment_id"]) == 204
    assert back(market, opened) == [PRICE]
    gathered.refuse(opened)
    gathered.end("refunded")
    assert back(market, opened) == [PRICE]


def test_whether_seats_that_have_expired_are_still_there_is_for_events_to_say(
    market: Market, gathered: Gathered
) -> None:
    opened = market.bought(lines=[ticket()])
    market.settle()
    gathered.end("expired")
    market.provider.capture(opened["payment_id"])
    assert market.told(opened["payment_id"]) == 204
    assert back(market, opened) == []
    gathered.refuse(opened)
    assert back(market, opened) == [PRICE]


def test_a_ticket_that_is_refused_is_paid_back_once(market: Market, gathered: Gathered) -> None:
    opened = paid(market)
    gathered.refuse(opened)
    gathered.refuse(opened)
    gathered.end("expired")
    assert back(market, opened) == [PRICE]
    (refund_id,) = market.checkout(opened).refunds
    market.provider.end_refund(refund_id)
    market.told_of_refund(refund_id)
    assert market.account("provider") == market.provider.balance_minor == 0
    assert set(market.books().values()) <= {0}


@pytest.mark.parametrize(("outcome", "price_back"), [("won", PRICE), ("lost", 0)])
def test_a_ticket_that_is_refused_while_it_is_disputed_is_paid_back_afterwards(
    market: Market, gathered: Gathered, outcome: str, price_back: int
) -> None:
    opened = paid(market)
    opened_dispute(market, opened, PRICE)
    gathered.refuse(opened)
    assert back(market, opened) == []
    ended(market, outcome)
    assert sum(back(market, opened)) == price_back
    market.pass_time(days=20)
    assert market.account("seller_available") == 0


def test_the_seller_pays_back_all_seats_of_a_line_or_none(market: Market, gathered: Gathered) -> None:
    gathered.reserve(OTHER_REGISTRATION, seats=2)
    opened = paid(market, ticket(OTHER_REGISTRATION, 2))
    (line_id,) = the_order(market, opened).lines
    refund: dict[str, Any] = {"order_id": opened["order_ids"][0], "line_id": line_id}
    with pytest.raises(refusals.TicketRefundedInParts, match="2 seats"):
        market.do("refund_line", ANNA, **refund, quantity=1)
    market.do("refund_line", ANNA, **refund, quantity=2)
    gathered.end("refunded", OTHER_REGISTRATION)
    assert back(market, opened) == [2 * PRICE]
    (said,) = [one for one in market.service.messages(0).messages if "line_refunded" in one.type]
    assert said.data["registration_id"] == str(OTHER_REGISTRATION)


def test_a_ticket_is_not_sent_back_but_given_back(market: Market, gathered: Gathered) -> None:
    opened = paid(market)
    (line_id,) = the_order(market, opened).lines
    fields = {"line_id": line_id, "quantity": 1, "reason": "changed_mind"}
    with pytest.raises(refusals.TicketNotSentBack, match=str(REGISTRATION)):
        market.do("request_return", BORIS, order_id=opened["order_ids"][0], **fields)


# Delivered.


def test_the_check_in_delivers_and_the_shares_are_released_when_the_window_closes(
    market: Market, gathered: Gathered
) -> None:
    opened = paid(market)
    market.pass_time(days=3)
    gathered.check_in()
    gathered.check_in()
    assert the_order(market, opened).delivered_at == market.clock.at
    market.pass_time(days=7)
    assert the_order(market, opened).status == "released"


def test_the_end_of_the_gathering_delivers_to_who_did_not_come(market: Market, gathered: Gathered) -> None:
    opened = paid(market)
    market.pass_time(days=3, hours=3, minutes=59)
    assert the_order(market, opened).status == "paid"
    market.pass_time(minutes=1)
    assert the_order(market, opened).delivered_at == ENDS


def test_seats_that_are_paid_for_after_the_end_are_delivered_then(market: Market, gathered: Gathered) -> None:
    market.pass_time(days=3, hours=3, minutes=50)
    gathered.reserve(OTHER_REGISTRATION)
    opened = market.bought(lines=[ticket(OTHER_REGISTRATION)])
    market.settle()
    market.pass_time(minutes=20)
    market.provider.capture(opened["payment_id"])
    assert market.told(opened["payment_id"]) == 204
    market.settle()
    assert the_order(market, opened).delivered_at == market.clock.at
    market.pass_time(days=7)
    assert the_order(market, opened).status == "released"


def test_a_store_of_before_such_payments_were_looked_at_again_passes_the_audit(
    market: Market, gathered: Gathered
) -> None:
    paid(market)
    rows = {(row.kind, row.subject): row for row in market.service.recorder.due(FOR_EVER, 1_000)}
    assert rows.pop((due.TICKET_PAID, str(Seat.create_id(REGISTRATION))))
    kept = {key: int(row.due_at.timestamp() * 1_000_000) for key, row in rows.items() if row.due_at is not None}
    store: Any = Mock(due_rows=lambda: kept)
    assert judged(DueRowsFollow(store, due.due, market.clock.at), market.facts) is None


def test_a_gathering_that_is_moved_delivers_at_its_new_end(market: Market, gathered: Gathered) -> None:
    opened = paid(market)
    gathered.move(ENDS + timedelta(days=5))
    market.pass_time(days=4)
    assert the_order(market, opened).status == "paid"
    for _ in range(5):
        market.pass_time(days=1)
    assert the_order(market, opened).delivered_at == ENDS + timedelta(days=5)


def test_what_was_paid_back_is_not_delivered(market: Market, gathered: Gathered) -> None:
    opened = paid(market)
    gathered.end("given_back")
    market.pass_time(days=4)
    assert the_order(market, opened).status == "paid"


def test_the_seller_delivers_no_gathering_by_hand(market: Market, gathered: Gathered) -> None:
    opened = paid(market)
    with pytest.raises(refusals.TicketDeliveredElsewhere):
        market.do("deliver", ANNA, order_id=opened["order_ids"][0])
