"""What waits for its time to come: each must still have the row by which the clock finds it."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.mall import due
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import dispute_facts as disputes
from services.mall.domain import order_facts as orders
from services.mall.domain import payable_facts as payables
from services.mall.domain import payout_facts as payouts
from services.mall.domain import reconciliation_facts as reconciliations
from services.mall.domain.reconciliation import day_after
from services.mall.domain.seat import Seat
from services.mall.domain.unfreezing import Unfreezing

_INSTEAD = {due.REQUEST_REFUND_AGAIN: due.ASK_REFUND, due.TICKET_PAID: due.GATHERING_ENDS}
"""Rows of one kind by which what waits for another is found, too."""


class NothingWaitsForEver(Invariant):
    """A lost due row is stock that is never free again, or money that a party never gets."""

    name = "waiting"
    sentence = (
        "Every open checkout and dispute will end, every ticket that was paid for be delivered, every delivered order "
        "that is not disputed or in a case be released, every refund is asked for until it has ended, what is "
        "available to a party has its payday, what is pulled back or frozen its end, and the next day of the provider "
        "is imported."
    )

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._waiting: dict[tuple[str, UUID | str], int] = {}
        self._disputed: dict[UUID | str, set[UUID]] = defaultdict(set)
        """By order the disputes and cases that are open: while there is one, it is not released."""
        self._seats: dict[UUID | str, list[UUID]] = defaultdict(list)
        self._compared_to = ""

    @when(checkouts.Opened)
    def opened(self, position: int, fact: checkouts.Opened) -> None:
        if fact.expires_at is not None:
            self._waiting[due.EXPIRE, fact.originator_id] = position

    @when(checkouts.PaymentCaptured, checkouts.PaymentDeclined, checkouts.Expired, checkouts.Cancelled)
    def closed(self, _position: int, fact: Any) -> None:
        self._waiting.pop((due.EXPIRE, fact.originator_id), None)

    @when(checkouts.RefundDemanded)
    def to_go_back(self, position: int, fact: checkouts.RefundDemanded) -> None:
        self._wait(due.ASK_REFUND, _refund_of(fact), position)

    @when(checkouts.PaymentRefunded, checkouts.RefundFailed, checkouts.RefundSetOff)
    def back(self, position: int, fact: Any) -> None:
        is_left = getattr(fact, "status", None) == "demanded"
        self._wait(due.ASK_REFUND, _refund_of(fact), position if is_left else None)

    @when(orders.Paid)
    def paid(self, position: int, fact: orders.Paid) -> None:
        for line in fact.lines:
            if registration_id := line.get("registration_id"):
                self._seats[fact.originator_id].append(Seat.create_id(UUID(registration_id)))
                self._wait(due.GATHERING_ENDS, self._seats[fact.originator_id][-1], position)

    @when(orders.LineRefunded)
    def refunded(self, _position: int, fact: orders.LineRefunded) -> None:
        if fact.registration_id is not None:
            self._wait(due.GATHERING_ENDS, Seat.create_id(fact.registration_id), None)

    @when(orders.LineChargedBack)
    def charged_back(self, _position: int, fact: orders.LineChargedBack) -> None:
        self._came(fact.originator_id)

    @when(Seat.Ended)
    def seat_ended(self, _position: int, fact: Seat.Ended) -> None:
        self._wait(due.GATHERING_ENDS, fact.originator_id, None)

    @when(orders.Delivered)
    def delivered(self, position: int, fact: orders.Delivered) -> None:
        self._came(fact.originator_id)
        self._waiting[due.RELEASE, fact.originator_id] = position

    @when(orders.Released, orders.CancelledPaid)
    def released(self, _position: int, fact: Any) -> None:
        self._came(fact.originator_id)
        self._waiting.pop((due.RELEASE, fact.originator_id), None)

    @when(orders.Disputed)
    def disputed(self, _position: int, fact: orders.Disputed) -> None:
        self._disputed[fact.originator_id].add(fact.dispute_id)

    @when(orders.DisputeEnded)
    def goes_on(self, _position: int, fact: orders.DisputeEnded) -> None:
        self._disputed[fact.originator_id].discard(fact.dispute_id)

    @when(orders.CaseOpened)
    def case_opened(self, _position: int, fact: orders.CaseOpened) -> None:
        self._disputed[fact.originator_id].add(fact.case_id)

    @when(orders.CaseClosed)
    def case_closed(self, _position: int, fact: orders.CaseClosed) -> None:
        self._disputed[fact.originator_id].discard(fact.case_id)

    @when(disputes.Opened)
    def dispute_opened(self, position: int, fact: disputes.Opened) -> None:
        self._waiting[due.ASK_DISPUTE, fact.originator_id] = position

    @when(disputes.Won, disputes.Lost)
    def dispute_ended(self, _position: int, fact: Any) -> None:
        self._waiting.pop((due.ASK_DISPUTE, fact.originator_id), None)

    @when(payables.Credited, payables.Charged, payables.Drawn, payables.Restored, payables.PulledBack)
    def balanced(self, position: int, fact: Any) -> None:
        self._wait(due.PAY_DAY, fact.originator_id, position if fact.balance_minor > 0 else None)

    @when(payouts.Requested)
    def requested(self, position: int, fact: payouts.Requested) -> None:
        self._wait(due.SEND_PAYOUT, fact.originator_id, None if fact.needs_approval else position)

    @when(payouts.Approved)
    def approved(self, position: int, fact: payouts.Approved) -> None:
        self._wait(due.SEND_PAYOUT, fact.originator_id, position if fact.is_last else None)

    @when(payouts.Cancelled)
    def given_up(self, _position: int, fact: payouts.Cancelled) -> None:
        self._wait(due.SEND_PAYOUT, fact.originator_id, None)

    @when(payouts.Sent)
    def sent(self, position: int, fact: payouts.Sent) -> None:
        self._wait(due.SEND_PAYOUT, fact.originator_id, None)
        self._wait(due.ASK_TRANSFER, fact.originator_id, position)

    @when(payouts.Paid, payouts.Failed)
    def told(self, _position: int, fact: Any) -> None:
        self._wait(due.ASK_TRANSFER, fact.originator_id, None)

    @when(payouts.PullBackDemanded)
    def pull_back_demanded(self, position: int, fact: payouts.PullBackDemanded) -> None:
        self._wait(due.PULL_BACK, f"{fact.originator_id}/{fact.pull_back_id}", position)

    @when(payouts.PulledBack, payouts.PullBackFailed)
    def pull_back_told(self, _position: int, fact: Any) -> None:
        self._wait(due.PULL_BACK, f"{fact.originator_id}/{fact.pull_back_id}", None)

    @when(Unfreezing.Demanded)
    def unfreezing(self, position: int, fact: Unfreezing.Demanded) -> None:
        self._wait(due.UNFREEZE, fact.originator_id, position)

    @when(Unfreezing.Unfrozen, Unfreezing.Failed)
    def unfrozen(self, _position: int, fact: Any) -> None:
        self._wait(due.UNFREEZE, fact.originator_id, None)

    @when(reconciliations.Opened)
    def first_day(self, position: int, fact: reconciliations.Opened) -> None:
        self._wait(due.IMPORT_STATEMENT, fact.first_day, position)

    @when(reconciliations.StatementDemanded)
    def demanded(self, position: int, fact: reconciliations.StatementDemanded) -> None:
        """Of a day that was compared before, the same statement again leaves no trace."""
        if fact.day > self._compared_to:
            self._wait(due.IMPORT_STATEMENT, fact.day, position)

    @when(reconciliations.DayCompared)
    def compared(self, position: int, fact: reconciliations.DayCompared) -> None:
        self._compared_to = max(self._compared_to, fact.day)
        self._wait(due.IMPORT_STATEMENT, fact.day, None)
        if fact.statement_version == 1:
            self._wait(due.IMPORT_STATEMENT, day_after(fact.day), position)

    def _came(self, order_id: UUID | str) -> None:
        """Its gathering has taken place, or what was paid for its seats went back."""
        for seat_id in self._seats[order_id]:
            self._wait(due.GATHERING_ENDS, seat_id, None)

    def _wait(self, kind: str, subject: UUID | str, position: int | None) -> None:
        """From this position on it waits; None when it does no longer."""
        if position is None:
            self._waiting.pop((kind, subject), None)
        else:
            self._waiting[kind, subject] = position

    def finish(self) -> None:
        rows = set(self._store.due_rows())
        rows |= {(_INSTEAD[kind], subject) for kind, subject in rows if kind in _INSTEAD}
        for (kind, subject), position in self._waiting.items():
            if (kind, str(subject)) not in rows and not (kind == due.RELEASE and self._disputed[subject]):
                raise Broken(f"{kind!r} will never come: it has no due row", position, str(subject))


def _refund_of(fact: Any) -> str:
    """The subject of its row."""
    return f"{fact.originator_id}/{fact.refund_id}"
