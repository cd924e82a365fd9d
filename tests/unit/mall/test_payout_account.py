"""Where a party is paid, and when: an account rests after a change, and paydays come by themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.mall.domain import payout_terms as payout_terms_module
from services.mall.domain import refusals
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import PayoutTerms, payday_after, why_nothing_is_paid
from tests.support.scenario import ANNA, BORIS, NOON, Scenario, context

from .payout_samples import DESTINATION, LIMIT_MINOR, an_account, payout_terms

PROPOSAL = UUID(int=0x9B)
RESTED = NOON + timedelta(hours=72)


def account(*commands: Any) -> Scenario[PayoutAccount]:
    return Scenario(PayoutAccount).given(an_account, *commands)


def refuse(one: PayoutAccount) -> None:
    one.refuse(DESTINATION, "account_closed")


def change(destination: str = "acct_other") -> Any:
    return lambda one: one.change(destination, 72, NOON, ANNA)


def drop(one: PayoutAccount) -> None:
    one.drop()


def test_an_account_that_was_named_rests_before_anything_is_paid_to_it() -> None:
    Scenario(PayoutAccount).when(lambda _: an_account()).then((PayoutAccount.Named, {"rests_until": RESTED}))
    account().when(lambda one: one.check_payable(RESTED - timedelta(seconds=1))).then_refused(refusals.AccountResting)
    account().when(lambda one: one.check_payable(RESTED)).then_nothing()


def test_without_its_guard_whoever_took_over_a_sign_in_is_paid_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PayoutAccount, "_rests", lambda *_: False)
    account(change("acct_thief")).when(lambda one: one.check_payable(NOON)).then_nothing()


@pytest.mark.parametrize("destination", ["", "DE89370400440532013000", "acct_", "acct_a b", "6222 0200 1234 5678"])
def test_refuses_a_bank_number_and_anything_that_could_be_one(destination: str) -> None:
    wrong = Scenario(PayoutAccount).when(lambda _: PayoutAccount.name("member", ANNA, ANNA, destination, 0, NOON, ANNA))
    wrong.then_refused(refusals.DestinationNotUsable)
    account().when(change(destination)).then_refused(refusals.DestinationNotUsable)


def test_another_account_rests_anew_and_the_same_one_changes_nothing() -> None:
    account().when(change()).then((PayoutAccount.Changed, {"destination": "acct_other", "rests_until": RESTED}))
    account().when(change(DESTINATION)).then_nothing()


def test_what_was_refused_is_paid_again_once_it_is_set_anew() -> None:
    account().when(refuse).then((PayoutAccount.Refused, {"reason": "account_closed"}))
    account(refuse).when(refuse).then_nothing()
    account(refuse).when(lambda one: one.check_payable(RESTED)).then_refused(refusals.AccountRefused)
    account(refuse).when(change(DESTINATION)).then((PayoutAccount.Changed, {}))
    account(refuse, change(DESTINATION)).when(lambda one: one.check_payable(RESTED)).then_nothing()


def test_what_came_back_from_an_account_of_before_is_no_fault_of_this_one() -> None:
    account(change()).when(refuse).then_nothing()


def test_nothing_is_paid_to_an_account_that_was_dropped() -> None:
    account().when(drop).then((PayoutAccount.Dropped, {}))
    account(drop).when(drop).then_refused(refusals.AccountNotSet)
    account(drop).when(lambda one: one.check_payable(RESTED)).then_refused(refusals.AccountNotSet)


def set_terms(by: UUID = BORIS, **changes: Any) -> Any:
    values = {"schedule": "daily", "least_minor": 1, "approval_above_minor": LIMIT_MINOR, "account_rest_hours": 72}
    return lambda one: one.set(PROPOSAL, by, **(values | changes))


def confirm(by: UUID) -> Any:
    return lambda one: one.confirm(PROPOSAL, by)


def test_terms_are_set_as_a_whole_and_the_same_again_are_nothing() -> None:
    terms = Scenario(PayoutTerms).given(payout_terms)
    terms.when(set_terms()).then((PayoutTerms.Changed, {"schedule": "daily", "least_minor": 1}))
    assert terms.root is not None
    assert (terms.root.values["version"], terms.root.values["account_rest_hours"]) == (2, 72)
    Scenario(PayoutTerms).given(payout_terms, set_terms()).when(set_terms()).then_nothing()


LOOSER = [{"approval_above_minor": LIMIT_MINOR + 1}, {"account_rest_hours": 71}]


@pytest.mark.parametrize("changes", [{"approval_above_minor": LIMIT_MINOR - 1}, {"account_rest_hours": 73}])
def test_what_is_tighter_holds_at_once(changes: dict[str, Any]) -> None:
    Scenario(PayoutTerms).given(payout_terms).when(set_terms(**changes)).then((PayoutTerms.Changed, changes))


@pytest.mark.parametrize("changes", LOOSER)
def test_what_is_looser_holds_when_another_operator_confirms_it(changes: dict[str, Any]) -> None:
    terms = Scenario(PayoutTerms).given(payout_terms).when(set_terms(**changes))
    terms.then((PayoutTerms.LooseningProposed, changes | {"proposed_by": BORIS}))
    assert terms.root is not None
    assert terms.root.values["schedule"] == "weekly"
    proposed = Scenario(PayoutTerms).given(payout_terms, set_terms(**changes))
    proposed.when(set_terms(**changes)).then_nothing()
    proposed = Scenario(PayoutTerms).given(payout_terms, set_terms(**changes))
    proposed.when(confirm(BORIS)).then_refused(refusals.TermsProposedByYou)
    proposed = Scenario(PayoutTerms).given(payout_terms, set_terms(**changes)).when(confirm(ANNA))
    proposed.then((PayoutTerms.Loosened, changes | {"schedule": "daily", "confirmed_by": ANNA}))


@pytest.mark.parametrize("changes", LOOSER)
def test_without_the_guard_one_operator_loosens_alone(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]) -> None:
    monkeypatch.setattr(payout_terms_module, "_is_looser", lambda *_: False)
    Scenario(PayoutTerms).given(payout_terms).when(set_terms(**changes)).then((PayoutTerms.Changed, changes))


def test_a_proposal_that_something_else_was_set_since_is_gone() -> None:
    scenario = Scenario(PayoutTerms).given(payout_terms, set_terms(account_rest_hours=0), set_terms())
    scenario.when(confirm(ANNA)).then_refused(refusals.NoSuchProposal)
    Scenario(PayoutTerms).given(payout_terms).when(confirm(ANNA)).then_refused(refusals.NoSuchProposal)


def test_the_first_terms_hold_at_once_unless_they_are_looser_than_the_defaults() -> None:
    values = {"schedule": "daily", "least_minor": 1, "approval_above_minor": 5, "account_rest_hours": 72}
    begun = Scenario(PayoutTerms).when(lambda _: PayoutTerms.begin(PROPOSAL, BORIS, **values))
    begun.then((PayoutTerms.Opened, values))
    looser = values | {"account_rest_hours": 0}
    Scenario(PayoutTerms).when(lambda _: PayoutTerms.begin(PROPOSAL, BORIS, **looser)).then(
        (PayoutTerms.Opened, {"account_rest_hours": 72, "approval_above_minor": 1_000_000}),
        (PayoutTerms.LooseningProposed, looser),
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schedule": "hourly"}, refusals.ScheduleNotUsable),
        ({"least_minor": 0}, refusals.TermsOutOfBounds),
        ({"approval_above_minor": -1}, refusals.TermsOutOfBounds),
        ({"account_rest_hours": 721}, refusals.TermsOutOfBounds),
    ],
)
def test_refuses_terms_that_cannot_be(changes: dict[str, Any], expected: Any) -> None:
    Scenario(PayoutTerms).when(lambda _: payout_terms(**changes)).then_refused(expected)


def at(day: int, month: int = 3, year: int = 2026, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "moment", "payday"),
    [
        ("daily", at(2, hour=12), at(3)),
        ("daily", at(31, 12), at(1, 1, 2027)),
        ("weekly", at(2, hour=12), at(9)),  # a Monday
        ("weekly", at(8, hour=23), at(9)),
        ("weekly", at(9), at(16)),
        ("monthly", at(31, 1), at(1, 2)),
        ("monthly", at(1, 2), at(1, 3)),
        ("monthly", at(5, 12), at(1, 1, 2027)),
        ("manual", at(2, hour=12), at(9)),
    ],
)
def test_a_payday_is_the_next_midnight_of_its_rhythm(schedule: str, moment: datetime, payday: datetime) -> None:
    assert payday_after(schedule, moment) == payday


def test_a_payday_knows_why_it_pays_nothing() -> None:
    with acting(context()):
        terms, manual, named = payout_terms().values, payout_terms(schedule="manual").values, an_account()
    assert why_nothing_is_paid(99, 99, terms, named, RESTED) == "below_least"
    assert why_nothing_is_paid(100, 100, terms, None, RESTED) == "no_account"
    assert why_nothing_is_paid(100, 100, terms, named, NOON) == "account_resting"
    assert why_nothing_is_paid(100, 100, manual, named, RESTED) == "manual"
    assert why_nothing_is_paid(1_000, 99, terms, named, RESTED) == "disputed"
    assert why_nothing_is_paid(100, 100, terms, named, RESTED) is None
