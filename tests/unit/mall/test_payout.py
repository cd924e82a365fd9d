"""A payout: its money goes out once, comes back at most once, and two look at what is large."""

from typing import Any

import pytest

from services.mall.domain import refusals
from services.mall.domain.payout import Payout
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, Scenario

from .payout_samples import DESTINATION, PAYOUT, a_large_payout, a_payout, give_back, settle
from .samples import SELLER, entry

DUE, AVAILABLE, PROVIDER = ("payouts_due", PAYOUT), ("seller_available", SELLER), ("provider", None)


def moved(to_debit: Any, to_credit: Any) -> dict[str, Any]:
    (debit, of), (credit, to) = to_debit, to_credit
    return {"entries": [entry(debit, 9_000, of), entry(credit, -9_000, to)]}


def send(payout: Payout) -> None:
    payout.send()


def cancel(payout: Payout) -> None:
    payout.cancel("by_party")


def reject(payout: Payout) -> None:
    payout.reject("not_known")


def fail(payout: Payout) -> None:
    payout.fail("account_closed")


def doubt(payout: Payout) -> None:
    payout.doubt("no_answer")


def approve_by(operator_id: Any, *, is_own: bool = False) -> Any:
    return lambda payout: payout.approve(operator_id, is_own=is_own)


def payout(*commands: Any) -> Scenario[Payout]:
    return Scenario(Payout).given(a_payout, *commands)


def large(*commands: Any) -> Scenario[Payout]:
    return Scenario(Payout).given(a_large_payout, *commands)


def test_ssrpanel_1446_a_payout_is_of_exactly_what_was_drawn() -> None:
    scenario = Scenario(Payout).when(lambda _: a_payout())
    told = {"amount_minor": 9_000, "currency": "EUR", "needs_approval": False, "destination": DESTINATION}
    scenario.then((Payout.Requested, told | moved(AVAILABLE, DUE)))


@pytest.mark.parametrize("amount_minor", [0, -9_000])
def test_sspanel_10_refuses_a_payout_of_nothing_or_less(amount_minor: int) -> None:
    Scenario(Payout).when(lambda _: a_payout(amount_minor=amount_minor)).then_refused(refusals.AmountNotUsable)


def test_refuses_a_currency_that_is_none() -> None:
    Scenario(Payout).when(lambda _: a_payout(currency="eur")).then_refused(refusals.CurrencyNotUsable)


def test_it_is_sent_and_paid() -> None:
    payout().when(send).then((Payout.Sent, {}))
    payout(send).when(settle).then((Payout.Paid, moved(DUE, PROVIDER)))


@pytest.mark.parametrize("again", [settle, send, doubt])
def test_what_is_told_again_changes_nothing(again: Any) -> None:
    done = [send, doubt] if again is not settle else [send, settle]
    payout(*done).when(again).then_nothing()


def test_a_lost_answer_is_doubt_and_no_outcome() -> None:
    payout(send).when(doubt).then((Payout.Uncertain, {"reason": "no_answer"}))
    payout(send, doubt).when(settle).then((Payout.Paid, {}))
    payout(send, settle).when(doubt).then_nothing()


def test_what_failed_is_available_again_once() -> None:
    payout(send).when(fail).then((Payout.Failed, {"reason": "account_closed"} | moved(DUE, AVAILABLE)))
    payout(send, fail).when(fail).then_nothing()


def test_spree_14622_what_the_bank_returned_no_longer_reads_as_settled() -> None:
    scenario = payout(send, settle).when(give_back)
    scenario.then((Payout.Returned, {"reason": "account_closed"} | moved(PROVIDER, AVAILABLE)))
    assert scenario.root is not None
    assert (scenario.root.status, scenario.root.is_back) == ("returned", True)


def test_what_came_back_comes_back_once_and_stays_so_when_paid_is_told_again() -> None:
    payout(send, settle, give_back).when(give_back).then_nothing()
    payout(send, settle, give_back).when(settle).then_nothing()


def test_a_return_before_anybody_said_paid_is_both() -> None:
    payout(send).when(give_back).then((Payout.Paid, {}), (Payout.Returned, {}))


@pytest.mark.parametrize(
    ("done", "told"),
    [
        ([], settle), ([], fail), ([], give_back), ([cancel], settle), ([send, fail], settle), ([send, settle], fail),
        ([send, fail], give_back), ([send, settle, give_back], fail),
    ],
)  # fmt: skip
def test_refuses_what_contradicts_what_is_known(done: list[Any], told: Any) -> None:
    payout(*done).when(told).then_refused(refusals.PayoutNotUnderWay)


@pytest.mark.parametrize("done", [[send], [send, settle]])
def test_refuses_another_amount_and_another_currency(done: list[Any]) -> None:
    payout(*done).when(lambda one: one.settle(8_999, "EUR")).then_refused(refusals.AmountDiffers)
    payout(*done).when(lambda one: one.settle(9_000, "USD")).then_refused(refusals.CurrencyDiffers)
    payout(*done).when(lambda one: one.give_back(8_999, "EUR", "x")).then_refused(refusals.AmountDiffers)
    payout(*done).when(lambda one: one.give_back(9_000, "USD", "x")).then_refused(refusals.CurrencyDiffers)


