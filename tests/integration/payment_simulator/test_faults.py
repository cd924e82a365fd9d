"""The simulated payment provider misbehaves as asked for, and nothing is guessed, lost or believed too easily."""

import httpx
import pytest

from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import BadSignature
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import a_payment, asked_until_settled, captured, fault, heard, heard_after


@pytest.mark.parametrize("name", ["lose_answer", "server_error_after", "garbled_answer", "slow_answer:30"])
def test_a_booked_payment_without_an_answer_is_unknown_and_found_by_asking(
    url: str, receiver: CallbackReceiver, direct: httpx.Client, name: str
) -> None:
    provider, request = HttpProvider(url, timeout_seconds=0.5), a_payment(receiver)
    fault(direct, name)
    assert provider.request_payment(request).status == "unknown"
    assert heard(receiver).outcome.status == "captured"
    assert provider.payment(request.payment_id).status == "captured"
    provider.close()


@pytest.mark.parametrize("name", ["drop_request", "server_error"])
def test_a_request_that_was_never_booked_is_unknown_then_absent_then_asked_again(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client, name: str
) -> None:
    request = a_payment(receiver)
    fault(direct, name)
    assert provider.request_payment(request).status == "unknown"
    assert provider.payment(request.payment_id).status == "absent"
    assert provider.request_payment(request).status == "processing"
    assert heard(receiver).outcome.status == "captured"


def test_an_inquiry_without_an_answer_is_unknown(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    request = captured(provider, receiver)
    fault(direct, "inquiry_error")
    assert provider.payment(request.payment_id).status == "unknown"
    assert provider.payment(request.payment_id).status == "captured"


def test_a_callback_is_tried_until_it_is_confirmed(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    receiver.answers.extend([500, 302, 409])
    provider.request_payment(a_payment(receiver))
    assert len({heard(receiver).event_id for _ in range(4)}) == 1


@pytest.mark.parametrize("name", ["wrong_signature", "old_timestamp"])
def test_a_callback_with_a_bad_signature_or_time_is_refused_and_comes_again_in_order(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client, name: str
) -> None:
    fault(direct, name)
    receiver.answers.append(401)
    provider.request_payment(a_payment(receiver))
    with pytest.raises(BadSignature):
        heard(receiver)
    assert heard(receiver).outcome.status == "captured"


def test_callbacks_can_be_doubled_and_lost(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    fault(direct, "double_callback", "lose_callback")
    provider.request_payment(a_payment(receiver))
    assert heard(receiver) == heard(receiver)
    lost = a_payment(receiver)
    provider.request_payment(lost)
    assert asked_until_settled(provider, lost.payment_id).status == "captured"
    assert heard_after(provider, receiver).outcome != provider.payment(lost.payment_id)
