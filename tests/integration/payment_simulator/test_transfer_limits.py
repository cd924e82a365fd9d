"""What the simulated payment provider does not send, and the list of what it did send."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import ProviderHoldsAnother, RefundRequest
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import a_payment, a_transfer, captured, heard


def available_minor(direct: httpx.Client, currency: str) -> int:
    totals: dict[str, int] = direct.get("/statement").json()["totals"][currency]
    return totals["available_minor"]


def test_no_more_is_sent_than_was_captured_of_that_currency(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    captured(provider, receiver, currency="XTS")
    first = a_transfer(receiver, "acct_slow_30s", 1500, "XTS")
    assert provider.request_transfer(first).status == "pending"
    totals = direct.get("/statement").json()["totals"]["XTS"]
    assert (totals["balance_minor"], totals["available_minor"]) == (1999, 499)
    for amount_minor, currency in ((500, "XTS"), (1, "XUA")):
        too_much = provider.request_transfer(a_transfer(receiver, "acct_maria", amount_minor, currency))
        assert (too_much.status, too_much.reason) == ("failed", "insufficient_balance")
        assert provider.transfer(too_much.transfer_id).status == "absent"
    assert provider.request_transfer(a_transfer(receiver, "acct_maria", 499, "XTS")).status == "pending"
    assert heard(receiver).kind == "transfer.paid"
    assert available_minor(direct, "XTS") == 0


def test_what_was_refunded_or_kept_as_a_fee_cannot_be_sent(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    payment = captured(provider, receiver, "card_fee", "XAU")
    provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 1000, receiver.url))
    heard(receiver)
    assert available_minor(direct, "XAU") == 1999 - 30 - 1000
    too_much = provider.request_transfer(a_transfer(receiver, "acct_maria", 970, "XAU"))
    assert too_much.reason == "insufficient_balance"
    provider.request_transfer(a_transfer(receiver, "acct_instant", 969, "XAU"))
    totals = direct.get("/statement").json()["totals"]["XAU"]
    assert totals == {
        "captured_minor": 1999, "refunded_minor": 1000, "fees_minor": 30, "disputed_minor": 0, "transferred_minor": 969,
        "returned_minor": 0, "balance_minor": 0, "available_minor": 0,
    }  # fmt: skip


def test_a_refund_that_is_on_its_way_cannot_be_sent_and_one_that_failed_can(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    payment = captured(provider, receiver, "card_refund_fails", "XPT")
    provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 1999, receiver.url))
    assert heard(receiver).kind == "refund.failed"
    assert available_minor(direct, "XPT") == 1999
    slow = a_payment(receiver, "card_slow:0.5", currency="XPD")
    provider.request_payment(slow)
    heard(receiver)
    provider.request_refund(RefundRequest(uuid4(), slow.payment_id, 1999, receiver.url))
    assert provider.request_transfer(a_transfer(receiver, amount_minor=1, currency="XPD")).status == "failed"


@pytest.mark.parametrize("destination", ["acct_fails", "acct_returned"])
def test_what_failed_or_came_back_can_be_sent_again(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client, destination: str
) -> None:
    currency = {"acct_fails": "XAG", "acct_returned": "XBA"}[destination]
    captured(provider, receiver, currency=currency)
    for _ in range(2):
        provider.request_transfer(a_transfer(receiver, destination, 1999, currency))
        while heard(receiver).kind == "transfer.paid":
            pass
    assert available_minor(direct, currency) == 1999


def test_an_account_that_the_provider_has_never_heard_of_is_refused(
    provider: HttpProvider, receiver: CallbackReceiver
) -> None:
    captured(provider, receiver)
    for destination, code in (("acct_unknown_maria", "no_such_destination"), ("maria", "bad_form")):
        refused = provider.request_transfer(a_transfer(receiver, destination))
        assert (refused.status, refused.reason) == ("failed", code)
        assert provider.transfer(refused.transfer_id).status == "absent"


@pytest.mark.parametrize("other", [{"destination": "acct_joana"}, {"amount_minor": 1}, {"currency": "BRL"}])
def test_the_same_id_with_another_destination_or_amount_is_for_a_person_to_settle(
    provider: HttpProvider, receiver: CallbackReceiver, other: dict[str, Any]
) -> None:
    captured(provider, receiver)
    request = a_transfer(receiver)
    provider.request_transfer(request)
    with pytest.raises(ProviderHoldsAnother):
        provider.request_transfer(replace(request, **other))


def test_the_same_id_with_another_body_is_refused_as_a_conflict(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    captured(provider, receiver)
    transfer_id = str(uuid4())
    form = {"transfer_id": transfer_id, "destination": "acct_maria", "amount_minor": 5, "currency": "EUR"}
    form["callback_url"] = receiver.url
    headers = {"Idempotency-Key": transfer_id}
    first, again = (direct.post("/transfers", json=form, headers=headers) for _ in range(2))
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    for other in ({"destination": "acct_joana"}, {"amount_minor": 6}, {"currency": "BRL"}):
        refused = direct.post("/transfers", json=form | other, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "key_reused")


def test_the_same_transfer_asked_for_from_another_address_is_the_same_transfer(
    provider: HttpProvider, receiver: CallbackReceiver
) -> None:
    captured(provider, receiver)
    request = a_transfer(receiver)
    provider.request_transfer(request)
    heard(receiver)
    assert provider.request_transfer(replace(request, callback_url="http://127.0.0.1:9/else")).status == "paid"


def test_all_transfers_are_listed_so_that_what_left_can_be_summed(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    captured(provider, receiver)
    asked = [a_transfer(receiver, destination, 100) for destination in ("acct_maria", "acct_fails", "acct_returned")]
    for request in asked:
        provider.request_transfer(request)
    told = sorted(heard(receiver).kind for _ in range(4))
    assert told == ["transfer.failed", "transfer.paid", "transfer.paid", "transfer.returned"]
    mine = {str(request.transfer_id) for request in asked}
    listed = [one for one in direct.get("/transfers").json()["transfers"] if one["transfer_id"] in mine]
    assert [one["transfer_id"] for one in listed] == [str(request.transfer_id) for request in asked]
    assert [one["status"] for one in listed] == ["paid", "failed", "returned"]
    assert sum(one["amount_minor"] for one in listed if one["status"] == "paid") == 100


def test_a_payment_that_was_refunded_wholly_is_not_refunded_again(
    provider: HttpProvider, receiver: CallbackReceiver
) -> None:
    payment = captured(provider, receiver)
    provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 1999, receiver.url))
    assert heard(receiver).kind == "refund.succeeded"
    again = provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 1, receiver.url))
    assert (again.status, again.reason) == ("failed", "more_than_captured")
