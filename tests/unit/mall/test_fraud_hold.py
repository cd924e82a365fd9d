"""A fraud hold: who says what, who decides, what silence does; and where the share lies meanwhile."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock, patch
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.mall.domain import refusals
from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.fraud_rules import MOST_TOLD, Known, Ring, suspicions
from services.mall.domain.fraud_terms import DEFAULT_FRAUD_TERMS, FraudTerms
from services.mall.invariants.fraud_holds import FraudHoldsAreKept
from tests.support.forging import judged
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON, Scenario, context

from .fraud_samples import (
    HEARD,
    LAPSES,
    OF_CHEN,
    OTHER,
    SAID,
    THIRD,
    a_hold,
    an_order_to_release,
    fraud_story,
    released,
)
from .samples import ORDER, REFUND, SELLER, WINDOW_ENDS, balances, release, replayed

TERMS: dict[str, Any] = {name: value for name, value in DEFAULT_FRAUD_TERMS.items() if name != "version"}
HOLD = FraudHold.id_of(ORDER, *OF_CHEN)
AN_INSTANT = timedelta(microseconds=1)


def appeal(hold: FraudHold) -> None:
    hold.appeal(CHEN, "We share a flat.")


def forfeit(operator_id: UUID, at: Any = HEARD) -> Any:
    return lambda hold: hold.decide(operator_id, "forfeit", *SAID, at)


def let_go(hold: FraudHold) -> None:
    hold.decide(DORA, "let_go", *SAID, NOON)
    hold.close("let_go", 500)


def test_is_opened_with_evidence_and_says_when_it_ends_by_itself() -> None:
    told = {"amount_minor": 500, "appeal_until": HEARD, "lets_go_at": LAPSES, "terms_version": 0}
    Scenario(FraudHold).when(lambda _: a_hold()).then((FraudHold.Opened, {"hold_id": HOLD, **told}))


def test_who_earns_appeals_once_and_while_it_lasts() -> None:
    Scenario(FraudHold).given(a_hold).when(appeal).then((FraudHold.Appealed, {"person_id": CHEN}))
    Scenario(FraudHold).given(a_hold, appeal).when(appeal).then_refused(refusals.AppealedAlready)
    Scenario(FraudHold).given(a_hold, let_go).when(appeal).then_refused(refusals.HoldEnded)


def test_nothing_is_forfeited_before_the_earner_was_heard_or_let_the_time_pass() -> None:
    early = forfeit(DORA, HEARD - AN_INSTANT)
    Scenario(FraudHold).given(a_hold).when(early).then_refused(refusals.AppealStillOpen)
    proposed = (FraudHold.ForfeitureProposed, {"proposed_by": DORA})
    Scenario(FraudHold).given(a_hold, appeal).when(early).then(proposed)
    Scenario(FraudHold).given(a_hold).when(forfeit(DORA)).then(proposed)


def test_two_forfeit_it() -> None:
    once = (a_hold, forfeit(DORA))
    Scenario(FraudHold).given(*once).when(forfeit(DORA)).then_refused(refusals.ForfeitureProposedByYou)
    Scenario(FraudHold).given(*once).when(forfeit(OTHER)).then((FraudHold.Decided, {"decision": "forfeit"}))


def test_an_appeal_undoes_what_one_of_two_has_said() -> None:
    again = (FraudHold.ForfeitureProposed, {"proposed_by": THIRD})
    Scenario(FraudHold).given(a_hold, forfeit(DORA), appeal).when(forfeit(THIRD)).then(again)


@pytest.mark.parametrize("concerned", [ANNA, BORIS, CHEN])
def test_refuses_the_decision_of_whoever_bought_sold_or_earns(concerned: UUID) -> None:
    Scenario(FraudHold).given(a_hold).when(forfeit(concerned)).then_refused(refusals.OwnHold)


def test_refuses_the_decision_of_whoever_owns_the_group_that_earns() -> None:
    own = lambda hold: hold.decide(DORA, "let_go", *SAID, NOON, is_own=True)  # noqa: E731
    Scenario(FraudHold).given(a_hold).when(own).then_refused(refusals.OwnHold)


def test_without_the_guard_the_audit_finds_who_decided_his_own() -> None:
    with patch.object(FraudHold, "_is_unconcerned", lambda *_: True), acting(context()):
        order = an_order_to_release()
        hold = a_hold(order)
        released(order, hold)
        hold.decide(BORIS, "let_go", *SAID, NOON)
        facts = [fact for root in (hold, order) for fact in root.collect_events()]
    invariant = FraudHoldsAreKept(Mock(due_rows=set))
    assert "earns by it decided" in str(judged(invariant, facts))


def test_lapses_at_its_time_and_not_before() -> None:
    early, late = (lambda hold, at=at: hold.lapse(at) for at in (LAPSES - AN_INSTANT, LAPSES))
    Scenario(FraudHold).given(a_hold).when(early).then_refused(refusals.HoldNotDue)
    Scenario(FraudHold).given(a_hold, let_go).when(late).then_refused(refusals.HoldEnded)


def test_the_share_stays_behind_when_the_rest_is_released() -> None:
    with acting(context()):
        order = an_order_to_release()
        released(order, a_hold(order))
        facts = list(order.collect_events())
    found = balances(facts)
    assert found["member_withheld", str(CHEN)] == -500
    assert ("member_available", str(CHEN)) not in found
    assert replayed(facts).withheld == {f"member/{CHEN}": str(HOLD)}


@pytest.mark.parametrize("ends", ["let_go", "forfeited"])
def test_part_of_it_that_went_back_is_neither_let_go_nor_forfeited(ends: str) -> None:
    found = balances([fact for fact in fraud_story(ends, is_refunded=True) if hasattr(fact, "entries")])
    to = ("member_available", str(CHEN)) if ends == "let_go" else ("seller_available", str(SELLER))
    assert ("member_withheld", str(CHEN)) not in found
    assert found[to] == (-333 if ends == "let_go" else -(6_166 + 333))


def test_nothing_is_withheld_of_what_is_released() -> None:
    with acting(context(at=WINDOW_ENDS)):
        order = an_order_to_release()
        release(order)
        with pytest.raises(refusals.AlreadyReleased):
            order.withhold(HOLD, *OF_CHEN)


def test_moves_only_what_is_under_that_hold_and_what_no_bank_may_take() -> None:
    with acting(context(at=WINDOW_ENDS)):
        order = an_order_to_release()
        released(order, a_hold(order))
        with pytest.raises(refusals.NoSuchHold):
            order.let_go(REFUND, *OF_CHEN)
        order.dispute(UUID(int=0xD1), 1_000)
        for move in (order.let_go, order.forfeit):
            with pytest.raises(refusals.OrderDisputed):
                move(HOLD, *OF_CHEN)


def orders(many: int) -> list[UUID]:
    return [UUID(int=number) for number in range(many)]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(), []),
        (Known(is_paid_to_same=True), ["same_payout_account"]),
        (Known(has_paid_with_same=True), ["same_payment_means"]),
        (Known(was_on_same_device=True), ["same_device"]),
        (Known(forth=orders(3), back=orders(2)), []),
        (Known(forth=orders(2), back=orders(3)), []),
        (Known(forth=orders(3), back=orders(3)), ["cycle"]),
        (Known(forth=orders(3), rings=[Ring(orders(3), orders(2)), Ring(orders(2), orders(3))]), []),
        (Known(forth=orders(2), rings=[Ring(orders(3), orders(3))]), []),
        (Known(forth=orders(3), rings=[Ring(orders(3), orders(3))]), ["ring_of_three"]),
        (Known(recent=orders(20)), []),
        (Known(recent=orders(21)), ["velocity"]),
        (Known(is_paid_to_same=True, recent=orders(21)), ["same_payout_account", "velocity"]),
    ],
)
def test_weighs_what_is_known_against_the_terms(known: Known, expected: list[str]) -> None:
    assert [one["rule"] for one in suspicions(known, DEFAULT_FRAUD_TERMS)] == expected


def test_evidence_of_what_two_have_in_common_names_nothing_of_it() -> None:
    told = {"rules_version": 2, "figures": {}, "order_ids": []}
    found = suspicions(Known(has_paid_with_same=True, was_on_same_device=True), DEFAULT_FRAUD_TERMS)
    assert found == [{"rule": "same_payment_means"} | told, {"rule": "same_device"} | told]


def test_evidence_names_the_latest_orders_and_counts_all() -> None:
    (found,) = suspicions(Known(recent=orders(50)), DEFAULT_FRAUD_TERMS)
    assert found["figures"] == {"orders": 50, "most": 20, "days": 30}
    assert found["order_ids"] == [str(one) for one in orders(50)[-MOST_TOLD:]]


def test_terms_hold_after_their_notice_and_the_last_announced_replaces_what_would_begin_later() -> None:
    with acting(context()):
        terms = FraudTerms.open(NOON, 9, **TERMS)
        terms.change(NOON, 7, **(TERMS | {"velocity_orders": 5}))
        terms.change(NOON, 7, **(TERMS | {"velocity_orders": 5}))
    held = [terms.at(NOON + timedelta(days=days)) for days in (6, 7, 10)]
    assert [(one["version"], one["velocity_orders"]) for one in held] == [(0, 20), (2, 5), (2, 5)]
    assert len(list(terms.collect_events())) == 2


@pytest.mark.parametrize("wrong", [{"hold_days": 13}, {"appeal_days": 20, "hold_days": 26}, {"cycle_orders": 0}])
def test_refuses_terms_that_leave_nobody_time(wrong: dict[str, int]) -> None:
    with acting(context()), pytest.raises(refusals.TermsOutOfBounds):
        FraudTerms.open(NOON, 7, **(TERMS | wrong))


@pytest.mark.parametrize("ends", ["forfeited", "let_go", "lapsed"])
def test_the_audit_finds_nothing_in_a_hold_that_ended(ends: str) -> None:
    assert judged(FraudHoldsAreKept(Mock(due_rows=set)), fraud_story(ends)) is None


def test_the_audit_finds_a_hold_that_will_never_end() -> None:
    assert "has no due row" in str(judged(FraudHoldsAreKept(Mock(due_rows=set)), fraud_story("open")))
