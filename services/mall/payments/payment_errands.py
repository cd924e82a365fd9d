"""Asking for a payment, and asking what became of it."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.kernel.flow.due import AskAgain, Decide
from services.kernel.store.recorder import DueRow
from services.mall.domain.checkout import Checkout
from services.mall.domain.refusals import NoSuchCheckout
from services.mall.payments.asking import NO_ANSWER, WITHOUT_PROVIDER, WITHOUT_PROVIDER_SECONDS, Asking, Reach, pause
from services.mall.payments.outcomes import as_code, is_final
from services.mall.payments.port import PaymentOutcome, PaymentRequest

NEVER_REQUESTED = "never_requested"
KEYS_ARE_KEPT = timedelta(hours=23)
"""Providers forget an Idempotency-Key after a day; the first request came after the checkout was opened."""


class _Payment(NamedTuple):
    checkout_id: UUID
    payment_id: UUID
    opened_at: datetime
    is_awaited: bool
    amount_minor: int
    currency: str
    method: str


class PaymentErrands(Asking):
    """Each payment is requested once, under its own id; from then on the provider is asked until it says."""

    def request(self, row: DueRow) -> Decide | AskAgain:
        """Request it, unless the checkout has ended. A lost answer is doubt, no outcome."""
        payment, reach = self._payment(row), self.reach()
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        if not payment.is_awaited:
            return self.nothing()
        if not self._is_kept(payment):  # perhaps it was requested, and this process died before it was noted
            return self.ask(row)
        outcome = _ended(reach, payment, _request(reach, payment))
        if outcome.status == "unknown":
            return self.decide(lambda mall: mall.doubt_payment(outcome.payment_id, as_code(outcome.reason)))
        return self._told(payment, outcome) if is_final(outcome) else self._noted(outcome)

    def ask(self, row: DueRow) -> Decide | AskAgain:
        """Ask what became of it: so lost answers and lost callbacks are found. Also after the checkout has ended:
        the provider may have the money all the same."""
        payment, reach = self._payment(row), self.reach()
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        outcome = reach.provider.payment(payment.payment_id, again=payment.is_awaited and self._is_kept(payment))
        if outcome.status == "absent" and not payment.is_awaited:
            return self.decide(lambda mall: mall.decline_payment(outcome.payment_id, NEVER_REQUESTED))
        if outcome.status == "absent":
            outcome = _request(reach, payment)
            if outcome.status == "unknown":  # a provider may repeat that it could not answer: it is looked for then
                outcome = reach.provider.payment(payment.payment_id)
        outcome = _ended(reach, payment, outcome)
        return self._told(payment, outcome) if is_final(outcome) else AskAgain(pause(row.tries), NO_ANSWER)

    def authorised(self, outcome: PaymentOutcome) -> PaymentOutcome:
        """What becomes of a payment when the provider calls back that it is authorised. Raises NoSuchCheckout."""
        checkout_id, reach = self.service.recorder.side("payment", str(outcome.payment_id)), self.reach()
        if checkout_id is None:
            raise NoSuchCheckout()
        payment = self.service.executor.foresight.seen(Checkout, UUID(checkout_id.decode()), _payment_of)
        return outcome if payment is None or reach is None else _ended(reach, payment, outcome)

    def _is_kept(self, payment: _Payment) -> bool:
        """Whether a provider still knows the Idempotency-Key of what it was asked for: the same again is the same."""
        return self.service.clock.now() - payment.opened_at < KEYS_ARE_KEPT

    def _noted(self, outcome: PaymentOutcome) -> Decide:
        """What the provider calls it is kept; the row is done, and another one is due later."""
        return self.decide(lambda mall: mall.note_reference(outcome.payment_id, outcome.reference))

    def _told(self, payment: _Payment, outcome: PaymentOutcome) -> Decide:
        return self.told(outcome, payment.checkout_id, payment.payment_id)

    def _payment(self, row: DueRow) -> _Payment:
        payment = self.service.executor.foresight.seen(Checkout, UUID(row.subject), _payment_of)
        assert payment is not None, "a payment is due for a checkout that is stored"
        return payment


def _payment_of(checkout: Checkout) -> _Payment:
    assert checkout.payment_id is not None, "a payment is due for a checkout that has one"
    return _Payment(
        checkout.id, checkout.payment_id, checkout.created_on, checkout.is_open, checkout.total_minor,
        checkout.currency, checkout.payment_method or "",
    )  # fmt: skip


def _request(reach: Reach, payment: _Payment) -> PaymentOutcome:
    request = PaymentRequest(
        payment_id=payment.payment_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        method=payment.method,
        callback_url=reach.callback_url,
    )
    return reach.provider.authorise(request) if reach.authorises else reach.provider.request_payment(request)


def _ended(reach: Reach, payment: _Payment, outcome: PaymentOutcome) -> PaymentOutcome:
    """Takes what is authorised while all orders of the checkout wait for it. What nobody waits for any more is let go,
    also when it was not paid so far: so it is neither captured late nor paid back."""
    if not payment.is_awaited:
        is_open = outcome.status in ("authorised", "processing")
        return reach.provider.void(payment.payment_id) if is_open else outcome
    if outcome.status != "authorised":
        return outcome
    if (outcome.amount_minor, outcome.currency) != (payment.amount_minor, payment.currency):
        return reach.provider.void(payment.payment_id)
    return reach.provider.capture(payment.payment_id, payment.amount_minor)
