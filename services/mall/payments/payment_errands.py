"""Asking for a payment, and asking what became of it."""

from uuid import UUID

from services.kernel.flow.due import AskAgain, Decide
from services.kernel.store.recorder import DueRow
from services.mall.domain.checkout import Checkout
from services.mall.payments.asking import WITHOUT_PROVIDER_SECONDS, Asking, Reach, pause
from services.mall.payments.outcomes import as_code, is_final
from services.mall.payments.port import PaymentOutcome, PaymentRequest

NEVER_REQUESTED = "never_requested"


class PaymentErrands(Asking):
    """Each payment is requested once, under its own id; from then on the provider is asked until it says."""

    def request(self, row: DueRow) -> Decide | AskAgain:
        """Request it, unless the checkout has ended. A lost answer is doubt, no outcome."""
        checkout, reach = self._checkout(row), self.reach()
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS)
        if not checkout.is_open:
            return self.nothing()
        outcome = _request(reach, checkout)
        if outcome.status == "unknown":
            return self.decide(lambda mall: mall.doubt_payment(outcome.payment_id, as_code(outcome.reason)))
        return self.told(outcome) if is_final(outcome) else self.nothing()

    def ask(self, row: DueRow) -> Decide | AskAgain:
        """Ask what became of it: so lost answers and lost callbacks are found. Also after the checkout has ended:
        the provider may have the money all the same."""
        checkout, reach = self._checkout(row), self.reach()
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS)
        outcome = reach.provider.payment(_payment_id(checkout))
        if outcome.status == "absent" and not checkout.is_open:
            return self.decide(lambda mall: mall.decline_payment(outcome.payment_id, NEVER_REQUESTED))
        if outcome.status == "absent":
            outcome = _request(reach, checkout)
        return self.told(outcome) if is_final(outcome) else AskAgain(pause(row.tries))

    def _checkout(self, row: DueRow) -> Checkout:
        checkout = self.service.store.load(Checkout, UUID(row.subject))
        assert checkout is not None, "a payment is due for a checkout that is stored"
        return checkout


def _request(reach: Reach, checkout: Checkout) -> PaymentOutcome:
    return reach.provider.request_payment(
        PaymentRequest(
            payment_id=_payment_id(checkout),
            amount_minor=checkout.total_minor,
            currency=checkout.currency,
            method=checkout.payment_method or "",
            callback_url=reach.callback_url,
        )
    )


def _payment_id(checkout: Checkout) -> UUID:
    assert checkout.payment_id is not None, "a payment is due for a checkout that has one"
    return checkout.payment_id
