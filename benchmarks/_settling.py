"""The ``agora`` command with a payment provider within the process: ``python -m benchmarks._settling work mall``.

It settles every payment at once, as the providers did with which other shops were measured; a payment by
"card_slow" stays open, as while somebody still types her code.
"""

from contextlib import ExitStack
from typing import Any
from uuid import UUID

from services.apart import opening
from services.cli.main import main
from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import PaymentOutcome, PaymentRequest, RefundOutcome, RefundRequest
from services.mall.payments.statements import StatementPage
from services.settings import Settings


class SettlingProvider:
    """Fills the port of the mall; remembers what it was asked for."""

    def __init__(self) -> None:
        self._payments: dict[UUID, PaymentOutcome] = {}
        self._refunds: dict[UUID, RefundOutcome] = {}

    def request_payment(self, request: PaymentRequest) -> PaymentOutcome:
        """Takes the money at once, or will take it one day."""
        self._payments[request.payment_id] = PaymentOutcome(
            request.payment_id, "processing" if request.method.startswith("card_slow") else "captured",
            request.amount_minor, request.currency, request.method,
        )  # fmt: skip
        return self._payments[request.payment_id]

    def payment(self, payment_id: UUID, again: bool = False) -> PaymentOutcome:  # noqa: ARG002
        """Where it stands."""
        return self._payments.get(payment_id) or PaymentOutcome(payment_id, "absent")

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        """Gives it back at once."""
        paid = self._payments[request.payment_id]
        self._refunds[request.refund_id] = RefundOutcome(
            request.refund_id, "succeeded", request.payment_id, request.amount_minor, paid.currency, paid.method
        )
        return self._refunds[request.refund_id]

    def refund(self, refund_id: UUID) -> RefundOutcome:
        """Where it stands."""
        return self._refunds.get(refund_id) or RefundOutcome(refund_id, "absent")

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        """There is none."""
        return DisputeOutcome(dispute_id, "absent")

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:  # noqa: ARG002
        """There are none."""
        return []

    def statement(self, day: str, after: str | None = None) -> StatementPage:  # noqa: ARG002
        """It states nothing."""
        return StatementPage("unknown")


def _mall(settings: Settings, held: ExitStack) -> dict[str, Any]:  # noqa: ARG001
    return {"provider": SettlingProvider(), "callback_url": "http://127.0.0.1/nobody"}


if __name__ == "__main__":
    opening.EXTRAS["mall"] = _mall
    main()
