"""A case: buyer and seller do not agree about an order; somebody always has to act, and by when is known."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, event

from . import case_facts as facts
from . import refusals
from .case_terms import CaseTermsValues, Hours
from .form import check_reason
from .order import Order

__all__ = ["BUYER", "DECISIONS", "OUTCOMES", "PLATFORM", "REASONS", "SELLER", "STAGES", "Case"]

BUYER, SELLER, PLATFORM = "buyer", "seller", "platform"
AWAITING_SELLER, AWAITING_BUYER, AWAITING_OPERATOR = "awaiting_seller", "awaiting_buyer", "awaiting_operator"
AWAITING_BANK, CLOSED = "awaiting_bank", "closed"
STAGES = (AWAITING_SELLER, AWAITING_BUYER, AWAITING_OPERATOR, AWAITING_BANK, CLOSED)
BY_PLATFORM = (AWAITING_OPERATOR, AWAITING_BANK)
"""The stages whose deadline the platform has to keep: when it passes, the case is overdue and waits on."""
REASONS = ("not_arrived", "not_as_described", "return_not_answered", "refund_not_received", "other")
"""For which a buyer opens one."""
RETURN_NOT_ANSWERED, DISPUTED = "return_not_answered", "disputed"
WHOLE, PART, REJECT = "refund_whole", "refund_part", "reject"
DECISIONS = (WHOLE, PART, REJECT)
SETTLED, LEFT_ALONE, NOTHING_LEFT = "settled", "left_alone", "nothing_left"
OUTCOMES = {WHOLE: "refunded", PART: "refunded_in_part", REJECT: "rejected"}
"""What becomes of a case by a decision. Others are settled and left_alone, by the buyer; nothing_left, when all of it
went back meanwhile; dispute_won and dispute_lost."""
CASE_DECIDED = "case_decided"
"""Why a refund that was decided in a case is demanded."""
MOST_SAID = 100
"""So much each side may add to a case, so that none can take the words of another."""
BANK_DAYS = 120
"""So long a dispute may take before somebody has to look at it."""


class Case(AggregateRoot):
    """One case about one order; ``stage`` says who has to act, ``deadline`` by when.

    awaiting_seller -> awaiting_buyer -> awaiting_operator -> closed. Silence of the seller escalates it, silence of the
    buyer closes it, silence of the platform makes it ``overdue``, so many times. One that hangs on a dispute goes
    from awaiting_seller to awaiting_bank, and ends with the dispute.
    """

    TOPIC = "mall:Case"
    state_is_impersonal = True
    snapshot_version = 2
    Opened = facts.Opened
    Answered = facts.Answered
    Said = facts.Said
    Escalated = facts.Escalated
    Overdue = facts.Overdue
    Decided = facts.Decided
    Closed = facts.Closed

    @staticmethod
    def create_id(case_id: UUID) -> UUID:
        return case_id

    @classmethod
    def open(
        cls, case_id: UUID, order: Order, reason: str, terms: CaseTermsValues, now: datetime, side: str = BUYER,
        text: str | None = None, line_id: str | None = None, dispute_id: UUID | None = None,
    ) -> "Case":  # fmt: skip
        """A new one about an order, which takes note of it itself. Raises ``NoSuchLine``, ``CaseTooLate``."""
        check_reason(reason)
        if line_id is not None and line_id not in order.lines:
            raise refusals.NoSuchLine(order_id=order.id, line_id=line_id)
        if side == BUYER:
            _check_in_time(order, terms, now)
        hours = {name: terms[name] for name in Hours.__annotations__}  # type: ignore[literal-required]
        deadline = now + timedelta(hours=terms["seller_hours"])
        return cls(
            case_id, order.id, line_id, dispute_id, order.buyer_id, order.seller_id, order.seller_person_id,
            order.currency, side, reason, text, hours, AWAITING_SELLER, deadline,
        )  # fmt: skip

    @event(Opened)
    def __init__(
        self, case_id: UUID, order_id: UUID, line_id: str | None, dispute_id: UUID | None, buyer_id: UUID,
        seller_id: UUID, seller_person_id: UUID, currency: str, side: str, reason: str, text: str | None,
        hours: dict[str, Any], stage: str, deadline: datetime,
    ) -> None:  # fmt: skip
        self.order_id = order_id
        self.line_id = line_id
        self.dispute_id = dispute_id
        self.buyer_id = buyer_id
        self.seller_id = seller_id
        self.seller_person_id = seller_person_id
        self.hours = hours
        self.reason = reason
        self.stage = stage
        self.deadline = deadline
        self.overdue = 0
        self.decision: str | None = None
        self.said: dict[str, int] = {}

    @property
    def is_open(self) -> bool:
        """Somebody still has to act."""
        return self.stage != CLOSED

    @property
    def ends_returns(self) -> bool:
        """Whether with its end nobody waits any more for what was sent back: it was about that, or was decided."""
        return self.reason == RETURN_NOT_ANSWERED or self.decision is not None

    def side_of(self, person_id: UUID) -> str:
        """As what somebody speaks in it."""
        return {self.buyer_id: BUYER, self.seller_person_id: SELLER}.get(person_id, PLATFORM)

    def answer(self, text: str, now: datetime) -> None:
        """The seller answers: it is the buyer's turn, or the bank's. Raises ``CaseAwaitsOther``."""
        self._check_stage(AWAITING_SELLER)
        stage = AWAITING_BUYER if self.dispute_id is None else AWAITING_BANK
        self._answered(self.seller_person_id, text, stage, self._until(stage, now))

    @event(Answered)
    def _answered(self, person_id: UUID, text: str, stage: str, deadline: datetime) -> None:
        self.stage, self.deadline = stage, deadline

    def say(self, person_id: UUID, text: str, sha256: str | None) -> None:
        """Somebody who takes part adds something; it is nobody else's turn by that.

        Raises ``CaseAwaitsOther`` once it is closed, and ``CaseFull``.
        """
        self._check_stage(*STAGES[:-1])
        side = self.side_of(person_id)
        if self.said.get(side, 0) >= MOST_SAID:
            raise refusals.CaseFull(case_id=self.id, most=MOST_SAID)
        self._said(person_id, side, text, sha256)

    @event(Said)
    def _said(self, person_id: UUID, side: str, text: str, sha256: str | None) -> None:
        self.said[side] = self.said.get(side, 0) + 1

    def escalate(self, text: str, now: datetime) -> None:
        """The buyer does not accept the answer. Raises ``CaseAwaitsOther``."""
        self._check_stage(AWAITING_BUYER)
        self._escalate(self.buyer_id, BUYER, text, now)

    def _escalate(self, person_id: UUID | None, side: str, text: str | None, now: datetime) -> None:
        stage = AWAITING_OPERATOR if self.dispute_id is None else AWAITING_BANK
        self._escalated(person_id, side, text, stage, self._until(stage, now))

    @event(Escalated)
    def _escalated(
        self, person_id: UUID | None, side: str, text: str | None, stage: str, deadline: datetime
    ) -> None:  # fmt: skip
        self.stage, self.deadline = stage, deadline

    def settle(self) -> None:
        """The buyer is content. Raises ``CaseAwaitsOther`` once it is closed, or where a bank decides."""
        self._check_stage(*STAGES[:-1])
        if self.dispute_id is not None:
            raise refusals.CaseAwaitsOther(case_id=self.id, stage=AWAITING_BANK)
        self._close(SETTLED)

    def decide(
        self, decided_by: UUID, decision: str, amount_minor: int, left_minor: int, reason: str, text: str,
        is_own: bool = False,
    ) -> int:  # fmt: skip
        """An operator decides; answers how much of ``left_minor`` goes back to the buyer. ``is_own``: she earns by it.

        Raises ``OwnCase``, ``CaseAwaitsOther``, ``DecisionNotUsable``, ``NothingToRefund``, ``ReasonNotCode``.
        """
        check_reason(reason)
        if not self._is_unconcerned(decided_by, is_own):
            raise refusals.OwnCase()
        self._check_stage(AWAITING_OPERATOR)
        if (decision == PART) != (0 < amount_minor < left_minor) or (decision != PART and amount_minor):
            raise refusals.DecisionNotUsable(most=max(0, left_minor - 1))
        if decision == WHOLE and not left_minor:
            raise refusals.NothingToRefund()
        back_minor = left_minor if decision == WHOLE else amount_minor
        self._decided(decided_by, decision, back_minor, reason, text)
        self._close(OUTCOMES[decision], back_minor)
        return back_minor

    @event(Decided)
    def _decided(self, decided_by: UUID, decision: str, amount_minor: int, reason: str, text: str) -> None:
        self.decision = decision

    def pass_deadline(self, now: datetime, recorded_at: datetime) -> None:
        """The time of whoever had to act is over. What follows has its time from ``recorded_at`` on, so that a clock
        that stood still takes none of it away.

        Raises ``CaseNotDue``, and ``CaseAwaitsOther`` once it is closed.
        """
        self._check_stage(*STAGES[:-1])
        if now < self.deadline:
            raise refusals.CaseNotDue(case_id=self.id, deadline=self.deadline.isoformat())
        if self.stage == AWAITING_SELLER:
            self._escalate(None, PLATFORM, None, recorded_at)
        elif self.stage == AWAITING_BUYER:
            self._close(LEFT_ALONE)
        else:
            deadline = recorded_at + timedelta(hours=self.hours["operator_hours"])
            self._overdue_again(self.overdue + 1, self.stage, deadline)

    @event(Overdue)
    def _overdue_again(self, times: int, stage: str, deadline: datetime) -> None:
        self.overdue, self.deadline = times, deadline

    def end(self, outcome: str) -> None:
        """Something else has ended it: its dispute, or that nothing of it is left. Raises ``CaseAwaitsOther``."""
        self._check_stage(*STAGES[:-1])
        self._close(outcome)

    def _close(self, outcome: str, amount_minor: int = 0) -> None:
        self._closed(self.order_id, self.seller_id, outcome, amount_minor)

    @event(Closed)
    def _closed(self, order_id: UUID, seller_id: UUID, outcome: str, amount_minor: int) -> None:
        self.stage = CLOSED

    def _until(self, stage: str, now: datetime) -> datetime:
        if stage == AWAITING_BANK:
            return now + timedelta(days=BANK_DAYS)
        hours = {AWAITING_BUYER: "buyer_hours", AWAITING_OPERATOR: "operator_hours"}[stage]
        return now + timedelta(hours=self.hours[hours])

    def _is_unconcerned(self, person_id: UUID, is_own: bool) -> bool:
        """The guard that nobody decides his own case; tests switch it off to see that they need it."""
        return not is_own and self.side_of(person_id) == PLATFORM

    def _check_stage(self, *stages: str) -> None:
        if self.stage not in stages:
            raise refusals.CaseAwaitsOther(case_id=self.id, stage=self.stage)


def _check_in_time(order: Order, terms: CaseTermsValues, now: datetime) -> None:
    if order.delivered_at is None:
        return
    until = order.delivered_at + timedelta(days=terms["open_days"])
    if now > until:
        raise refusals.CaseTooLate(order_id=order.id, until=until.isoformat())
