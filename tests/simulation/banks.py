"""What the payment provider and the banks behind it do, and how they say so: once, twice, late, or never."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.rooms.mall.provider_double import ProviderDouble

from .chance import Chance

CallBack = Callable[[str, str, dict[str, Any]], bool]
"""Of an event, its kind and its document; whether the mall has confirmed it."""
FAULTS = ["lost", "dropped", "account_closed"]


class Banks:
    """Everything that is under way there comes to an end some time. Payments and refunds are told at once or never, all
    else until it is heard, perhaps after somebody has asked."""

    def __init__(self, chance: Chance, provider: ProviderDouble, call_back: CallBack) -> None:
        self._chance, self.provider, self._call_back = chance, provider, call_back
        self._unheard: dict[str, tuple[str, dict[str, Any]]] = {}
        self._to_return: list[Any] = []

    def step(self) -> None:
        """Some of it ends, and is told."""
        if self._chance.goes_wrong(10):
            self.provider.faults.append(self._chance.one_of(FAULTS))
        for payment_id in _with(self.provider.payments, "processing"):
            if self._chance.once_in(2):
                done = self.provider.decline if self._chance.once_in(5) else self.provider.capture
                done(payment_id)
                status = self.provider.payments[payment_id]["status"]
                self._say(f"payment.{status}", payment_id, self.provider.document(payment_id))
        for refund_id in _with(self.provider.refunds, "processing"):
            if self._chance.once_in(2):
                ended = "failed" if self._chance.goes_wrong(5) else "succeeded"
                self.provider.end_refund(refund_id, ended, "card_closed" if ended == "failed" else "")
                self._say(f"refund.{ended}", refund_id, self.provider.refund_document(refund_id))
        self._end_transfers()
        self._dispute()
        self._say_again()

    def come_right(self) -> None:
        """Whatever was disputed is decided, and nobody disputes anything any more."""
        for dispute_id in _open(self.provider):
            self._end_dispute(dispute_id)

    def _end_transfers(self) -> None:
        for transfer_id in _with(self.provider.transfers, "pending"):
            if self._chance.once_in(2):
                ended = "failed" if self._chance.once_in(5) else "paid"
                self.provider.end_transfer(transfer_id, ended, "account_closed" if ended == "failed" else "")
                self._keep_saying(f"transfer.{ended}", transfer_id, self.provider.transfer_document(transfer_id))
                self._to_return += [transfer_id] if ended == "paid" and self._chance.once_in(4) else []
        for transfer_id in list(self._to_return):
            if self._chance.once_in(3):
                self._to_return.remove(transfer_id)
                self.provider.end_transfer(transfer_id, "returned", "account_closed")
                self._keep_saying("transfer.returned", transfer_id, self.provider.transfer_document(transfer_id))

    def _dispute(self) -> None:
        captured = list(_with(self.provider.payments, "captured"))
        known = self.provider.disputed.known
        if captured and self._chance.goes_wrong(40):
            payment_id = self._chance.one_of(captured)
            payment = self.provider.payments[payment_id]
            taken = sum(one.amount_minor for one in known.values() if one.payment_id == payment_id)
            amount = self._chance.one_of([payment["amount_minor"], max(1, payment["amount_minor"] // 3)])
            if taken + amount <= payment["amount_minor"]:
                dispute_id = f"dp_{len(known)}"
                fee = self._chance.one_of([0, 15, 1_500])
                self.provider.disputed.open(dispute_id, payment_id, amount, fee)
                self._keep_saying("dispute.opened", dispute_id, self.provider.disputed.document(dispute_id))
        for dispute_id in _open(self.provider):
            if self._chance.goes_wrong(15):
                self._end_dispute(dispute_id)

    def _end_dispute(self, dispute_id: str) -> None:
        outcome = "won" if self._chance.once_in(2) else "lost"
        self.provider.disputed.end(dispute_id, outcome)  # type: ignore[arg-type]
        self._keep_saying(f"dispute.{outcome}", dispute_id, self.provider.disputed.document(dispute_id))

    def _say(self, kind: str, about: object, document: dict[str, Any]) -> None:
        """As often as it happens: the mall asks for what it was not told."""
        for _ in range(self._chance.between(0, 2) if self._chance.faults else 1):
            self._call_back(f"{kind}-{about}", kind, document)

    def _keep_saying(self, kind: str, about: object, document: dict[str, Any]) -> None:
        self._unheard[f"{kind}-{about}"] = kind, document

    def _say_again(self) -> None:
        """In any order; what was confirmed is told once more now and then, as another event."""
        for event_id, told in sorted(self._unheard.items(), key=lambda _: self._chance.between(0, 9)):
            if self._chance.goes_wrong(2):
                continue
            if self._call_back(event_id, *told):
                del self._unheard[event_id]
                if self._chance.once_in(2):
                    self._unheard[f"{event_id}-again"] = told


def _with(held: dict[Any, dict[str, Any]], status: str) -> Iterator[Any]:
    return iter([one for one, fields in held.items() if fields["status"] == status])


def _open(provider: ProviderDouble) -> list[str]:
    return [one for one, known in provider.disputed.known.items() if known.status == "opened"]
