"""Faults put into the money on purpose: a machine, and an audit, that do not find them find nothing."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest
from hypothesis.stateful import run_state_machine_as_test

from services.kernel.store.invariants import Broken
from services.mall.application.case_keeping import CaseKeeping
from services.mall.domain import agreement_terms, attribution, lines, payout, shares
from services.mall.domain.dispute import Dispute
from services.mall.domain.ledger import Account, Entries, credit, debit
from services.mall.domain.order import Order
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.postings import OrderPostings
from services.mall.domain.shares import WHOLE_BPS
from services.mall.domain.tariff import Tariff

from .money_machine import goods
from .money_machine.money import BROKEN, MoneyMachine

pytestmark = [pytest.mark.in_files, pytest.mark.timeout(0)]
Plant = Callable[[pytest.MonkeyPatch], None]
ALLOCATE, REFUNDED = shares.allocate, OrderPostings.refunded


def _rounding(patch: pytest.MonkeyPatch) -> None:
    """What is left over goes to the last party, not to the one with the largest fraction: it still adds up."""

    def to_the_last(amount: int, weights: Sequence[int]) -> list[int]:
        whole = sum(weights) or 1
        parts = [amount * weight // whole for weight in weights]
        parts[-1] += amount - sum(parts)
        return parts

    patch.setattr(shares, "allocate", to_the_last)


def _double_clawback(patch: pytest.MonkeyPatch) -> None:
    """A refund takes everybody's share twice, and owes the buyer twice as much: it balances."""

    def twice(self: OrderPostings, *told: Any) -> Any:
        once = REFUNDED(self, *told)
        return [entry | {"amount_minor": 2 * entry["amount_minor"]} for entry in once]

    patch.setattr(OrderPostings, "refunded", twice)


def _refund_without_reversal(patch: pytest.MonkeyPatch) -> None:
    """The buyer is owed the money, and everybody keeps the share."""

    def kept(self: OrderPostings, _part: Any, amount_minor: int, *_: Any) -> Any:
        return Entries(
            debit(Account.UNALLOCATED, self.checkout_id, amount_minor, self.currency),
            credit(Account.REFUNDS_DUE, self.checkout_id, amount_minor, self.currency),
        ).stored

    patch.setattr(OrderPostings, "refunded", kept)


def _held_money_given_out(patch: pytest.MonkeyPatch) -> None:
    """What is held is available before the return window has closed."""
    patch.setattr(Order, "_window_closed", lambda *_: True)


def _two_winners(patch: pytest.MonkeyPatch) -> None:
    """Community and member together have more than the pool, and never so much that nothing is left to the seller."""

    def too_much_for_each(way: Any, _member_share_bps: int) -> Mapping[str, int]:
        recipients = list(attribution._recipients(way))
        return dict.fromkeys(recipients, WHOLE_BPS if len(recipients) == 1 else 6_000)

    patch.setattr(attribution, "_parts", too_much_for_each)


