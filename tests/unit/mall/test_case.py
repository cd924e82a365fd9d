"""A case: whose turn it is, what silence leads to, who decides and how much goes back."""

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.mall.domain import refusals
from services.mall.domain.case import MOST_SAID, Case
from services.mall.domain.case_terms import DEFAULT_CASE_TERMS, CaseTerms
from services.mall.domain.order import Order
from services.mall.invariants.cases import CasesAreKept
from tests.support.forging import judged
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON, Scenario, context

from .samples import ORDER, SELLER, TOTAL, WINDOW_ENDS, an_order, deliver, pay, release

CASE, OTHER_CASE, DISPUTE = UUID(int=0xCA), UUID(int=0xCB), UUID(int=0xD1)
TERMS: dict[str, Any] = {name: value for name, value in DEFAULT_CASE_TERMS.items() if name != "version"}
LONG_AFTER = NOON + timedelta(days=400)


def a_case(**changes: Any) -> Case:
    """Boris says that the rod is not what was promised."""
    order = an_order()
    pay(order)
    fields: dict[str, Any] = {
        "reason": "not_as_described",
        "terms": DEFAULT_CASE_TERMS,
        "now": NOON,
        "text": "Too short",
    }
    return Case.open(CASE, order, **(fields | changes))


def of_a_dispute() -> Case:
    return a_case(reason="disputed", side="platform", text=None, dispute_id=DISPUTE)


def answer(case: Case) -> None:
    case.answer("It is as long as it was said to be.", NOON)


def escalate(case: Case) -> None:
    case.escalate("It is not.", NOON)


def reject(case: Case) -> None:
    case.decide(CHEN, "reject", 0, TOTAL, "as_described", "It was measured.")


def settle(case: Case) -> None:
    case.settle()


def after(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


def test_the_seller_has_to_answer_first() -> None:
    opened = {"order_id": ORDER, "buyer_id": BORIS, "stage": "awaiting_seller", "deadline": after(48), "side": "buyer"}
    Scenario(Case).when(lambda _: a_case()).then((Case.Opened, opened))


def test_then_it_is_the_buyers_turn_and_then_the_platforms() -> None:
    Scenario(Case).given(a_case).when(answer).then(
        (Case.Answered, {"person_id": ANNA, "stage": "awaiting_buyer", "deadline": after(72)})
    )
    Scenario(Case).given(a_case, answer).when(escalate).then(
        (Case.Escalated, {"side": "buyer", "stage": "awaiting_operator", "deadline": after(72)})
    )


def test_where_a_bank_decides_nobody_else_is_waited_for() -> None:
    answered = {"stage": "awaiting_bank", "deadline": NOON + timedelta(days=120)}
    Scenario(Case).given(of_a_dispute).when(answer).then((Case.Answered, answered))
    Scenario(Case).given(of_a_dispute).when(settle).then_refused(refusals.CaseAwaitsOther)
    ended = Scenario(Case).given(of_a_dispute, answer).when(lambda case: case.end("dispute_won"))
    ended.then((Case.Closed, {"outcome": "dispute_won", "amount_minor": 0}))


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ((), (Case.Escalated, {"side": "platform", "person_id": None, "text": None, "stage": "awaiting_operator"})),
        ((answer,), (Case.Closed, {"outcome": "left_alone"})),
        ((answer, escalate), (Case.Overdue, {"times": 1, "stage": "awaiting_operator"})),
    ],
)
def test_silence_has_a_defined_end(done: Any, expected: Any) -> None:
    late = lambda case: case.pass_deadline(after(80), after(80))  # noqa: E731
    Scenario(Case).given(a_case, *done).when(late).then(expected)
    early = lambda case: case.pass_deadline(case.deadline - timedelta(seconds=1), LONG_AFTER)  # noqa: E731
    Scenario(Case).given(a_case, *done).when(early).then_refused(refusals.CaseNotDue)


def test_silence_of_a_seller_in_a_dispute_waits_for_the_bank() -> None:
    late = Scenario(Case).given(of_a_dispute).when(lambda case: case.pass_deadline(after(48), after(48)))
    late.then((Case.Escalated, {"stage": "awaiting_bank"}))


def test_what_follows_has_its_time_from_when_it_was_recorded() -> None:
    late = Scenario(Case).given(a_case).when(lambda case: case.pass_deadline(after(48), LONG_AFTER))
    late.then((Case.Escalated, {"deadline": LONG_AFTER + timedelta(hours=72)}))


@pytest.mark.parametrize(
    ("decision", "amount_minor", "outcome", "back_minor"),
    [
        ("refund_whole", 0, "refunded", TOTAL), ("refund_part", 1, "refunded_in_part", 1), ("reject", 0, "rejected", 0),
    ],
)  # fmt: skip
def test_an_operator_decides(decision: str, amount_minor: int, outcome: str, back_minor: int) -> None:
    decided = Scenario(Case).given(a_case, answer, escalate)
    decided.when(lambda case: case.decide(CHEN, decision, amount_minor, TOTAL, "broken", "Seen."))
    decided.then(
        (Case.Decided, {"decided_by": CHEN, "decision": decision, "amount_minor": back_minor}),
        (Case.Closed, {"order_id": ORDER, "seller_id": SELLER, "outcome": outcome, "amount_minor": back_minor}),
    )


@pytest.mark.parametrize(
    ("decision", "amount_minor"),
    [
        ("refund_part", 0), ("refund_part", -1), ("refund_part", TOTAL), ("refund_whole", 1), ("reject", 1),
    ],
)  # fmt: skip
def test_refuses_an_amount_that_does_not_fit_the_decision(decision: str, amount_minor: int) -> None:
    decided = Scenario(Case).given(a_case, answer, escalate)
    decided.when(lambda case: case.decide(CHEN, decision, amount_minor, TOTAL, "broken", "Seen."))
    decided.then_refused(refusals.DecisionNotUsable)


