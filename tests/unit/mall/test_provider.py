"""The port to the payment provider: which callbacks are believed, and what counts as an answer."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from standardwebhooks import Webhook

from services.kernel.refusals import Malformed, Unauthenticated
from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import (
    BadSignature,
    CallbackIncomplete,
    CallbackNotJson,
    PaymentOutcome,
    PaymentRequest,
    RefundOutcome,
    verify_callback,
)

SECRET, ANOTHER = "whsec_b25lIHNlY3JldA==", "whsec_YW5vdGhlciBzZWNyZXQ="
PAYMENT_ID, REFUND_ID = UUID(int=1), UUID(int=2)
MONEY = {"amount_minor": 5, "currency": "EUR", "method": "card", "reason": ""}
PAYMENT = {"payment_id": str(PAYMENT_ID), "status": "captured"} | MONEY
REFUND = {"refund_id": str(REFUND_ID), "payment_id": str(PAYMENT_ID), "status": "succeeded"} | MONEY
CAPTURED = json.dumps({"type": "payment.captured", "id": "evt_1", "data": PAYMENT}).encode()


def signed(body: bytes, secret: str = SECRET, age: timedelta = timedelta()) -> dict[str, str]:
    sent_at = datetime.now(UTC) - age
    signature = Webhook(secret).sign("evt_1", sent_at, body.decode())
    timestamp = str(int(sent_at.timestamp()))
    return {"Webhook-Id": "evt_1", "webhook-timestamp": timestamp, "webhook-signature": signature}


def test_believes_a_signed_callback_about_a_payment() -> None:
    event = verify_callback(signed(CAPTURED), CAPTURED, SECRET)
    assert (event.event_id, event.kind) == ("evt_1", "payment.captured")
    assert event.outcome == PaymentOutcome(PAYMENT_ID, "captured", 5, "EUR", "card")


def test_believes_a_signed_callback_about_a_refund() -> None:
    body = json.dumps({"type": "refund.succeeded", "id": "evt_1", "data": REFUND}).encode()
    outcome = verify_callback(signed(body), body, SECRET).outcome
    assert outcome == RefundOutcome(REFUND_ID, "succeeded", PAYMENT_ID, 5, "EUR", "card")


def test_refuses_a_callback_signed_with_another_secret() -> None:
    with pytest.raises(BadSignature) as refused:
        verify_callback(signed(CAPTURED, ANOTHER), CAPTURED, SECRET)
    assert isinstance(refused.value, Unauthenticated)


def test_refuses_a_callback_altered_by_one_digit() -> None:
    with pytest.raises(BadSignature):
        verify_callback(signed(CAPTURED), CAPTURED.replace(b'"amount_minor": 5', b'"amount_minor": 6'), SECRET)


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_refuses_a_true_callback_replayed_after_five_minutes_or_from_the_future(age: timedelta) -> None:
    with pytest.raises(BadSignature):
        verify_callback(signed(CAPTURED, age=age), CAPTURED, SECRET)
    assert verify_callback(signed(CAPTURED, age=age * 2 / 3), CAPTURED, SECRET).event_id == "evt_1"


@pytest.mark.parametrize("name", ["Webhook-Id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("text", [None, "", "x", "v1", "v1,=", "v1,é", "1e400", "nan", "\ud800"])
def test_refuses_missing_and_senseless_headers(name: str, text: str | None) -> None:
    headers = signed(CAPTURED) | {name: text or ""}
    if text is None:
        del headers[name]
    with pytest.raises(BadSignature):
        verify_callback(headers, CAPTURED, SECRET)


def test_refuses_a_body_that_is_no_text() -> None:
    with pytest.raises(BadSignature):
        verify_callback(signed(CAPTURED), b"\xff", SECRET)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000])
def test_refuses_a_signed_body_that_is_not_json(body: bytes) -> None:
    with pytest.raises(CallbackNotJson) as refused:
        verify_callback(signed(body), body, SECRET)
    assert isinstance(refused.value, Malformed)


@pytest.mark.parametrize(
    "event",
    [
        [], {}, {"type": "payment.captured"}, {"type": "payment.disputed", "data": PAYMENT},
        {"type": "payment.captured", "data": []}, {"type": "payment.captured", "data": REFUND},
        {"type": "payment.declined", "data": PAYMENT},
        {"type": "payment.captured", "data": PAYMENT | {"amount_minor": True}},
        {"type": "payment.captured", "data": PAYMENT | {"amount_minor": 10**15 + 1}},
        {"type": "payment.captured", "data": PAYMENT | {"amount_minor": "5"}},
        {"type": "payment.captured", "data": PAYMENT | {"payment_id": "one"}},
        {"type": "refund.succeeded", "data": PAYMENT},
    ],
)  # fmt: skip
def test_refuses_a_signed_callback_that_cannot_be_read(event: Any) -> None:
    body = json.dumps(event).encode()
    with pytest.raises(CallbackIncomplete):
        verify_callback(signed(body), body, SECRET)


def answered(status: int, document: Any) -> PaymentOutcome:
    """What the mall makes of this answer to its request."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=document, request=request)

    with httpx.Client(base_url="http://provider", transport=httpx.MockTransport(answer)) as client:
        return HttpProvider("", client=client).request_payment(
            PaymentRequest(PAYMENT_ID, 5, "EUR", "card", "http://us")
        )


@pytest.mark.parametrize("status", [301, 401, 403, 404, 405, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("document", [None, {}, {"code": "nope"}, PAYMENT])
def test_any_other_status_is_unknown_whatever_it_says(status: int, document: Any) -> None:
    assert answered(status, document).status == "unknown"


@pytest.mark.parametrize(
    "document", [None, 1, [], {}, PAYMENT | {"status": "paid"}, PAYMENT | {"payment_id": str(REFUND_ID)}]
)
def test_an_answer_that_cannot_be_read_or_is_about_another_payment_is_unknown(document: Any) -> None:
    assert answered(200, document).status == "unknown"


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_request_is_declined_only_when_the_provider_itself_says_so(status: int) -> None:
    assert answered(status, {"code": "unknown_currency"}) == PaymentOutcome(
        PAYMENT_ID, "declined", reason="unknown_currency"
    )
    assert answered(status, "Bad Request").status == "unknown"
