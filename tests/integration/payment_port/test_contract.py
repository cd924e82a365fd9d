"""What the mall relies on, of each provider alike: asked over HTTP, and what it calls back."""

from uuid import uuid4

import pytest

from services.mall.payments.port import BadSignature, PaymentRequest, ProviderHoldsAnother, RefundRequest
from services.mall.payments.transfers import TransferRequest
from tests.support.payment_rigs import Rig

SPOILED = ["lose_answer", "garbled_answer", "server_error_after"]
NOT_BOOKED = ["drop_request", "server_error"]


def test_a_payment_is_captured_and_told(rig: Rig) -> None:
    request = rig.payment()
    assert rig.provider.request_payment(request).status in ("processing", "captured")
    event = rig.heard()
    assert (event.kind, getattr(event.outcome, "payment_id", None)) == ("payment.captured", request.payment_id)
    outcome = rig.until(lambda: rig.provider.payment(request.payment_id), "captured")
    assert outcome == event.outcome
    assert (outcome.amount_minor, outcome.currency, outcome.method) == (1999, rig.currency, request.method)


def test_what_was_paid_with_is_told_with_the_capture(rig: Rig) -> None:
    told = []
    for method in ("card@of_anna", "card@of_anna", "card@of_boris"):
        request = rig.payment(method)
        rig.provider.request_payment(request)
        event = rig.heard()
        assert rig.until(lambda one=request.payment_id: rig.provider.payment(one), "captured") == event.outcome
        told.append(event.outcome.apart()[1])  # type: ignore[union-attr]
    assert told == ["of_anna", "of_anna", "of_boris"]


def test_a_card_without_a_name_is_that_of_nobody_else(rig: Rig) -> None:
    one, other = (rig.provider.payment(rig.captured().payment_id).apart()[1] for _ in range(2))
    assert not one or one != other


def test_the_same_payment_again_is_the_same(rig: Rig) -> None:
    request = rig.captured()
    assert rig.provider.request_payment(request).status in ("processing", "captured")
    assert _moved(rig) == _moved(rig, after=lambda: rig.provider.request_payment(request))


def test_a_payment_under_a_known_id_with_other_money_is_for_a_person(rig: Rig) -> None:
    request = rig.captured()
    other = PaymentRequest(request.payment_id, 2000, rig.currency, request.method, request.callback_url)
    with pytest.raises(ProviderHoldsAnother):
        rig.provider.request_payment(other)


def test_a_declined_payment_says_why(rig: Rig) -> None:
    request = rig.payment("card_declined")
    rig.provider.request_payment(request)
    outcome = rig.until(lambda: rig.provider.payment(request.payment_id), "declined")
    assert outcome.reason


def test_what_nobody_asked_for_is_absent(rig: Rig) -> None:
    assert rig.provider.payment(uuid4()).status == "absent"
    assert rig.provider.transfer(uuid4()).status == "absent"
    assert rig.provider.refund(uuid4(), rig.captured().payment_id).status == "absent"


@pytest.mark.parametrize("fault", SPOILED)
def test_a_spoiled_answer_is_unknown_and_the_payment_is_found(rig: Rig, fault: str) -> None:
    rig.fault(fault)
    request = rig.payment()
    assert rig.provider.request_payment(request).status == "unknown"
    assert rig.until(lambda: rig.provider.payment(request.payment_id), "captured").amount_minor == 1999


@pytest.mark.parametrize("fault", NOT_BOOKED)
def test_what_was_not_booked_is_absent_and_can_be_asked_for_again(rig: Rig, fault: str) -> None:
    rig.fault(fault)
    request = rig.payment()
    assert rig.provider.request_payment(request).status == "unknown"
    assert rig.provider.payment(request.payment_id).status == "absent"
    assert rig.provider.request_payment(request).status in ("processing", "captured")


def test_a_question_that_is_not_answered_is_unknown_and_never_absent(rig: Rig) -> None:
    request = rig.captured()
    rig.fault("inquiry_error")
    assert rig.provider.payment(request.payment_id).status == "unknown"
    assert rig.provider.payment(request.payment_id).status == "captured"


def test_a_payment_is_refunded_in_parts_and_never_more(rig: Rig) -> None:
    payment = rig.captured()
    rig.heard()
    first = rig.refund(payment.payment_id, 1500)
    assert rig.provider.request_refund(first).status in ("processing", "succeeded")
    event = rig.heard()
    assert (event.kind, getattr(event.outcome, "refund_id", None), event.outcome.amount_minor) == (
        "refund.succeeded", first.refund_id, 1500
    )  # fmt: skip
    outcome = rig.until(lambda: rig.provider.refund(first.refund_id, payment.payment_id), "succeeded")
    assert (outcome.payment_id, outcome.amount_minor, outcome.currency) == (payment.payment_id, 1500, rig.currency)
    too_much = rig.provider.request_refund(rig.refund(payment.payment_id, 500))
    assert too_much.status == "failed"
    assert too_much.reason


def test_the_same_refund_again_moves_nothing_and_with_other_money_is_for_a_person(rig: Rig) -> None:
    payment = rig.captured()
    refund = rig.refund(payment.payment_id, 900)
    rig.provider.request_refund(refund)
    rig.until(lambda: rig.provider.refund(refund.refund_id, payment.payment_id), "succeeded")
    assert _moved(rig) == _moved(rig, after=lambda: rig.provider.request_refund(refund))
    other = RefundRequest(refund.refund_id, refund.payment_id, 901, refund.callback_url)
    with pytest.raises(ProviderHoldsAnother):
        rig.provider.request_refund(other)