def test_refuses_to_pay_back_what_is_gone() -> None:
    decided = Scenario(Case).given(a_case, answer, escalate)
    decided.when(lambda case: case.decide(CHEN, "refund_whole", 0, 0, "broken", "Seen."))
    decided.then_refused(refusals.NothingToRefund)


@pytest.mark.parametrize("person_id", [ANNA, BORIS])
def test_refuses_the_decision_of_whoever_bought_or_sold_it(person_id: UUID) -> None:
    decided = Scenario(Case).given(a_case, answer, escalate)
    decided.when(lambda case: case.decide(person_id, "reject", 0, TOTAL, "broken", "Seen."))
    decided.then_refused(refusals.OwnCase)


def test_without_the_guard_the_audit_finds_who_decided_his_own_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Case, "_is_unconcerned", lambda *_: True)
    with acting(context()):
        case = a_case()
        answer(case)
        escalate(case)
        case.decide(ANNA, "reject", 0, TOTAL, "as_described", "I say so.")
        facts = case.collect_events()
    assert "earns by it decided" in str(judged(CasesAreKept(Mock(due_rows=dict)), facts))


@pytest.mark.parametrize("command", [answer, escalate, reject, settle, lambda case: case.end("nothing_left")])
def test_ends_once(command: Any) -> None:
    Scenario(Case).given(a_case, settle).when(command).then_refused(refusals.CaseAwaitsOther)


@pytest.mark.parametrize("command", [escalate, reject])
def test_refuses_what_is_somebody_elses_turn(command: Any) -> None:
    Scenario(Case).given(a_case).when(command).then_refused(refusals.CaseAwaitsOther)


def test_whoever_takes_part_adds_words_and_digests_so_many_and_no_more() -> None:
    said = Scenario(Case).given(a_case).when(lambda case: case.say(DORA, "Look.", "0" * 64))
    said.then((Case.Said, {"person_id": DORA, "side": "platform", "sha256": "0" * 64}))
    full = (a_case, *(lambda case: case.say(BORIS, "Look.", None) for _ in range(MOST_SAID)))
    Scenario(Case).given(*full).when(lambda case: case.say(BORIS, "Look.", None)).then_refused(refusals.CaseFull)
    for person_id in (ANNA, DORA):  # nobody uses up the words of another side
        said = Scenario(Case).given(*full).when(lambda case, who=person_id: case.say(who, "I do.", None))
        said.then((Case.Said, {"person_id": person_id}))


def test_is_opened_so_long_after_the_delivery_and_no_longer() -> None:
    order = an_order

    def opened(_: Any) -> Case:
        found = order()
        pay(found)
        deliver(found)
        return Case.open(CASE, found, "other", DEFAULT_CASE_TERMS, LONG_AFTER)

    Scenario(Case).when(opened).then_refused(refusals.CaseTooLate)
    Scenario(Case).when(lambda _: a_case(now=LONG_AFTER)).then((Case.Opened, {}))


def test_refuses_a_line_that_is_not_there() -> None:
    Scenario(Case).when(lambda _: a_case(line_id="9")).then_refused(refusals.NoSuchLine)


def in_case(order: Order) -> None:
    order.open_case(CASE)


def test_an_order_in_a_case_is_not_released_and_is_afterwards() -> None:
    Scenario(Order).given(an_order, pay, deliver, in_case).when(release).then_refused(refusals.OrderInCase)
    closed = Scenario(Order).given(an_order, pay, deliver, in_case).when(lambda order: order.close_case(CASE))
    closed.then((Order.CaseClosed, {"release_at": WINDOW_ENDS}))
    released = (
        Scenario(Order).given(an_order, pay, deliver, in_case, lambda order: order.close_case(CASE)).when(release)
    )
    assert released.recorded


def test_an_order_has_one_case_at_a_time() -> None:
    Scenario(Order).given(an_order, pay, in_case).when(lambda order: order.open_case(OTHER_CASE)).then_refused(
        refusals.OrderInCase
    )
    Scenario(Order).given(an_order, pay, in_case).when(lambda order: order.close_case(OTHER_CASE)).then_nothing()
    Scenario(Order).given(an_order).when(in_case).then_refused(refusals.NotPaid)


def test_terms_are_changed_and_the_same_again_record_nothing() -> None:
    opened = lambda: CaseTerms.open(**TERMS)  # noqa: E731
    changed = Scenario(CaseTerms).given(opened).when(lambda terms: terms.change(**(TERMS | {"seller_hours": 24})))
    changed.then((CaseTerms.Changed, {"seller_hours": 24}))
    Scenario(CaseTerms).given(opened).when(lambda terms: terms.change(**TERMS)).then_nothing()
    for out_of_bounds in ({"open_days": 1}, {"cases_per_order": 0}, {"cases_per_order": 21}):
        Scenario(CaseTerms).when(lambda _, one=out_of_bounds: CaseTerms.open(**(TERMS | one))).then_refused(
            refusals.TermsOutOfBounds
        )


def test_a_number_of_cases_that_is_left_out_stays() -> None:
    without = {name: value for name, value in TERMS.items() if name != "cases_per_order"}
    Scenario(CaseTerms).when(lambda _: CaseTerms.open(**without)).then((CaseTerms.Opened, {"cases_per_order": 5}))
    changed = Scenario(CaseTerms).given(lambda: CaseTerms.open(**(TERMS | {"cases_per_order": 2})))
    changed.when(lambda terms: terms.change(**(without | {"open_days": 30})))
    changed.then((CaseTerms.Changed, {"open_days": 30, "cases_per_order": 2}))
