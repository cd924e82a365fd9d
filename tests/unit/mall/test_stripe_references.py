"""Stripe is asked by its own id of a payment; it is searched only for what it never answered and nobody asks again."""

import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.mall.application.payments import REFERENCE
from services.mall.payments import references as module
from services.mall.payments.port import PaymentRequest, RefundRequest
from services.mall.payments.references import References
from services.mall.payments.stripe_callbacks import StripeCallbacks
from services.mall.payments.stripe_client import StripeApi
from services.mall.payments.stripe_provider import StripeProvider
from tests.support.http_server import Asked, HttpServer

PAYMENT, REFUND = UUID(int=0xA1), UUID(int=0xB1)
INTENT: dict[str, Any] = {
    "id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 500, "amount_received": 500,
    "currency": "eur", "metadata": {"payment_id": str(PAYMENT), "method": "pm_card"}, "client_secret": "secret",
}  # fmt: skip
EMPTY: dict[str, Any] = {"object": "list", "data": [], "has_more": False}
REQUEST = PaymentRequest(PAYMENT, 500, "EUR", "pm_card", "http://us")


class Stripe:
    """One payment, and what was asked for; ``finds`` says whether a search finds it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.finds, self.is_there = False, True
        self.server = HttpServer(self._answer)

    def _answer(self, asked: Asked) -> tuple[int, bytes]:
        path = asked.path.partition("?")[0].removeprefix("/v1/")
        self.asked.append(f"{asked.method} {path}")
        if path == "payment_intents/pi_1" and not self.is_there:
            return 404, json.dumps({"error": {"type": "invalid_request_error", "code": "resource_missing"}}).encode()
        listed = EMPTY | {"data": [INTENT]} if path == "payment_intents/search" and self.finds else EMPTY
        is_one = path == "payment_intents/pi_1" or asked.method == "POST"
        return 200, json.dumps(INTENT if is_one else listed).encode()


@pytest.fixture
def stripe() -> Iterator[Stripe]:
    told = Stripe()
    with told.server:
        yield told


def kept(**rows: str) -> References:
    """What is stored beside the facts."""
    references, known = References(), {(REFERENCE, str(PAYMENT)): one.encode() for one in rows.values()}
    references.kept_in(Mock(side=lambda kind, key: known.get((kind, key))))
    return references


@pytest.fixture
def provider(stripe: Stripe) -> Iterator[Any]:
    made = []

    def make(references: References) -> StripeProvider:
        made.append(StripeProvider(StripeApi("sk_test", stripe.server.url, timeout_seconds=2.0), references))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_what_is_stored_is_asked_for_by_its_own_id(stripe: Stripe, provider: Any) -> None:
    outcome = provider(kept(one="pi_1")).payment(PAYMENT)
    assert (outcome.status, outcome.reference) == ("captured", "pi_1")
    assert stripe.asked == ["GET payment_intents/pi_1"]


def test_everything_else_about_it_is_asked_by_its_own_id_too(stripe: Stripe, provider: Any) -> None:
    by_reference = provider(kept(one="pi_1"))
    by_reference.disputes_of(PAYMENT)
    by_reference.action(REQUEST)
    by_reference.refund(REFUND, PAYMENT)
    by_reference.request_refund(RefundRequest(REFUND, PAYMENT, 100, "http://us"))
    by_reference.void(PAYMENT)
    by_reference.capture(PAYMENT, 500)
    assert not [path for path in stripe.asked if path.endswith(("search", "payment_intents"))]


def test_what_was_answered_just_now_is_known_before_it_is_stored(stripe: Stripe, provider: Any) -> None:
    just_now = provider(References())
    assert just_now.request_payment(REQUEST).reference == "pi_1"
    assert just_now.payment(PAYMENT).status == "captured"
    assert stripe.asked == ["POST payment_intents", "GET payment_intents/pi_1"]


def test_what_will_be_asked_for_again_under_its_key_is_not_searched_for(stripe: Stripe, provider: Any) -> None:
    assert provider(kept()).payment(PAYMENT, again=True).status == "absent"
    assert stripe.asked == []


def test_what_was_never_answered_and_is_not_asked_for_again_is_searched_for_once(stripe: Stripe, provider: Any) -> None:
    stripe.finds, lost = True, provider(kept())
    assert lost.payment(PAYMENT).status == "captured"
    assert lost.payment(PAYMENT).status == "captured"
    assert stripe.asked == ["GET payment_intents/search", *["GET payment_intents/pi_1"] * 2]


def test_what_stripe_had_and_does_not_know_now_is_not_absent(stripe: Stripe, provider: Any) -> None:
    stripe.is_there = False
    assert provider(kept(one="pi_1")).payment(PAYMENT).status == "unknown"


@pytest.mark.parametrize("kind", ["refund.failed", "refund.updated", "charge.refund.updated"])
def test_a_refund_that_failed_is_told_under_each_name_that_stripe_has_for_it(provider: Any, kind: str) -> None:
    refund = {
        "id": "re_1", "object": "refund", "status": "failed", "failure_reason": "expired_or_canceled_card",
        "amount": 100, "currency": "eur",
        "metadata": {"refund_id": str(REFUND), "payment_id": str(PAYMENT), "method": "pm_card"},
    }  # fmt: skip
    body = json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": refund}}).encode()
    seconds = int(time.time())
    signature = hmac.digest(b"whsec_secret", f"{seconds}.".encode() + body, "sha256").hex()
    read = StripeCallbacks(provider(References()), "whsec_secret").read
    event = read({"Stripe-Signature": f"t={seconds},v1={signature}"}, body)
    assert event is not None
    assert (event.kind, event.outcome.reason) == ("refund.failed", "expired_or_canceled_card")


def test_of_a_great_many_the_latest_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    references = References()
    for number in range(3):
        references.saw(UUID(int=number), f"pi_{number}")
    assert [references.of(UUID(int=number)) for number in range(3)] == ["", "pi_1", "pi_2"]