def test_it_can_be_given_up_until_it_is_sent() -> None:
    payout().when(cancel).then((Payout.Cancelled, {"reason": "by_party"} | moved(DUE, AVAILABLE)))
    large().when(cancel).then((Payout.Cancelled, {}))
    payout(cancel).when(cancel).then_nothing()


@pytest.mark.parametrize("done", [[send], [send, settle], [send, fail]])
def test_refuses_to_take_back_what_was_sent(done: list[Any]) -> None:
    payout(*done).when(cancel).then_refused(refusals.PayoutAlreadySent)


def test_what_is_large_is_sent_when_two_operators_have_approved_it() -> None:
    large().when(approve_by(CHEN)).then((Payout.Approved, {"operator_id": CHEN, "is_last": False}))
    large(approve_by(CHEN)).when(approve_by(DORA)).then((Payout.Approved, {"operator_id": DORA, "is_last": True}))
    large(approve_by(CHEN), approve_by(DORA)).when(send).then((Payout.Sent, {}))


@pytest.mark.parametrize("done", [[], [approve_by(CHEN)], [reject], [cancel]])
def test_refuses_to_send_what_two_have_not_approved(done: list[Any]) -> None:
    large(*done).when(send).then_refused(refusals.PayoutNotApproved)


def test_without_its_guard_one_word_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Payout, "_is_approved", lambda _: True)
    large(approve_by(CHEN)).when(send).then((Payout.Sent, {}))


def test_refuses_a_second_approval_of_the_same_operator() -> None:
    large(approve_by(CHEN)).when(approve_by(CHEN)).then_refused(refusals.PayoutApprovedByYou)


def test_refuses_the_approval_of_whoever_gets_it_or_asked_for_it() -> None:
    large().when(approve_by(ANNA)).then_refused(refusals.OwnPayout)
    large().when(approve_by(CHEN, is_own=True)).then_refused(refusals.OwnPayout)
    asked = Scenario(Payout).given(lambda: a_payout(needs_approval=True, person_id=None, requested_by=BORIS))
    asked.when(approve_by(BORIS)).then_refused(refusals.OwnPayout)


def test_an_operator_says_no_and_it_is_available_again() -> None:
    large().when(reject).then((Payout.Rejected, {"reason": "not_known"} | moved(DUE, AVAILABLE)))
    large(reject).when(reject).then_nothing()


@pytest.mark.parametrize("late", [approve_by(CHEN), reject])
def test_refuses_to_decide_what_nobody_has_to(late: Any) -> None:
    payout().when(late).then_refused(refusals.PayoutNotAwaiting)
    large(cancel).when(late).then_refused(refusals.PayoutNotAwaiting)


@pytest.mark.parametrize("said", ["reject", "cancel", "fail", "doubt"])
def test_refuses_reasons_in_free_text(said: str) -> None:
    payout(send).when(lambda one: getattr(one, said)("Anna says so")).then_refused(refusals.ReasonNotCode)


def settled(by: Any, outcome: str = "paid") -> Any:
    return lambda payout: payout.settle_by_hand(outcome, "seen_at_provider", by)


def test_two_operators_say_by_hand_what_became_of_it() -> None:
    told = {"outcome": "paid", "reason": "seen_at_provider", "proposed_by": BORIS}
    Scenario(Payout).given(a_payout, send).when(settled(BORIS)).then((Payout.SettlementProposed, told))
    again = Scenario(Payout).given(a_payout, send, settled(BORIS)).when(settled(BORIS))
    again.then_refused(refusals.SettlementProposedByYou)
    for outcome, kind in (("paid", Payout.Paid), ("failed", Payout.Failed)):
        second = Scenario(Payout).given(a_payout, send, settled(BORIS, outcome)).when(settled(CHEN, outcome))
        second.then((kind, {}))
    back = Scenario(Payout).given(a_payout, send, settled(BORIS, "returned")).when(settled(CHEN, "returned"))
    back.then((Payout.Paid, {}), (Payout.Returned, {"reason": "seen_at_provider"}))


def test_two_who_say_otherwise_have_not_said_the_same() -> None:
    scenario = Scenario(Payout).given(a_payout, send, settled(BORIS)).when(settled(CHEN, "failed"))
    scenario.then((Payout.SettlementProposed, {"outcome": "failed", "proposed_by": CHEN}))


def test_by_hand_nothing_is_said_of_what_is_not_under_way_and_nobody_says_it_of_her_own() -> None:
    Scenario(Payout).given(a_payout).when(settled(BORIS)).then_refused(refusals.PayoutNotUnderWay)
    Scenario(Payout).given(a_payout, send, settle).when(settled(BORIS, "failed")).then_refused(
        refusals.PayoutNotUnderWay
    )
    Scenario(Payout).given(a_payout, send).when(settled(ANNA)).then_refused(refusals.OwnPayout)
    paid = Scenario(Payout).given(a_payout, send, settle, settled(BORIS, "returned")).when(settled(CHEN, "returned"))
    paid.then((Payout.Returned, {}))