def _lost_cent(patch: pytest.MonkeyPatch) -> None:
    """Every part of what goes back is rounded down, and the guard of the books does not look."""

    def rounded_down(amount: int, weights: Sequence[int]) -> list[int]:
        return [amount * weight // (sum(weights) or 1) for weight in weights]

    patch.setattr(lines, "allocate", rounded_down)
    patch.setattr(Entries, "_balanced", lambda _: True)


def _kept_fee_given_back(patch: pytest.MonkeyPatch) -> None:
    """The terms of the order say that the fee stays, and it goes back all the same."""
    patch.setattr(Order, "_fee_kept", lambda *_: 0)


def _disputed_money_given_out(patch: pytest.MonkeyPatch) -> None:
    """What a bank has taken is paid back, and released, as if it were there; no case about it is in the way."""
    patch.setattr(Order, "is_disputed", False)
    patch.setattr(CaseKeeping, "open_case_of_dispute", lambda *_: None)


def _dispute_borne_by_nobody(patch: pytest.MonkeyPatch) -> None:
    """A dispute is lost, and everybody keeps the share."""
    patch.setattr(Order, "_charge_back", lambda *_: None)


def _disputed_money_drawn(patch: pytest.MonkeyPatch) -> None:
    """What a bank may still take of a balance is paid out."""
    patch.setattr(Payable, "free_minor", property(lambda payable: payable.balance_minor))


def _drawn_twice(patch: pytest.MonkeyPatch) -> None:
    """What was drawn is there to be drawn again, as often as somebody asks."""
    patch.setattr(Payable, "_has", lambda *_: True)


def _dropped_debt(patch: pytest.MonkeyPatch) -> None:
    """What comes next pays no debt."""
    patch.setattr(Payable, "_net", lambda *_: [])


def _outcome_taken_twice(patch: pytest.MonkeyPatch) -> None:
    """A payout that did not arrive comes back as often as somebody says so."""

    def again(self: Payout, reason: str) -> None:
        self._failed(reason, self._postings.given_back())

    patch.setattr(Payout, "fail", again)


def _one_is_enough(patch: pytest.MonkeyPatch) -> None:
    """The first of two operators has it sent."""
    patch.setattr(payout, "APPROVALS", 1)


def _no_notice(patch: pytest.MonkeyPatch) -> None:
    """Whatever is announced may hold at once."""
    patch.setattr(Tariff, "_only_lowers", lambda *_: True)


def _nothing_agreed(patch: pytest.MonkeyPatch) -> None:
    """What seller and community agreed on is what the listing offers."""
    patch.setattr(agreement_terms, "_why_not", lambda *_: agreement_terms.ENDED)


def _news_taken_twice(patch: pytest.MonkeyPatch) -> None:
    """A dispute ends as often as it is told."""
    patch.setattr(Dispute, "_ends", lambda *_: True)


FAULTS: dict[str, Plant] = {
    "rounding": _rounding,
    "double clawback": _double_clawback,
    "refund without reversal": _refund_without_reversal,
    "held money given out": _held_money_given_out,
    "two winners of one attribution": _two_winners,
    "a lost cent": _lost_cent,
    "a kept fee given back": _kept_fee_given_back,
    "disputed money given out": _disputed_money_given_out,
    "a dispute borne by nobody": _dispute_borne_by_nobody,
    "disputed money drawn": _disputed_money_drawn,
    "drawn twice": _drawn_twice,
    "a dropped debt": _dropped_debt,
    "an outcome taken twice": _outcome_taken_twice,
    "one approval is enough": _one_is_enough,
    "a rule without notice": _no_notice,
    "nothing that was agreed": _nothing_agreed,
    "news taken twice": _news_taken_twice,
}
OF_THE_MODEL = ("rounding", "one approval is enough", "a rule without notice", "nothing that was agreed")
"""Whom the audit asks itself it does not contradict: who rounds otherwise does so everywhere."""
BY_THE_AUDIT = {name: plant for name, plant in FAULTS.items() if name not in OF_THE_MODEL}


class OnlyTheModel(MoneyMachine):
    """Nobody but the naive model is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.checker = Mock()

    def the_checker_passes_at_this_prefix(self) -> None:
        """Not asked here."""

    def teardown(self) -> None:
        self.shop.close()


class OnlyTheAudit(MoneyMachine):
    """Nobody but the invariants of ``agora audit`` is asked: the model may say what it likes."""

    def carry(self, actor_id: Any, decide: Any, accepts: bool = True, **more: Any) -> dict[str, Any]:
        answer = self.shop.carry(actor_id, decide, **more)
        self._read()
        self.checker.finish()
        return answer or {}

    def changes_nothing(self, actor_id: Any, decide: Any) -> None:
        self.carry(actor_id, decide)

    def opened_case(self, order: goods.Order) -> UUID:
        with suppress(AssertionError):
            return super().opened_case(order)
        return order.order_id

    def every_account_is_what_the_model_says(self) -> None:
        """Not asked here."""

    def every_purse_is_what_the_model_says(self) -> None:
        """Not asked here."""

    def every_payout_is_as_the_model_says(self) -> None:
        """Not asked here."""

    def nothing_waits(self) -> None:
        """Not asked here."""

    def teardown(self) -> None:
        self.shop.close()


@pytest.mark.parametrize("plant", FAULTS.values(), ids=FAULTS.keys())
def test_the_naive_model_finds(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or stumbles over what it has never heard of."""
    plant(monkeypatch)
    with pytest.raises((AssertionError, LookupError)):
        run_state_machine_as_test(OnlyTheModel, settings=BROKEN)


@pytest.mark.parametrize("plant", BY_THE_AUDIT.values(), ids=BY_THE_AUDIT.keys())
def test_the_audit_finds(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(Broken):
        run_state_machine_as_test(OnlyTheAudit, settings=BROKEN)
