"""Disputes: the bank of a buyer takes a captured payment back, whatever was refunded of it, and is right or not."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from simulators.payments.callbacks import Courier
from simulators.payments.problems import Refused
from simulators.payments.script import behaviour_of
from simulators.payments.transactions import Transaction

FEE_MINOR = 1_500
"""What the provider takes for a dispute that is lost."""
REASON = "fraudulent"


@dataclass
class Dispute:
    """All of a payment is taken when it opens; ``won`` gives it back, ``lost`` takes a fee besides."""

    dispute_id: str
    payment_id: str
    amount_minor: int
    currency: str
    callback_url: str
    status: Literal["opened", "won", "lost"] = "opened"

    @property
    def event_id(self) -> str:
        """The webhook-id of what is told: derived, so that a restart sends the same one."""
        return f"evt_dispute_{self.dispute_id}_{self.status}"

    def document(self) -> dict[str, Any]:
        """The dispute as it stands now, as the API shows it."""
        return {
            "dispute_id": self.dispute_id, "payment_id": self.payment_id, "amount_minor": self.amount_minor,
            "fee_minor": FEE_MINOR, "currency": self.currency, "reason": REASON, "status": self.status,
        }  # fmt: skip

    def movement(self, at: str) -> dict[str, Any]:
        """The line of the statement: what was taken or given back, or the fee."""
        amount_minor = {"opened": -self.amount_minor, "won": self.amount_minor, "lost": -FEE_MINOR}[self.status]
        return {
            "kind": "dispute", "payment_id": self.payment_id, "refund_id": None, "dispute_id": self.dispute_id,
            "status": self.status, "amount_minor": amount_minor, "currency": self.currency, "settled_at": at,
        }  # fmt: skip


class Disputes:
    """All disputes, as the rows of the book say; ``record`` writes one there, which comes back by ``apply``."""

    def __init__(self, record: Callable[[dict[str, Any]], None]) -> None:
        self._record = record
        self._known: dict[str, Dispute] = {}

    def find(self, dispute_id: str) -> Dispute:
        """The dispute; Refused 404 when there is none."""
        if dispute_id not in self._known:
            raise Refused(404, "no_such_dispute", f"There is no dispute {dispute_id}.")
        return self._known[dispute_id]

    def listed(self, payment_id: str | None = None) -> list[Dispute]:
        """All of them, or those of a payment, in the order in which they were opened."""
        return [one for one in self._known.values() if payment_id in (None, one.payment_id)]

    def become(self, payment: Transaction, status: str, at: str) -> None:
        """A dispute of the payment is opened, or ends."""
        told = {"dispute_id": f"dp_{payment.transaction_id}", "payment_id": payment.transaction_id}
        of_payment = {"amount_minor": payment.taken_minor, "currency": payment.currency}
        called = {"callback_url": payment.callback_url, "status": status}
        self._record({"row": "dispute", "at": at, **told, **of_payment, **called})

    def apply(self, row: dict[str, Any]) -> dict[str, Any]:
        """Takes in a row of the book; the movement of money that it is."""
        at = row.pop("at")
        dispute = self._known[row["dispute_id"]] = Dispute(**row)
        return dispute.movement(at)


class Course:
    """What becomes of a captured payment whose method is disputed: opened after a while, ended after another."""

    def __init__(
        self, disputes: Disputes, courier: Courier, now: Callable[[], str], delivered: Callable[[str], None],
        is_delivered: Callable[[str], bool],
    ) -> None:  # fmt: skip
        self._disputes, self._courier, self._now = disputes, courier, now
        self._delivered, self._is_delivered = delivered, is_delivered

    def is_unfinished(self, payment: Transaction) -> bool:
        """Whether something is still to happen or to be told."""
        if payment.kind != "payment" or payment.status != "captured" or not behaviour_of(payment.method).dispute:
            return False
        found = self._disputes.listed(payment.transaction_id)
        return not found or found[0].status == "opened" or not self._is_delivered(found[0].event_id)

    async def run(self, payment: Transaction) -> None:
        """Goes on with it from where it stands."""
        if not self.is_unfinished(payment):
            return
        behaviour = behaviour_of(payment.method)
        if not self._disputes.listed(payment.transaction_id):
            await asyncio.sleep(behaviour.delay_seconds)
            self._disputes.become(payment, "opened", self._now())
        (dispute,) = self._disputes.listed(payment.transaction_id)
        if dispute.status == "opened":
            await self._tell(dispute)
            await asyncio.sleep(behaviour.delay_seconds)
            self._disputes.become(payment, str(behaviour.dispute), self._now())
        await self._tell(self._disputes.find(dispute.dispute_id))

    async def _tell(self, dispute: Dispute) -> None:
        if self._is_delivered(dispute.event_id):
            return
        event = {"type": f"dispute.{dispute.status}", "id": dispute.event_id, "data": dispute.document()}
        if await self._courier.deliver(dispute.callback_url, dispute.event_id, event):
            self._delivered(dispute.event_id)
