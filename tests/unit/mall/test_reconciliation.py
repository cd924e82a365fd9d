"""Comparing day after day: what is refused, and what a resolution books."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.mall.domain import refusals
from services.mall.domain.ledger import imbalance
from services.mall.domain.provider_day import ProviderDay
from services.mall.domain.reconciliation import Reconciliation
from services.mall.domain.reconciling import match
from services.mall.domain.statement import day_of
from tests.support.scenario import Scenario, context

from .statements import AFTERWARDS, DAY, NEXT_DAY, THIRD_DAY, Compared, a_booking, a_line, a_statement

STATED = a_statement(a_line(amount_minor=12_001, fee_minor=30))
FOUND = match(DAY, 1, STATED.lines, [a_booking()], {})
DIFFERING, FEES = (UUID(one["discrepancy_id"]) for one in FOUND.found)
ON_THE_DAY = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)


def opened() -> Reconciliation:
    return Reconciliation.open(DAY, AFTERWARDS)


def compare(books: Reconciliation) -> None:
    """The first day differs by a cent, and has a fee."""
    matching = match(DAY, 1, STATED.lines, [a_booking()], {})
    books.compare(DAY, 1, matching, [a_booking()], STATED.balances, 1)


def comparing() -> Scenario[Reconciliation]:
    return Scenario(Reconciliation).given(opened, compare)


def test_begins_with_a_day_that_is_over() -> None:
    begun = Scenario(Reconciliation).when(lambda _: opened())
    begun.then((Reconciliation.Opened, {"first_day": DAY}))
    early = Scenario(Reconciliation).when(lambda _: Reconciliation.open(DAY, ON_THE_DAY))
    early.then_refused(refusals.DayNotOver)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "2026-3-2", "1026-03-02", "20260302", ""])
def test_refuses_what_is_no_day(day: str) -> None:
    with pytest.raises(refusals.DayNotADate):
        day_of(day)


def test_days_follow_one_another() -> None:
    for day in (DAY, NEXT_DAY):
        comparing().when(lambda books, day=day: books.demand(day, AFTERWARDS)).then(
            (Reconciliation.StatementDemanded, {"day": day})
        )
    refused = comparing().when(lambda books: books.demand(THIRD_DAY, AFTERWARDS))
    refused.then_refused(refusals.DaysBetweenMissing)
    refused = comparing().when(lambda books: books.demand("2026-03-01", AFTERWARDS))
    refused.then_refused(refusals.DayBeforeFirst)


def test_a_comparison_says_what_was_told_stated_and_booked() -> None:
    found = [{"kind": "differing", "their_minor": 12_001}, {"kind": "fees", "their_minor": -30}]
    made = Scenario(Reconciliation).given(opened).when(compare)
    sums = {"told": {"EUR": 11_971}, "stated": {"EUR": 11_971}, "booked": {"EUR": 12_000}, "taken_to": 5, "count": 1}
    made.then((Reconciliation.DiscrepanciesFound, {"day": DAY}), (Reconciliation.DayCompared, sums))
    kept = [{name: one[name] for name in found[0]} for one in made.recorded[0].discrepancies]  # type: ignore[attr-defined]
    assert kept == found


def test_a_resolution_books_the_whole_difference() -> None:
    booked = comparing().when(lambda books: books.resolve(DIFFERING, "rounded", "suspense_reconciliation"))
    booked.then((Reconciliation.DiscrepancyResolved, {"difference_minor": 1, "currency": "EUR"}))
    entries = booked.recorded[0].entries  # type: ignore[attr-defined]
    assert [(one["account"], one["amount_minor"]) for one in entries] == [
        ("provider", 1), ("suspense_reconciliation", -1)
    ]  # fmt: skip
    assert imbalance(entries) == {}


def test_a_resolution_without_an_account_books_nothing() -> None:
    struck = comparing().when(lambda books: books.resolve(DIFFERING, "misread", None))
    struck.then((Reconciliation.DiscrepancyResolved, {"account": None, "entries": []}))


def test_refuses_to_resolve_twice() -> None:
    def resolve(books: Reconciliation) -> None:
        books.resolve(DIFFERING, "rounded", None)

    again = Scenario(Reconciliation).given(opened, compare, resolve).when(resolve)
    again.then_refused(refusals.DiscrepancyNotOpen)


def test_refuses_to_resolve_what_is_not_there() -> None:
    refused = comparing().when(lambda books: books.resolve(UUID(int=1), "rounded", None))
    refused.then_refused(refusals.NoSuchDiscrepancy)


def test_refuses_the_bank_for_what_is_no_withdrawal() -> None:
    refused = comparing().when(lambda books: books.resolve(DIFFERING, "rounded", "platform_bank"))
    refused.then_refused(refusals.AccountDoesNotFit)


def test_refuses_a_reason_in_free_text() -> None:
    refused = comparing().when(lambda books: books.resolve(DIFFERING, "Anna said so", None))
    refused.then_refused(refusals.ReasonNotCode)


def test_an_account_outside_the_list_is_a_mistake_of_the_program() -> None:
    with acting(context()), pytest.raises(ValueError, match="seller_held"):
        comparing().when(lambda books: books.resolve(DIFFERING, "rounded", "seller_held"))


def test_the_fees_of_a_day_are_accepted_once() -> None:
    accepted = comparing().when(lambda books: books.accept_fees(DAY))
    accepted.then((Reconciliation.FeesAccepted, {"amounts": {"EUR": -30}, "discrepancy_ids": [str(FEES)]}))
    assert [(one["account"], one["amount_minor"]) for one in accepted.recorded[0].entries] == [  # type: ignore[attr-defined]
        ("provider", -30), ("processing_fees", 30)
    ]  # fmt: skip
    again = Scenario(Reconciliation).given(opened, compare, lambda books: books.accept_fees(DAY))
    again.when(lambda books: books.accept_fees(DAY)).then_nothing()
    comparing().when(lambda books: books.accept_fees(NEXT_DAY)).then_refused(refusals.NoFeesStated)


def test_the_same_statement_again_records_nothing() -> None:
    day = Scenario(ProviderDay).given(lambda: ProviderDay.import_first(STATED))
    day.when(lambda day: day.import_anew(STATED)).then_nothing()


def test_what_was_resolved_and_is_stated_no_more_has_to_be_undone() -> None:
    with acting(context()):
        compared = Compared()
        compared.take(a_statement(a_line()))
        compared.books.resolve(UUID(compared.only()["discrepancy_id"]), "not_ours", "suspense_reconciliation")
        compared.take(a_statement())
    one = compared.only()
    assert (one["kind"], one["their_minor"]) == ("taken_back", -12_000)


def test_what_was_struck_and_is_stated_no_more_is_done_with() -> None:
    with acting(context()):
        compared = Compared()
        compared.take(a_statement(a_line()))
        compared.books.resolve(UUID(compared.only()["discrepancy_id"]), "stated_twice", None)
        compared.take(a_statement())
    assert compared.open == []
    assert compared.books.stated == {"EUR": 0}


def test_a_booking_whose_line_is_stated_no_more_is_open_again() -> None:
    with acting(context()):
        compared = Compared()
        compared.take(a_statement(a_line()), a_booking())
        compared.take(a_statement())
        assert [(one["kind"], one["our_minor"]) for one in compared.open] == [("ours", 12_000)]
        compared.take(a_statement(a_line(line_id="l9")))
    assert compared.open == []
