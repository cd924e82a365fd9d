"""Steps with the simulated payment provider, through the mall's port and its own HTTP API."""

from uuid import UUID, uuid4

import httpx

from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import CallbackEvent, PaymentOutcome, PaymentRequest, verify_callback
from services.mall.payments.transfers import TransferOutcome, TransferRequest
from tests.support.callback_receiver import CallbackReceiver

SECRET = "whsec_c2VjcmV0LW9mLXRoZS1wYXltZW50LXNpbXVsYXRvcg=="


def a_payment(
    receiver: CallbackReceiver, method: str = "card", amount_minor: int = 1999, currency: str = "EUR"
) -> PaymentRequest:
    return PaymentRequest(uuid4(), amount_minor, currency, method, receiver.url)


def a_transfer(
    receiver: CallbackReceiver, destination: str = "acct_maria", amount_minor: int = 700, currency: str = "EUR"
) -> TransferRequest:
    return TransferRequest(uuid4(), destination, amount_minor, currency, receiver.url)


def heard(receiver: CallbackReceiver) -> CallbackEvent:
    received = receiver.next()
    return verify_callback(received.headers, received.body, SECRET)


def captured(
    provider: HttpProvider, receiver: CallbackReceiver, method: str = "card", currency: str = "EUR"
) -> PaymentRequest:
    """A payment that is captured and told."""
    request = a_payment(receiver, method, currency=currency)
    assert provider.request_payment(request).status in ("processing", "captured")
    assert heard(receiver).kind == "payment.captured"
    return request


def asked_until_settled(provider: HttpProvider, payment_id: UUID) -> PaymentOutcome:
    for _ in range(2_000):
        outcome = provider.payment(payment_id)
        if outcome.status not in ("processing", "unknown"):
            return outcome
    raise AssertionError(f"not settled, last seen: {outcome}")


def asked_until_transferred(provider: HttpProvider, transfer_id: UUID) -> TransferOutcome:
    for _ in range(2_000):
        outcome = provider.transfer(transfer_id)
        if outcome.status not in ("pending", "unknown"):
            return outcome
    raise AssertionError(f"not settled, last seen: {outcome}")


def fault(direct: httpx.Client, *faults: str) -> None:
    assert direct.post("/script", json={"faults": faults}).json() == {
        "waiting": [text.split(":")[0] for text in faults]
    }


def heard_after(provider: HttpProvider, receiver: CallbackReceiver) -> CallbackEvent:
    provider.request_payment(a_payment(receiver))
    return heard(receiver)