@pytest.mark.parametrize("fault", SPOILED)
def test_a_spoiled_answer_to_a_refund_is_unknown_and_the_refund_is_found(rig: Rig, fault: str) -> None:
    payment = rig.captured()
    rig.fault(fault)
    refund = rig.refund(payment.payment_id, 100)
    assert rig.provider.request_refund(refund).status == "unknown"
    rig.until(lambda: rig.provider.refund(refund.refund_id, payment.payment_id), "succeeded")


def test_nothing_is_refunded_of_a_payment_that_is_not_there(rig: Rig) -> None:
    assert rig.provider.request_refund(rig.refund(uuid4(), 1)).status == "failed"


def test_a_transfer_is_paid_and_told(rig: Rig) -> None:
    rig.captured()
    rig.heard()
    transfer = rig.transfer()
    assert rig.provider.request_transfer(transfer).status in ("pending", "paid")
    event = rig.heard()
    assert (event.kind, getattr(event.outcome, "transfer_id", None)) == ("transfer.paid", transfer.transfer_id)
    outcome = rig.until(lambda: rig.provider.transfer(transfer.transfer_id), "paid")
    assert (outcome.destination, outcome.amount_minor, outcome.currency) == (transfer.destination, 700, rig.currency)


def test_the_same_transfer_again_moves_nothing_and_another_is_for_a_person(rig: Rig) -> None:
    rig.captured()
    transfer = rig.transfer()
    rig.provider.request_transfer(transfer)
    rig.until(lambda: rig.provider.transfer(transfer.transfer_id), "paid")
    assert _moved(rig) == _moved(rig, after=lambda: rig.provider.request_transfer(transfer))
    other = TransferRequest(transfer.transfer_id, transfer.destination, 701, rig.currency, transfer.callback_url)
    with pytest.raises(ProviderHoldsAnother):
        rig.provider.request_transfer(other)


@pytest.mark.parametrize("fault", SPOILED)
def test_a_spoiled_answer_to_a_transfer_is_unknown_and_the_transfer_is_found(rig: Rig, fault: str) -> None:
    rig.captured()
    rig.fault(fault)
    transfer = rig.transfer()
    assert rig.provider.request_transfer(transfer).status == "unknown"
    rig.until(lambda: rig.provider.transfer(transfer.transfer_id), "paid")


@pytest.mark.parametrize("destination", ["acct_fails", "acct_unknown"])
def test_a_transfer_that_cannot_be_has_failed(rig: Rig, destination: str) -> None:
    rig.captured()
    transfer = rig.transfer(destination)
    outcome = rig.provider.request_transfer(transfer)
    if outcome.status == "pending":
        outcome = rig.until(lambda: rig.provider.transfer(transfer.transfer_id), "failed")
    assert outcome.status == "failed"
    assert outcome.reason


def test_more_than_lies_there_is_not_sent(rig: Rig) -> None:
    assert rig.provider.request_transfer(rig.transfer(amount_minor=10**11)).status == "failed"


def test_that_too_little_lies_there_has_one_name_everywhere(alone: Rig) -> None:
    outcome = alone.provider.request_transfer(alone.transfer())
    assert (outcome.status, outcome.reason) == ("failed", "insufficient_balance")


def test_a_callback_is_believed_as_it_was_sent_and_in_no_other_form(rig: Rig) -> None:
    assert rig.receiver is not None
    rig.provider.request_payment(rig.payment())
    received = rig.receiver.next()
    event = rig.read(received.headers, received.body)
    assert event is not None
    assert rig.read(received.headers, received.body) == event
    with pytest.raises(BadSignature):
        rig.read(received.headers, received.body.replace(b"1", b"2", 1))
    for name in received.headers:
        if "sign" in name.lower() or "timestamp" in name.lower():
            with pytest.raises(BadSignature):
                rig.read({one: text for one, text in received.headers.items() if one != name}, received.body)


@pytest.mark.parametrize("fault", ["wrong_signature", "old_timestamp"])
def test_a_callback_of_somebody_else_or_of_long_ago_is_refused(alone: Rig, fault: str) -> None:
    assert alone.receiver is not None
    alone.fault(fault)
    alone.receiver.answers.append(401)
    alone.provider.request_payment(alone.payment())
    received = alone.receiver.next()
    with pytest.raises(BadSignature):
        alone.read(received.headers, received.body)
    assert alone.heard().kind == "payment.captured"


def test_a_callback_twice_has_one_id(alone: Rig) -> None:
    alone.fault("double_callback")
    alone.provider.request_payment(alone.payment())
    assert alone.heard() == alone.heard()


def test_what_is_processing_cannot_be_refunded(rig: Rig) -> None:
    slow = rig.payment("card_slow:30")
    rig.provider.request_payment(slow)
    assert rig.provider.request_refund(rig.refund(slow.payment_id, 1)).status == "failed"


def test_a_payment_without_disputes_has_none(rig: Rig) -> None:
    assert rig.provider.disputes_of(rig.captured().payment_id) == []
    assert rig.provider.dispute("dp_of_nobody").status == "absent"


def _moved(rig: Rig, after: object = None) -> int:
    """How often money has moved at the provider by now."""
    if callable(after):
        after()
    return len(rig.direct.get("/statement").json()["movements"])


