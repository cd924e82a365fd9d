"""The views say what the aggregates say, whatever happened, and can be made again from the facts."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, select

from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.rebuild import rebuild
from services.mall.domain.agreement import Agreement
from services.mall.domain.case import Case
from services.mall.domain.case_terms import CaseTerms
from services.mall.domain.checkout import Checkout
from services.mall.domain.checkout_facts import PaymentCaptured
from services.mall.domain.dispute import Dispute
from services.mall.domain.document_series import DocumentSeries
from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.fraud_terms import FraudTerms
from services.mall.domain.listing import Listing
from services.mall.domain.marks import Marks
from services.mall.domain.order import Order
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import PayoutTerms
from services.mall.domain.reconciliation import Reconciliation
from services.mall.domain.seat import Seat
from services.mall.domain.seller import Seller
from services.mall.domain.stock_bucket import StockBucket
from services.mall.domain.tariff import Tariff
from services.mall.domain.terms import Terms
from services.mall.domain.trail import Trail
from services.mall.domain.unfreezing import Unfreezing
from services.mall.projections.agreements import agreement_steps, agreements
from services.mall.projections.cases import cases
from services.mall.projections.checkouts import checkouts, refunds
from services.mall.projections.disputes import disputes, parts
from services.mall.projections.fraud_holds import fraud_holds
from services.mall.projections.ledger import NOBODY, OF_PARTIES, FactUnbalanced, LedgerView, balances, entries, sums
from services.mall.projections.listings import listings
from services.mall.projections.orders import orders
from services.mall.projections.payouts import payables, payouts
from services.mall.projections.promises import promises
from services.mall.projections.sales_tables import sales, sold_by_group, sold_by_listing
from services.mall.projections.shelves import picks, shelves
from services.mall.service import blueprint
from tests.support.forging import forged

from .buckets import available
from .market import ANNA, DORA, GROUP, NOON, Market
from .stories import eventful
from .totals import ensure_totals


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with Market(tmp_path_factory.mktemp("mall")) as market:
        eventful(market)
        yield market


def rows(market: Market, table: Table) -> list[dict[str, Any]]:
    with market.service.views.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_the_story_has_every_state_that_the_views_know(market: Market) -> None:
    assert {row["state"] for row in rows(market, orders)} == {"paid", "released", "cancelled"}
    assert {row["state"] for row in rows(market, checkouts)} == {"paid", "cancelled", "expired"}


def test_listings_offer_what_the_aggregates_have_available(market: Market) -> None:
    for row in rows(market, listings):
        listing = market.service.store.load(Listing, UUID(row["listing_id"]))
        assert listing is not None
        assert row["available"] == sum(available(market, row["listing_id"]))
        assert row["price_minor"] == listing.price_minor
        assert row["version"] == listing.version
        assert (row["state"] == "withdrawn") == listing.is_withdrawn


def test_checkouts_and_refunds_stand_as_the_aggregates_stand(market: Market) -> None:
    for row in rows(market, checkouts):
        checkout = market.service.store.load(Checkout, UUID(row["checkout_id"]))
        assert checkout is not None
        seen = (row["state"], row["payment_state"], row["captured_minor"], row["version"])
        assert seen == (checkout.status, checkout.payment_status, checkout.captured_minor, checkout.version)
    assert sorted(row["state"] for row in rows(market, refunds)) == ["demanded", "paid_elsewhere"]


def test_orders_stand_as_the_aggregates_stand(market: Market) -> None:
    for row in rows(market, orders):
        order = market.service.store.load(Order, UUID(row["order_id"]))
        assert order is not None
        assert (row["state"], row["version"]) == (order.status, order.version)
        assert row["total_minor"] == order.total_minor
        assert (row["open_disputes"] > 0) == order.is_disputed
        if order.is_paid:
            assert row["refunded_minor"] + row["charged_back_minor"] == order.total_minor - order.left_minor
        assert (row["delivered_at"] is None) == (order.delivered_at is None)


def test_disputes_and_their_parts_stand_as_the_aggregates_stand(market: Market) -> None:
    assert {row["state"] for row in rows(market, disputes)} == {"open", "won", "lost"}
    for row in rows(market, disputes):
        dispute = market.service.store.load(Dispute, UUID(row["dispute_id"]))
        assert dispute is not None
        assert (row["state"], row["amount_minor"]) == (dispute.status, dispute.amount_minor)
        of_it = [part for part in rows(market, parts) if part["dispute_id"] == row["dispute_id"]]
        assert sum(part["part_minor"] for part in of_it) == dispute.borne_minor


def test_cases_stand_as_the_aggregates_stand(market: Market) -> None:
    seen = rows(market, cases)
    assert {row["state"] for row in seen} == {"awaiting_seller", "awaiting_operator", "awaiting_bank", "closed"}
    for row in seen:
        case = market.service.store.load(Case, UUID(row["case_id"]))
        assert case is not None
        assert (row["state"], row["overdue"], row["version"]) == (case.stage, case.overdue, case.version)
        assert row["deadline"] == case.deadline.isoformat()


def test_sales_leave_of_every_line_what_the_orders_leave(market: Market) -> None:
    seen = rows(market, sales)
    assert len(seen) == 13
    for row in seen:
        order = market.service.store.load(Order, UUID(row["order_id"]))
        assert order is not None
        left = order.left[row["line_id"]]
        assert {f"{party}_minor": share for party, share in left["shares"].items()}.items() <= row.items()
        assert row["quantity"] - row["returned"] - row["cancelled"] == left["quantity"]
        assert row["gross_minor"] - row["refunded_minor"] - row["cancelled_minor"] == sum(left["shares"].values())


def test_a_shelf_shows_what_was_picked_and_not_dropped(market: Market) -> None:
    assert [row["group_id"] for row in rows(market, shelves)] == [str(GROUP)]
    assert len(rows(market, picks)) == 1


def test_payouts_and_what_may_be_paid_out_stand_as_the_aggregates_stand(market: Market) -> None:
    seen = rows(market, payouts)
    assert {row["state"] for row in seen} == {
        "paid", "returned", "failed", "rejected", "awaiting_approval", "cancelled",
    }  # fmt: skip
    for row in seen:
        payout = market.service.store.load(Payout, UUID(row["payout_id"]))
        assert payout is not None
        assert (row["state"], row["version"]) == (payout.status, payout.version)
        assert (row["amount_minor"], row["approvals"]) == (payout.amount_minor, len(payout.approved_by))
    for row in rows(market, payables):
        payable = market.service.store.load(Payable, UUID(row["payable_id"]))
        assert payable is not None
        told = (row["balance_minor"], row["reserved_minor"], row["passed_as"], row["version"])
        reserved_minor = sum(payable.reserved.values())
        assert told == (payable.balance_minor, reserved_minor, payable.passed_as, payable.version)


def test_agreements_stand_as_the_aggregates_stand(market: Market) -> None:
    (row,) = [one for one in rows(market, agreements) if one["seller_id"] == str(Seller.create_id(ANNA))]
    agreement = market.service.store.load(Agreement, UUID(row["agreement_id"]))
    assert agreement is not None
    (version,), open_offer = agreement.versions, agreement.open_offer
    assert open_offer is not None
    assert (row["number"], row["open_number"], row["version"]) == (2, agreement.offers, agreement.version)
    assert row["open_by"] == open_offer["offered_by"]
    assert row["starts_at"] == version["starts_at"].isoformat()
    assert row["ends_at"] == (version["ends_at"] and version["ends_at"].isoformat())
    every = [step for step in rows(market, agreement_steps) if step["agreement_id"] == row["agreement_id"]]
    steps = sorted(every, key=lambda step: int(step["step_number"]))
    assert [step["step"] for step in steps] == [
        "offered", "offered", "accepted", "end_announced", "offered", "declined", "offered", "withdrawn", "offered",
    ]  # fmt: skip


def test_an_agreement_that_has_lapsed_stands_as_the_aggregate_stands(market: Market) -> None:
    (row,) = [one for one in rows(market, agreements) if one["seller_id"] == str(Seller.create_id(DORA))]
    agreement = market.service.store.load(Agreement, UUID(row["agreement_id"]))
    assert agreement is not None
    assert (row["version"], agreement.is_end_told) == (agreement.version, True)
    steps = [step for step in rows(market, agreement_steps) if step["agreement_id"] == row["agreement_id"]]
    assert {(step["step"], step["side"]) for step in steps} >= {("lapsed", "neither")}


def test_promises_stand_as_the_listings_have_them(market: Market) -> None:
    """``Listing.Promised``: what was said last of a listing."""
    (row,) = rows(market, promises)
    listing = market.listing(row["listing_id"])
    (times,) = listing.promised_times
    assert {name: row[name] for name in times} == times
    assert row["group_id"] == listing.promised_to


def test_balances_are_the_entries_and_the_entries_are_those_of_the_facts(market: Market) -> None:
    booked, of_facts = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in rows(market, entries):
        booked[row["account"], _owner(row["account"], row["party_id"])] += row["amount_minor"]
    kept = {(row["account"], row["party_id"]): row["balance_minor"] for row in rows(market, balances)}
    assert dict(booked) == kept
    for (account, party_id), amount in market.books().items():
        of_facts[account, _owner(account, party_id)] += amount
    assert {key: amount for key, amount in kept.items() if amount} == {key: of for key, of in of_facts.items() if of}
    assert sum(kept.values()) == 0
    assert [row["total_minor"] for row in rows(market, sums)] == [0]


@pytest.mark.parametrize(("change", "off"), [
    ({"amount_minor": 12_001}, "0.01 EUR"), ({"currency": "USD"}, "-120.00 EUR, 120.00 USD"),
])  # fmt: skip
def test_a_fact_that_does_not_sum_to_zero_in_every_currency_is_not_booked(
    market: Market, change: dict[str, Any], off: str
) -> None:
    fact: Any = next(one for one in market.facts if isinstance(one, PaymentCaptured) and one.amount_minor == 12_000)
    ours = next(entry for entry in fact.entries if entry["amount_minor"] == 12_000)
    told = [entry | change if entry is ours else entry for entry in fact.entries]
    wrong = forged(PaymentCaptured, fact.originator_id, **{**vars(fact), "entries": told})
    place = Place("mall", 4_711, NOON, NOON)
    before = rows(market, balances)
    stopped = pytest.raises(FactUnbalanced, match=f"{fact.originator_id} at position 4711 are off by {off}")
    with stopped, market.service.views.writing() as connection:
        LedgerView().project(connection, wrong, place)
    assert rows(market, balances) == before


def _owner(account: str, party_id: str | None) -> str:
    return party_id or NOBODY if account in OF_PARTIES else NOBODY


def test_totals_are_the_sums_of_the_lines_that_were_paid_for(market: Market) -> None:
    assert len(rows(market, sold_by_listing)) == 2
    assert len(rows(market, sold_by_group)) == 1
    ensure_totals(market)


def test_fraud_holds_stand_as_the_aggregates_stand(market: Market) -> None:
    found = rows(market, fraud_holds)
    assert [row["outcome"] for row in found].count(None) == 1
    for row in found:
        hold = market.service.store.load(FraudHold, UUID(row["hold_id"]))
        assert hold is not None
        seen = (row["outcome"], row["is_appealed"], row["state"] == "closed", row["version"])
        assert seen == (hold.outcome, hold.is_appealed, hold.outcome is not None, hold.version)


def test_every_fact_that_books_entries_is_in_the_ledger() -> None:
    books = {kind.TOPIC for kind in facts_of_the_mall() if "entries" in vars(kind).get("__annotations__", {})}
    assert len(books) == 28
    assert books == {kind.TOPIC for kind in facts_of_the_mall() if LedgerView().method_for(kind)}


def test_facts_change_a_view_so_that_versions_are_those_of_the_aggregates() -> None:
    own = [view() for view in blueprint.projections if "mall" in view.hears]
    seen = {kind.TOPIC for kind in facts_of_the_mall() if any(view.method_for(kind) for view in own)}
    unseen = {kind.TOPIC for kind in facts_of_the_mall()} - seen
    without_a_view = (Terms.Opened, Terms.Changed, Trail.Opened, Trail.Touched, Trail.Left, Seat.Ordered)
    tariffs = (Tariff.Opened, Tariff.RuleAnnounced, Tariff.RuleEnded)
    of_terms = (PayoutTerms.Opened, PayoutTerms.Changed, PayoutTerms.LooseningProposed, PayoutTerms.Loosened)
    of_payouts = (*of_terms, PayoutAccount.Named, PayoutAccount.Changed)
    read_by_id = (*tariffs, *of_payouts, PayoutAccount.Refused, PayoutAccount.Dropped)
    of_the_clock = (Reconciliation.Opened, Reconciliation.StatementDemanded)
    numbers = (DocumentSeries.Opened, DocumentSeries.NumberDrawn)
    of_cases = (CaseTerms.Opened, CaseTerms.Changed, FraudTerms.Opened, FraudTerms.Changed)
    of_stock = (StockBucket.Opened, StockBucket.Filled, StockBucket.Drained)
    of_seats, compared = (Seat.OrderedAgain, Seat.Ended), (Marks.Opened, Marks.Noted)
    of_splits = (Unfreezing.Demanded, Unfreezing.Unfrozen, Unfreezing.Failed)
    not_seen = (*without_a_view, *of_splits, *of_stock, *compared)
    own_ways = (*not_seen, *of_cases, *read_by_id, *of_the_clock, *numbers, *of_seats)
    assert unseen == {kind.TOPIC for kind in own_ways}


def facts_of_the_mall() -> set[Any]:
    """As written, and as the library derives them."""
    found: set[Any] = set()
    open_ones: list[type[Fact]] = [Fact]
    while open_ones:
        kind = open_ones.pop()
        open_ones += kind.__subclasses__()
        if getattr(kind, "TOPIC", "").startswith("mall:"):
            found.add(kind)
    return found


def test_views_made_again_from_the_facts_are_the_same(market: Market) -> None:
    found = rebuild(market.service, page=7)
    assert found.is_equal, [table for table in found.tables if not table.is_equal]
    assert {table.table for table in found.tables} >= {"sales_v6", "entries_v4", "balances_v4", "known_claims_v1"}
