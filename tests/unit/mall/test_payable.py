"""What may be paid out: no more than is there, debts first, nothing dropped."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel.domain import acting
from services.mall.domain.payable import Payable
from services.mall.domain.refusals import AmountNotUsable, BalanceTooLow
from tests.support.scenario import NOON, Scenario, context

from .payout_samples import (
    OTHER_ORDER,
    OTHER_PAYOUT,
    PAYDAY,
    PAYOUT,
    a_payable,
    charge,
    credit,
    draw,
    restore,
)
from .samples import ORDER

DISPUTE = UUID(int=0xD1)


def payable(*commands: Any) -> Scenario[Payable]:
    return Scenario(Payable).given(a_payable, *commands)


def debt(amount_minor: int, order_id: UUID = ORDER) -> dict[str, Any]:
    return {"order_id": str(order_id), "amount_minor": amount_minor}


def test_what_is_released_may_be_paid_out_and_has_its_payday() -> None:
    told = {"amount_minor": 900, "netted": [], "balance_minor": 900, "payday_at": PAYDAY}
    payable().when(credit(900)).then((Payable.Credited, told))


def test_a_payday_that_is_set_stays() -> None:
    payable(credit(900)).when(credit(100)).then((Payable.Credited, {"balance_minor": 1_000, "payday_at": None}))


def test_a_refund_takes_from_what_is_there() -> None:
    payable(credit(900)).when(charge(300)).then((Payable.Charged, {"owed_minor": 0, "balance_minor": 600}))


def test_a_refund_of_more_than_is_there_is_a_debt() -> None:
    scenario = payable(credit(900), draw(800)).when(charge(300))
    scenario.then((Payable.Charged, {"owed_minor": 200, "balance_minor": -200}))
    assert scenario.root is not None
    assert scenario.root.debts == [debt(200)]


def test_debts_are_paid_by_what_comes_next_the_oldest_first() -> None:
    scenario = payable(charge(200), charge(300, OTHER_ORDER)).when(credit(250, UUID(int=9)))
    told = {"netted": [debt(200), debt(50, OTHER_ORDER)], "balance_minor": -250, "payday_at": None}
    scenario.then((Payable.Credited, told))
    assert scenario.root is not None
    assert scenario.root.debts == [debt(250, OTHER_ORDER)]


def test_what_is_left_after_the_debts_has_a_payday() -> None:
    told = {"netted": [debt(200)], "balance_minor": 50, "payday_at": PAYDAY}
    payable(charge(200)).when(credit(250, OTHER_ORDER)).then((Payable.Credited, told))


def test_dub_2939_a_debt_is_never_dropped_by_a_payout_that_comes_back() -> None:
    scenario = payable(credit(900), draw(900), charge(500)).when(restore)
    scenario.then((Payable.Restored, {"amount_minor": 900, "netted": [debt(500)], "balance_minor": 400}))


def test_nothing_is_drawn_while_something_is_owed() -> None:
    """dub 2777: refunds must block future payouts."""
    payable(charge(200)).when(draw(1)).then_refused(BalanceTooLow)


def test_refuses_to_draw_more_than_is_there() -> None:
    payable(credit(900)).when(draw(901)).then_refused(BalanceTooLow)


def test_xboard_860_what_was_drawn_once_is_not_drawn_again() -> None:
    payable(credit(900), draw(900)).when(draw(900, OTHER_PAYOUT)).then_refused(BalanceTooLow)


def test_without_the_guard_it_is_drawn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Payable, "_has", lambda *_: True)
    twice = payable(credit(900), draw(900)).when(draw(900, OTHER_PAYOUT))
    twice.then((Payable.Drawn, {"balance_minor": -900}))


@pytest.mark.parametrize("amount_minor", [0, -1, -900])
def test_sspanel_10_nothing_and_less_than_nothing_is_not_drawn(amount_minor: int) -> None:
    payable(credit(900)).when(draw(amount_minor)).then_refused(AmountNotUsable)


@pytest.mark.parametrize("move", [credit, charge, lambda minor: reserve(minor)])
def test_refuses_to_move_less_than_nothing(move: Any) -> None:
    payable(credit(900)).when(move(-1)).then_refused(AmountNotUsable)


def test_what_is_drawn_on_one_day_is_added_up() -> None:
    payable(credit(900), draw(500)).when(draw(400, OTHER_PAYOUT)).then((Payable.Drawn, {"day_minor": 900}))


def test_a_payout_comes_back_once() -> None:
    payable(credit(900), draw(900), restore).when(restore).then_nothing()
    payable(credit(900)).when(restore).then_nothing()


def reserve(amount_minor: int, dispute_id: UUID = DISPUTE) -> Any:
    return lambda one: one.reserve(dispute_id, ORDER, amount_minor)


def free(payable: Payable) -> None:
    payable.free(DISPUTE, ORDER)


def test_what_is_disputed_stays_and_is_not_drawn() -> None:
    payable(credit(900), reserve(300)).when(draw(601)).then_refused(BalanceTooLow)
    payable(credit(900), reserve(300)).when(draw(600)).then((Payable.Drawn, {"balance_minor": 300}))


def test_what_is_disputed_and_not_there_any_more_is_no_debt_and_waits_for_what_comes_next() -> None:
    scenario = payable(credit(900), draw(900), reserve(500)).when(credit(600, OTHER_ORDER))
    scenario.then((Payable.Credited, {"netted": [], "balance_minor": 600}))
    assert scenario.root is not None
    assert (scenario.root.free_minor, scenario.root.debts) == (100, [])


def test_what_was_disputed_is_free_again_once() -> None:
    scenario = payable(credit(900), reserve(300)).when(free)
    scenario.then((Payable.Freed, {"dispute_id": DISPUTE, "order_id": ORDER, "amount_minor": 300}))
    payable(credit(900), reserve(300), free).when(draw(900)).then((Payable.Drawn, {"balance_minor": 0}))
    payable(credit(900), reserve(300), free).when(free).then_nothing()
    payable(credit(900), reserve(300)).when(reserve(300)).then_nothing()


def test_a_payday_that_pays_nothing_says_why() -> None:
    scenario = payable(credit(900)).when(lambda one: one.pass_payday("no_account", PAYDAY))
    scenario.then((Payable.Passed, {"reason": "no_account", "payday_at": PAYDAY}))
    assert scenario.root is not None
    assert scenario.root.passed_as == "no_account"


MOVES = st.lists(st.tuples(st.sampled_from(["credit", "charge", "draw", "restore"]), st.integers(1, 500)), max_size=40)


@given(MOVES)
@settings(max_examples=200, deadline=None)
def test_whatever_happens_debts_and_balance_say_the_same(moves: list[tuple[str, int]]) -> None:
    with acting(context()):
        one, expected, drawn = a_payable(), 0, list[tuple[UUID, int]]()
        for number, (move, amount_minor) in enumerate(moves):
            if move == "credit":
                one.credit(UUID(int=number), amount_minor, PAYDAY)
                expected += amount_minor
            elif move == "charge":
                one.charge(UUID(int=number), amount_minor)
                expected -= amount_minor
            elif move == "draw" and amount_minor <= expected:
                one.draw(UUID(int=number), amount_minor, NOON)
                drawn.append((UUID(int=number), amount_minor))
                expected -= amount_minor
            elif move == "restore" and drawn:
                payout_id, back_minor = drawn.pop()
                one.restore(payout_id, PAYDAY)
                expected += back_minor
            assert one.balance_minor == expected
            assert sum(debt["amount_minor"] for debt in one.debts) == max(0, -expected)
            assert [debt for debt in one.debts if debt["amount_minor"] <= 0] == []
    assert PAYOUT not in drawn
