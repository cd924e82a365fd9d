"""The simulated payment provider as a real process: what becomes of payments and refunds by each method."""

from uuid import uuid4

import httpx
import pytest

from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import (
    PaymentOutcome,
    PaymentRequest,
    ProviderHoldsAnother,
    RefundOutcome,
    RefundRequest,
)
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import a_payment, asked_until_settled, captured, heard


def test_a_card_is_captured_and_told_by_a_signed_callback(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_payment(receiver)
    assert provider.request_payment(request).status == "processing"
    event = heard(receiver)
    assert event.kind == "payment.captured"
    assert event.outcome == PaymentOutcome(request.payment_id, "captured", 1999, "EUR", "card")
    assert provider.payment(request.payment_id) == event.outcome


def test_a_declined_card_says_why(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_payment(receiver, "card_declined")
    provider.request_payment(request)
    event = heard(receiver)
    assert (event.kind, event.outcome.reason) == ("payment.declined", "insufficient_funds")
    assert provider.payment(request.payment_id).status == "declined"


def test_a_slow_card_is_processing_until_its_time_has_come(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_payment(receiver, "card_slow:0.5")
    provider.request_payment(request)
    assert provider.payment(request.payment_id).status == "processing"
    assert heard(receiver).outcome.status == "captured"


def test_a_silent_card_never_calls_and_must_be_asked(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_payment(receiver, "card_silent")
    provider.request_payment(request)
    assert asked_until_settled(provider, request.payment_id).status == "captured"
    captured(provider, receiver)  # one that came later has called back
    assert receiver.waiting() == 0


def test_a_double_card_calls_twice_with_one_event_id(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    provider.request_payment(a_payment(receiver, "card_double"))
    assert heard(receiver) == heard(receiver)


def test_an_early_card_calls_before_it_answers(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    answer = provider.request_payment(a_payment(receiver, "card_early"))
    assert receiver.waiting() == 1
    assert (answer.status, heard(receiver).outcome.status) == ("processing", "captured")


def test_an_instant_card_answers_with_the_outcome(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_payment(receiver, "card_instant")
    assert provider.request_payment(request) == heard(receiver).outcome


def test_the_same_request_again_gets_the_same_answer_and_moves_no_money(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    request = a_payment(receiver)
    first = provider.request_payment(request)
    heard(receiver)
    assert provider.request_payment(request) == first
    movements = direct.get("/statement").json()["movements"]
    assert [one["amount_minor"] for one in movements if one["payment_id"] == str(request.payment_id)] == [1999]


def test_the_same_id_with_another_amount_is_for_a_person_to_settle(
    provider: HttpProvider, receiver: CallbackReceiver
) -> None:
    request = captured(provider, receiver)
    with pytest.raises(ProviderHoldsAnother):
        provider.request_payment(PaymentRequest(request.payment_id, 2000, "EUR", "card", receiver.url))


def test_the_same_payment_asked_for_from_another_address_is_the_same_payment(
    provider: HttpProvider, receiver: CallbackReceiver
) -> None:
    request = captured(provider, receiver)
    moved = PaymentRequest(request.payment_id, 1999, "EUR", "card", "http://127.0.0.1:9/elsewhere")
    assert provider.request_payment(moved).status == "captured"


def test_refunds_part_by_part_and_never_more_than_was_captured(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    payment = captured(provider, receiver)
    first = RefundRequest(uuid4(), payment.payment_id, 1500, receiver.url)
    assert provider.request_refund(first).status == "processing"
    told = RefundOutcome(first.refund_id, "succeeded", payment.payment_id, 1500, "EUR", "card")
    assert heard(receiver).outcome == told
    assert provider.refund(first.refund_id, first.payment_id) == told
    too_much = provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 500, receiver.url))
    assert (too_much.status, too_much.reason) == ("failed", "more_than_captured")
    rest = provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 499, receiver.url))
    assert (rest.status, heard(receiver).kind) == ("processing", "refund.succeeded")
    movements = direct.get("/statement").json()["movements"]
    of_payment = [one["amount_minor"] for one in movements if one["payment_id"] == str(payment.payment_id)]
    assert of_payment == [1999, -1500, -499]


def test_a_refund_again_is_the_same_refund(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    payment = captured(provider, receiver)
    refund = RefundRequest(uuid4(), payment.payment_id, 1999, receiver.url)
    first = provider.request_refund(refund)
    heard(receiver)
    assert provider.request_refund(refund) == first
    with pytest.raises(ProviderHoldsAnother):
        provider.request_refund(RefundRequest(refund.refund_id, payment.payment_id, 1, receiver.url))


def test_a_failed_refund_leaves_the_money_to_be_refunded(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    payment = captured(provider, receiver, "card_refund_fails")
    for _ in range(2):
        provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 1999, receiver.url))
        event = heard(receiver)
        assert (event.kind, event.outcome.reason) == ("refund.failed", "card_closed")


def test_refuses_to_refund_what_was_never_captured(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    nothing = provider.request_refund(RefundRequest(uuid4(), uuid4(), 1, receiver.url))
    assert (nothing.status, nothing.reason) == ("failed", "no_such_payment")
    slow = a_payment(receiver, "card_slow:30")
    provider.request_payment(slow)
    early = provider.request_refund(RefundRequest(uuid4(), slow.payment_id, 1, receiver.url))
    assert (early.status, early.reason) == ("failed", "not_captured")


def test_what_nobody_asked_for_is_absent(provider: HttpProvider) -> None:
    assert provider.payment(uuid4()).status == "absent"
    assert provider.refund(uuid4(), uuid4()).status == "absent"
