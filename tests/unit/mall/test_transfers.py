"""Transfers at the payment provider: which callbacks are believed, and what counts as an answer."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from standardwebhooks import Webhook

from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.outcomes import is_final
from services.mall.payments.port import CallbackIncomplete, ProviderHoldsAnother, verify_callback
from services.mall.payments.transfers import TransferOutcome, TransferRequest

SECRET = "whsec_b25lIHNlY3JldA=="
TRANSFER_ID, ANOTHER_ID = UUID(int=3), UUID(int=4)
MONEY = {"destination": "acct_maria", "amount_minor": 5, "currency": "EUR", "reason": ""}
PAID = {"transfer_id": str(TRANSFER_ID), "status": "paid"} | MONEY
REQUEST = TransferRequest(TRANSFER_ID, "acct_maria", 5, "EUR", "http://us")


def told(event: Any) -> Any:
    """What the mall makes of this callback, signed as it should be."""
    body, sent_at = json.dumps(event), datetime.now(UTC)
    signature = Webhook(SECRET).sign("evt_1", sent_at, body)
    timestamp = str(int(sent_at.timestamp()))
    headers = {"webhook-id": "evt_1", "webhook-timestamp": timestamp, "webhook-signature": signature}
    return verify_callback(headers, body.encode(), SECRET)


@pytest.mark.parametrize("status", ["paid", "failed", "returned"])
def test_believes_a_signed_callback_about_a_transfer(status: str) -> None:
    event = told({"type": f"transfer.{status}", "data": PAID | {"status": status, "reason": "why"}})
    assert event.kind == f"transfer.{status}"
    assert event.outcome == TransferOutcome(TRANSFER_ID, event.outcome.status, "acct_maria", 5, "EUR", "why")
    assert event.outcome.status == status


@pytest.mark.parametrize(
    "event",
    [
        {"type": "transfer.paid"}, {"type": "transfer.paid", "data": []}, {"type": "transfer.pending", "data": PAID},
        {"type": "transfer.returned", "data": PAID}, {"type": "refund.failed", "data": PAID | {"status": "failed"}},
        {"type": "payment.captured", "data": PAID}, {"type": "transfer.paid", "data": PAID | {"transfer_id": "one"}},
        {"type": "transfer.paid", "data": PAID | {"destination": None}},
        {"type": "transfer.paid", "data": PAID | {"amount_minor": True}},
        {"type": "transfer.paid", "data": PAID | {"amount_minor": "5"}},
        {"type": "transfer.paid", "data": {name: value for name, value in PAID.items() if name != "reason"}},
    ],
)  # fmt: skip
def test_refuses_a_signed_callback_about_a_transfer_that_cannot_be_read(event: Any) -> None:
    with pytest.raises(CallbackIncomplete):
        told(event)


def answered(*answers: tuple[int, Any], failing: bool = False) -> TransferOutcome:
    """What the mall makes of these answers to its request, and to the questions that follow from it."""
    left = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        if failing:
            raise httpx.ReadTimeout("nothing came")
        if request.method == "POST":
            assert request.headers["idempotency-key"] == json.loads(request.content)["transfer_id"] == str(TRANSFER_ID)
        status, document = next(left)
        return httpx.Response(status, json=document, request=request)

    with httpx.Client(base_url="http://provider", transport=httpx.MockTransport(answer)) as client:
        return HttpProvider("", client=client).request_transfer(REQUEST)


def test_an_answer_says_where_the_transfer_stands() -> None:
    assert answered((201, PAID | {"status": "pending"})) == TransferOutcome(
        TRANSFER_ID, "pending", "acct_maria", 5, "EUR"
    )


def test_a_lost_answer_is_unknown() -> None:
    assert answered(failing=True) == TransferOutcome(TRANSFER_ID, "unknown", reason="no answer: ReadTimeout")


@pytest.mark.parametrize("status", [301, 401, 403, 404, 405, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("document", [None, {}, {"code": "nope"}, PAID])
def test_any_other_status_is_unknown_whatever_it_says(status: int, document: Any) -> None:
    assert answered((status, document)).status == "unknown"


@pytest.mark.parametrize(
    "document",
    [None, 1, [], {}, PAID | {"status": "captured"}, PAID | {"status": "absent"}, PAID | {"amount_minor": 5.0},
     PAID | {"amount_minor": -5},
     PAID | {"transfer_id": str(ANOTHER_ID)}],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_or_is_about_another_transfer_is_unknown(document: Any) -> None:
    assert answered((200, document)).status == "unknown"


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_transfer_has_failed_only_when_the_provider_itself_says_so(status: int) -> None:
    refused = TransferOutcome(TRANSFER_ID, "failed", reason="no_such_destination")
    assert answered((status, {"code": "no_such_destination"})) == refused
    assert answered((status, "Bad Request")).status == "unknown"


@pytest.mark.parametrize(
    "other", [{"destination": "acct_joana"}, {"amount_minor": 6}, {"currency": "BRL"}]
)
def test_what_the_provider_holds_under_the_id_must_be_what_was_asked_for(other: dict[str, Any]) -> None:
    with pytest.raises(ProviderHoldsAnother):
        answered((201, PAID | other))
    with pytest.raises(ProviderHoldsAnother):
        answered((409, {"code": "key_reused"}), (200, PAID | other))


def test_a_transfer_that_the_provider_holds_is_the_one_that_was_asked_for() -> None:
    assert answered((409, {"code": "key_reused"}), (200, PAID)).status == "paid"
    assert answered((409, {"code": "key_reused"}), (500, None)).status == "unknown"


@pytest.mark.parametrize("status", ["paid", "failed", "returned"])
def test_nobody_asks_on_after_an_outcome(status: Any) -> None:
    assert is_final(TransferOutcome(TRANSFER_ID, status))


@pytest.mark.parametrize("status", ["pending", "unknown", "absent"])
def test_what_is_no_outcome_is_asked_again(status: Any) -> None:
    assert not is_final(TransferOutcome(TRANSFER_ID, status))
