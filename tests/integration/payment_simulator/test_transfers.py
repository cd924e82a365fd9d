"""The simulated payment provider sends money to accounts: what becomes of a transfer by its destination."""

import httpx
import pytest

from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.transfers import TransferOutcome
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import a_transfer, asked_until_transferred, captured, fault, heard


@pytest.fixture(autouse=True)
def funds(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    """There is something to be sent."""
    captured(provider, receiver)


def test_an_account_is_paid_and_told_by_a_signed_callback(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_transfer(receiver)
    assert provider.request_transfer(request) == TransferOutcome(
        request.transfer_id, "pending", "acct_maria", 700, "EUR"
    )
    event = heard(receiver)
    assert event.kind == "transfer.paid"
    assert event.outcome == TransferOutcome(request.transfer_id, "paid", "acct_maria", 700, "EUR")
    assert provider.transfer(request.transfer_id) == event.outcome


def test_a_slow_account_is_pending_until_its_time_has_come(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_transfer(receiver, "acct_slow_maria_500ms")
    provider.request_transfer(request)
    assert provider.transfer(request.transfer_id).status == "pending"
    assert heard(receiver).kind == "transfer.paid"


def test_a_silent_account_is_paid_and_never_told(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_transfer(receiver, "acct_silent")
    provider.request_transfer(request)
    assert asked_until_transferred(provider, request.transfer_id).status == "paid"
    captured(provider, receiver)  # one that came later has called back
    assert receiver.waiting() == 0


def test_a_double_account_is_told_twice_with_one_event_id(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    provider.request_transfer(a_transfer(receiver, "acct_double"))
    assert heard(receiver) == heard(receiver)


def test_an_early_account_is_told_before_the_answer(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    answer = provider.request_transfer(a_transfer(receiver, "acct_early"))
    assert receiver.waiting() == 1
    assert (answer.status, heard(receiver).outcome.status) == ("pending", "paid")


def test_an_instant_account_is_paid_in_the_answer(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    assert provider.request_transfer(a_transfer(receiver, "acct_instant")) == heard(receiver).outcome


def test_a_lost_answer_leaves_a_transfer_that_is_found_by_asking_and_sent_once(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    request = a_transfer(receiver, "acct_lost")
    assert provider.request_transfer(request).status == "unknown"
    assert heard(receiver).kind == "transfer.paid"
    assert provider.request_transfer(request).status == "pending"  # what the first answer would have been
    assert provider.transfer(request.transfer_id).status == "paid"
    movements = direct.get("/statement").json()["movements"]
    assert [one["amount_minor"] for one in movements if one["transfer_id"] == str(request.transfer_id)] == [-700]


def test_a_request_that_was_never_booked_is_absent_and_can_be_made_again(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    request = a_transfer(receiver)
    fault(direct, "drop_request", "inquiry_error")
    assert provider.request_transfer(request).status == "unknown"
    assert [provider.transfer(request.transfer_id).status for _ in range(2)] == ["unknown", "absent"]
    assert provider.request_transfer(request).status == "pending"
    assert heard(receiver).kind == "transfer.paid"


def test_an_account_that_was_closed_fails_and_says_why(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    request = a_transfer(receiver, "acct_fails")
    assert provider.request_transfer(request).status == "pending"
    event = heard(receiver)
    assert (event.kind, event.outcome.reason) == ("transfer.failed", "account_closed")
    assert provider.transfer(request.transfer_id) == event.outcome


def test_a_stuck_account_is_pending_for_days_and_then_fails(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    for_days = a_transfer(receiver, "acct_stuck", 1)
    provider.request_transfer(for_days)
    request = a_transfer(receiver, "acct_stuck_500ms")
    provider.request_transfer(request)
    assert provider.transfer(request.transfer_id).status == "pending"
    event = heard(receiver)
    assert (event.kind, event.outcome.reason) == ("transfer.failed", "bank_timeout")
    assert provider.transfer(for_days.transfer_id).status == "pending"


def test_a_bank_returns_what_was_paid(provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client) -> None:
    request = a_transfer(receiver, "acct_returned_500ms")
    provider.request_transfer(request)
    assert heard(receiver).kind == "transfer.paid"
    assert provider.transfer(request.transfer_id).status == "paid"
    returned = TransferOutcome(request.transfer_id, "returned", "acct_returned_500ms", 700, "EUR", "account_not_found")
    assert heard(receiver).outcome == provider.transfer(request.transfer_id) == returned
    movements = direct.get("/statement").json()["movements"]
    moved = [(one["kind"], one["amount_minor"]) for one in movements if one["transfer_id"] == str(request.transfer_id)]
    assert moved == [("transfer", -700), ("transfer_return", 700)]


def test_a_return_can_overtake_the_payment(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    provider.request_transfer(a_transfer(receiver, "acct_overtaken"))
    assert [heard(receiver).kind for _ in range(2)] == ["transfer.returned", "transfer.paid"]


def test_a_return_can_be_all_that_is_told(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    fault(direct, "lose_callback")
    provider.request_transfer(a_transfer(receiver, "acct_returned"))
    assert heard(receiver).kind == "transfer.returned"
