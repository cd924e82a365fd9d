"""Asking for a refund, and asking what became of it."""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from services.kernel.flow.due import AskAgain, Decide
from services.kernel.store.recorder import DueRow
from services.kernel.store.unit import Unit
from services.mall.application import Mall
from services.mall.domain.checkout import Checkout
from services.mall.domain.refusals import NoSuchCheckout
from services.mall.due import REQUEST_REFUND, REQUEST_REFUND_AGAIN
from services.mall.payments.asking import NO_ANSWER, WITHOUT_PROVIDER, WITHOUT_PROVIDER_SECONDS, Asking, Reach, pause
from services.mall.payments.outcomes import as_code, is_final
from services.mall.payments.port import RefundOutcome, RefundRequest

PAID_ELSEWHERE = "paid_elsewhere"
CONTRADICTING = {"refunded": ("failed", "returned"), "failed": ("succeeded",), "returned": ("succeeded",)}
"""By how a refund stands here, what the provider may call back that does not follow from it."""


class _Refund(NamedTuple):
    checkout_id: UUID
    refund_id: UUID
    payment_id: UUID | None
    amount_minor: int
    is_disputed: bool
    is_over: bool
    """Banks took more for the buyer than the orders had left."""


class RefundErrands(Asking):
    """Each refund is requested once, under its own id; one that failed is demanded again by an operator alone. While
    the bank of the buyer disputes the payment nothing is requested, and what it took is not sent once more."""

    def request(self, row: DueRow) -> Decide | AskAgain:
        """Request it. What was paid elsewhere cannot go back here: it fails, and stays due to the buyer."""
        refund, reach = self._refund(row), self.reach()
        if refund.payment_id is None:
            return self.decide(lambda mall: mall.fail_refund(refund.checkout_id, refund.refund_id, PAID_ELSEWHERE))
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        if refund.is_disputed or refund.is_over:  # perhaps it was requested, and this process died before it was noted
            return self.ask(row)
        outcome = _request(reach, refund)
        return self._told(refund, outcome) if is_final(outcome) else self.nothing()

    def ask(self, row: DueRow) -> Decide | AskAgain:
        """Ask what became of it; one that the provider never heard of is requested again, under the same id: once what
        the request before has brought is decided, since that may be made at this moment, and what is refused there
        must not be granted here."""
        refund, reach = self._refund(row), self.reach()
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        outcome = reach.provider.refund(refund.refund_id, _payment_id(refund))
        if outcome.status == "absent" and refund.is_disputed:
            return AskAgain(pause(row.tries))
        if outcome.status == "absent" and refund.is_over:
            return self.decide(lambda mall: mall.set_off_refund(refund.checkout_id, refund.refund_id))
        if outcome.status == "absent" and row.kind != REQUEST_REFUND_AGAIN:
            return self._request_again(refund, row.subject)
        if outcome.status == "absent":
            outcome = _request(reach, refund)
        return self._told(refund, outcome) if is_final(outcome) else AskAgain(pause(row.tries), NO_ANSWER)

    def believed(self, outcome: RefundOutcome) -> RefundOutcome:
        """What is decided when the provider calls this back. News may come late and in any order, so what contradicts
        what is known is asked for; what failed after it had succeeded has come back. Raises NoSuchCheckout."""
        checkout_id, reach = self.service.recorder.side("payment", str(outcome.payment_id)), self.reach()
        if checkout_id is None or outcome.payment_id is None:
            raise NoSuchCheckout()
        found = self.service.executor.foresight.seen(Checkout, UUID(checkout_id.decode()), _states)
        known = (found or {}).get(str(outcome.refund_id), "")
        if reach is None or outcome.status not in CONTRADICTING.get(known, ()):
            return outcome
        stands = reach.provider.refund(outcome.refund_id, outcome.payment_id)
        is_back = known == "refunded" and stands.status == "failed"
        return replace(stands, status="returned") if is_back else stands

    def _request_again(self, refund: _Refund, subject: str) -> Decide:
        """From now on one row alone requests it, unless its end is known."""

        def decide(unit: Unit) -> None:
            checkout = Mall(unit, self.service.views).checkout(refund.checkout_id)
            if checkout.refund(refund.refund_id)["status"] == "demanded":
                unit.clear_due(DueRow(REQUEST_REFUND, subject, None))
                unit.set_due(REQUEST_REFUND_AGAIN, subject, unit.context.recorded_at)

        return decide

    def _told(self, refund: _Refund, outcome: RefundOutcome) -> Decide:
        if outcome.status == "failed":  # a request that is refused has no payment to find the checkout by
            reason = as_code(outcome.reason)
            return self.decide(lambda mall: mall.fail_refund(refund.checkout_id, refund.refund_id, reason))
        return self.told(outcome, refund.checkout_id, _payment_id(refund))

    def _refund(self, row: DueRow) -> _Refund:
        checkout_id, _, refund_id = row.subject.partition("/")

        def see(checkout: Checkout) -> _Refund:
            amount_minor = checkout.refunds[refund_id]["amount_minor"]
            is_over = checkout.over_minor > 0
            return _Refund(
                checkout.id, UUID(refund_id), checkout.payment_id, amount_minor, checkout.is_disputed, is_over
            )

        refund = self.service.executor.foresight.seen(Checkout, UUID(checkout_id), see)
        assert refund is not None, "a refund is due for a checkout that is stored"
        return refund


def _states(checkout: Checkout) -> dict[str, str]:
    return {refund_id: refund["status"] for refund_id, refund in checkout.refunds.items()}


def _request(reach: Reach, refund: _Refund) -> RefundOutcome:
    return reach.provider.request_refund(
        RefundRequest(refund.refund_id, _payment_id(refund), refund.amount_minor, reach.callback_url)
    )


def _payment_id(refund: _Refund) -> UUID:
    assert refund.payment_id is not None, "only what was paid here is asked back here"
    return refund.payment_id
