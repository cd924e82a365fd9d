"""Days of the provider against our books: imported by the clock, compared, resolved by an operator alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain import payout_facts
from services.mall.domain.dispute import Dispute
from services.mall.domain.ledger import Account
from services.mall.domain.provider_day import ProviderDay
from services.mall.domain.reconciliation import Reconciliation
from services.mall.domain.refusals import DiscrepancyNotOpen, NoSuchReconciliation
from services.mall.payments.statements import StatementPage
from services.mall.projections.provider_bookings import ProviderBookings

from .market import BORIS, OPERATOR, Market
from .paying import ensure_sound
from .questioning import ask
from .reconciled import DAY, NEXT_DAY, THIRD_DAY, UNKNOWN, books_of, compare, line, open_ones, state


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        ensure_sound(market)


@pytest.fixture
def payment(market: Market) -> str:
    """120.00 were captured on the first day; the next one has begun."""
    payment_id = str(market.paid(market.listed())["payment_id"])
    market.pass_time(days=1)
    return payment_id


def days(market: Market) -> list[dict[str, Any]]:
    return list(ask(market, "reconciliations", OPERATOR)["items"])


def discrepancies(market: Market, **asked: Any) -> list[dict[str, Any]]:
    return list(ask(market, "discrepancies", OPERATOR, **asked)["items"])


def resolve(market: Market, one: dict[str, Any], **how: Any) -> None:
    fields = {"reason": "looked_at"} | how
    market.do("resolve_discrepancy", OPERATOR, discrepancy_id=one["discrepancy_id"], **fields)
    market.settle()


def test_a_day_that_says_what_we_booked_matches(market: Market, payment: str) -> None:
    state(market, DAY, line(payment))
    compare(market, DAY)
    (day,) = days(market)
    assert (day["day"], day["lines"], day["matched"], day["unmatched"], day["open"]) == (DAY, 1, 1, 0, [])
    assert day["compared"] == [
        {"currency": "EUR", "told_minor": 12_000, "stated_minor": 12_000, "booked_minor": 12_000, "open_minor": 0,
         "unstated_minor": 0}
    ]  # fmt: skip
    assert discrepancies(market) == []


def test_the_next_day_is_imported_by_itself_two_hours_after_its_end(market: Market, payment: str) -> None:
    state(market, DAY, line(payment))
    compare(market, DAY)
    state(market, NEXT_DAY)
    market.pass_time(hours=13, minutes=59)
    assert books_of(market).last_day == DAY
    market.pass_time(minutes=1)
    assert books_of(market).last_day == NEXT_DAY


def test_a_provider_that_does_not_answer_is_asked_again(market: Market, payment: str) -> None:
    compare(market, DAY)
    assert books_of(market).last_day is None
    state(market, DAY, line(payment))
    market.pass_time(minutes=2)
    assert books_of(market).last_day == DAY


def test_a_crash_after_the_demand_forgets_nothing(market: Market, payment: str) -> None:
    state(market, DAY, line(payment))
    market.do("demand_statement", OPERATOR, day=DAY)
    market.reopen()
    market.settle()
    assert books_of(market).last_day == DAY


def test_all_pages_of_a_day_are_one_statement(market: Market, payment: str) -> None:
    one, other = line(payment), line(UNKNOWN, 500)
    market.provider.pages[DAY, None] = StatementPage("told", (one,), {"EUR": 12_500}, next="2")
    market.provider.pages[DAY, "2"] = StatementPage("told", (other,), {"EUR": 12_500})
    compare(market, DAY)
    assert (days(market)[0]["lines"], days(market)[0]["matched"]) == (2, 1)


@pytest.mark.parametrize("second", [StatementPage("told", (), {"EUR": 1}), StatementPage("told", (), {}, next="2")])
def test_pages_that_do_not_belong_together_are_no_statement(
    market: Market, payment: str, second: StatementPage
) -> None:
    market.provider.pages[DAY, None] = StatementPage("told", (line(payment),), {}, next="2")
    market.provider.pages[DAY, "2"] = second
    compare(market, DAY)
    assert books_of(market).last_day is None


def test_the_same_statement_again_changes_nothing(market: Market, payment: str) -> None:
    state(market, DAY, line(payment), line(UNKNOWN, 500))
    compare(market, DAY)
    before = market.position
    compare(market, DAY)
    again = market.service.store.facts(before, 100)
    assert [type(recorded.fact).__name__ for recorded in again] == ["StatementDemanded"]


def test_a_changed_statement_is_a_version_of_its_own(market: Market, payment: str) -> None:
    state(market, DAY, line(payment, 11_999), line(UNKNOWN, 500))
    compare(market, DAY)
    state(market, DAY, line(payment))
    compare(market, DAY)
    assert open_ones(market) == []
    assert (days(market)[0]["statement_version"], days(market)[0]["lines"]) == (2, 1)
    told = ask(market, "statement_lines", OPERATOR, day=DAY)["items"]
    assert sorted((one["amount_minor"], one["statement_version"], one["withdrawn_in"]) for one in told) == [
        (500, 1, 2), (11_999, 1, 2), (12_000, 2, None)
    ]  # fmt: skip
    assert {one["state"] for one in discrepancies(market, state="withdrawn")} == {"withdrawn"}


def test_a_line_that_is_late_settles_what_had_been_open_and_aged(market: Market, payment: str) -> None:
    state(market, DAY)
    compare(market, DAY)
    (one,) = discrepancies(market)
    assert (one["kind"], one["difference_minor"], one["age_days"]) == ("ours", -12_000, 1)
    state(market, NEXT_DAY)
    market.pass_time(days=1)
    assert [one["age_days"] for one in discrepancies(market)] == [2]
    state(market, THIRD_DAY, line(payment))
    market.pass_time(days=1)
    assert discrepancies(market) == []
    seen = ask(market, "discrepancy", OPERATOR, discrepancy_id=one["discrepancy_id"])
    assert [step["became"] for step in seen["steps"]] == ["open", "settled"]
    assert [told["state"] for told in seen["lines"]] == ["matched"]
    assert [booking["amount_minor"] for booking in seen["bookings"]] == [12_000]


def test_what_is_open_for_more_than_three_days_is_aged(market: Market, payment: str) -> None:
    state(market, DAY)
    compare(market, DAY)
    for number in range(3, 7):
        state(market, f"2026-03-0{number}")
    market.pass_time(days=2)
    assert [one["aged"] for one in days(market)[-1]["open"]] == [0]
    market.pass_time(days=1)
    assert [(one["open"], one["aged"], one["open_minor"]) for one in days(market)[-1]["open"]] == [(1, 1, -12_000)]


def test_a_difference_is_booked_to_the_account_that_is_named_and_once(market: Market, payment: str) -> None:
    state(market, DAY, line(payment, 12_001))
    compare(market, DAY)
    (one,) = discrepancies(market)
    assert (one["kind"], one["their_minor"], one["our_minor"]) == ("differing", 12_001, 12_000)
    resolve(market, one, account="suspense_reconciliation")
    assert (market.account("provider"), market.account("suspense_reconciliation")) == (12_001, -1)
    with pytest.raises(DiscrepancyNotOpen):
        resolve(market, one, account="suspense_reconciliation")
    balances = {row["account"]: row["balance_minor"] for row in ask(market, "books", OPERATOR)["accounts"]}
    assert (balances["provider"], balances["suspense_reconciliation"]) == (12_001, -1)
    steps = ask(market, "discrepancy", OPERATOR, discrepancy_id=one["discrepancy_id"])["steps"]
    assert [(step["became"], step["account"], step["reason"]) for step in steps] == [
        ("open", None, None), ("resolved", "suspense_reconciliation", "looked_at")
    ]  # fmt: skip
    assert steps[-1]["actor_id"] == str(OPERATOR)


def test_a_line_that_is_stated_twice_is_struck_without_a_booking(market: Market, payment: str) -> None:
    state(market, DAY, line(payment), line(payment), balance_minor=12_000)
    compare(market, DAY)
    (one,) = discrepancies(market)
    assert [each["unstated_minor"] for each in days(market)[0]["compared"]] == [-12_000]
    resolve(market, one, reason="stated_twice")
    state(market, NEXT_DAY, balance_minor=12_000)
    market.pass_time(days=1)
    assert days(market)[0]["compared"] == [
        {"currency": "EUR", "told_minor": 12_000, "stated_minor": 12_000, "booked_minor": 12_000, "open_minor": 0,
         "unstated_minor": 0}
    ]  # fmt: skip
    assert market.account("provider") == 12_000


def test_what_was_struck_and_is_stated_no_more_is_counted_once(market: Market, payment: str) -> None:
    state(market, DAY, line(payment), line(payment), balance_minor=12_000)
    compare(market, DAY)
    resolve(market, discrepancies(market)[0], reason="stated_twice")
    state(market, DAY, line(payment))
    compare(market, DAY)
    assert discrepancies(market) == []
    assert [one["open_minor"] for one in days(market)[0]["compared"]] == [0]


def test_what_was_struck_of_an_amount_that_differs_is_open_again_when_the_line_goes(
    market: Market, payment: str
) -> None:
    state(market, DAY, line(payment, 12_001))
    compare(market, DAY)
    resolve(market, discrepancies(market)[0], reason="a_cent_too_much")
    state(market, DAY)
    compare(market, DAY)
    assert [(one["kind"], one["difference_minor"]) for one in discrepancies(market)] == [("ours", -12_000)]


def test_fees_are_proposed_and_booked_by_one_command(market: Market, payment: str) -> None:
    monthly = line(None, -250, line_id="f1", kind="fee", reason="Monthly fee for Anna")
    state(market, DAY, line(payment, fee_minor=30), monthly)
    compare(market, DAY)
    assert [one["difference_minor"] for one in discrepancies(market)] == [-280]
    assert market.account("provider") == 12_000
    market.do("accept_fees", OPERATOR, day=DAY)
    market.settle()
    assert (market.account("provider"), market.account("processing_fees")) == (11_720, 280)
    assert discrepancies(market) == []
    told = {one["line_id"]: one["reason"] for one in ask(market, "statement_lines", OPERATOR, day=DAY)["items"]}
    assert told["f1"] == "unstated"


def test_the_platforms_own_withdrawal_goes_to_its_bank(market: Market, payment: str) -> None:
    state(market, DAY, line(payment), line(None, -5_000, line_id="w1", kind="withdrawal"))
    compare(market, DAY)
    (one,) = discrepancies(market)
    resolve(market, one, account="platform_bank")
    assert (market.account("provider"), market.account("platform_bank")) == (7_000, 5_000)


def test_what_was_paid_elsewhere_does_not_lie_at_this_provider(market: Market, payment: str) -> None:
    sale = {"checkout_id": UUID(int=0x77), "buyer_id": BORIS, "currency": "EUR", "orders": []}
    then = "2026-03-02T08:00:00Z"
    market.do("record_sale", OPERATOR, happened_at=then, **sale)
    paid = {"payment_id": UUID(int=0x78), "method": "boleto", "amount_minor": 99}
    market.do("record_payment", OPERATOR, happened_at=then, checkout_id=sale["checkout_id"], **paid)
    market.settle()
    state(market, DAY, line(payment))
    compare(market, DAY)
    market.pass_time(days=1)
    state(market, NEXT_DAY)
    market.pass_time(hours=3)
    assert (books_of(market).last_day, open_ones(market)) == (NEXT_DAY, [])


def test_a_payment_that_is_booked_after_its_day_was_compared_settles_the_next_day(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.capture(opened["payment_id"])
    market.clock.at = market.clock.at.replace(day=3, hour=0, minute=0, second=0)
    state(market, DAY, line(opened["payment_id"]))
    market.do("demand_statement", OPERATOR, day=DAY)
    market.settle()
    assert [one["kind"] for one in open_ones(market)] == ["theirs"]
    state(market, NEXT_DAY)
    market.pass_time(days=1, hours=3)
    assert (books_of(market).last_day, open_ones(market)) == (NEXT_DAY, [])


@pytest.mark.parametrize(("outcome", "moved_minor"), [("won", 12_000), ("lost", -1_500)])
def test_a_dispute_is_matched_when_it_opens_and_when_it_ends(
    market: Market, payment: str, outcome: Any, moved_minor: int
) -> None:
    disputed(market, payment, outcome)
    market.pass_time(days=1)
    state(market, DAY, line(payment))
    of_dispute = line(Dispute.id_of("dp_1"), -12_000, kind="dispute")
    state(market, NEXT_DAY, of_dispute, replace(of_dispute, line_id="l2", amount_minor=moved_minor))
    compare(market, DAY)
    compare(market, NEXT_DAY)
    day = days(market)[0]
    assert (day["day"], day["matched"], day["lines"], open_ones(market)) == (NEXT_DAY, 2, 2, [])


def disputed(market: Market, payment: str, outcome: Any) -> None:
    """The payment is disputed, and that ends."""
    market.provider.disputed.open("dp_1", payment, 12_000)
    assert market.told_of_dispute("dp_1") == 204
    market.provider.disputed.end("dp_1", outcome)
    assert market.told_of_dispute("dp_1") == 204
    market.settle()


def test_many_lines_are_told_in_facts_of_bounded_size(market: Market, payment: str) -> None:
    state(market, DAY, *(replace(line(payment, number + 1), line_id=f"l{number}") for number in range(401)))
    compare(market, DAY)
    stated = [fact for fact in market.facts if isinstance(fact, ProviderDay.LinesStated)]
    assert [len(fact.lines) for fact in stated] == [200, 200, 1]
    found = [fact for fact in market.facts if isinstance(fact, Reconciliation.DiscrepanciesFound)]
    assert [len(fact.discrepancies) for fact in found] == [200, 200, 1]


def test_a_day_that_was_never_imported_is_missing(market: Market) -> None:
    with pytest.raises(NoSuchReconciliation):
        ask(market, "statement_lines", OPERATOR, day=DAY)


def test_every_fact_that_books_with_the_provider_is_one_of_the_bookings(market: Market, payment: str) -> None:
    disputed(market, payment, "lost")
    of_ours = (Reconciliation.DiscrepancyResolved, Reconciliation.FeesAccepted)
    booking = [
        type(fact) for fact in market.facts
        if any(entry["account"] == Account.PROVIDER for entry in getattr(fact, "entries", []))
    ]  # fmt: skip
    assert len(set(booking)) == 3
    booking += [payout_facts.Paid, payout_facts.Returned]  # its story is another one
    assert [kind for kind in booking if kind not in of_ours and not ProviderBookings().method_for(kind)] == []
