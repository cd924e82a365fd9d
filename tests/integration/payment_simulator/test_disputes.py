"""The simulated payment provider as a real process: the banks of buyers take payments back."""

from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import RefundRequest
from simulators.payments.running import Running
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import SECRET, captured, fault, heard

from .test_process import killed


@pytest.mark.parametrize(("outcome", "taken_minor"), [("won", 0), ("lost", 1_999 + 1_500)])
def test_a_disputed_payment_is_told_of_twice_and_can_be_asked_for(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client, outcome: str, taken_minor: int
) -> None:
    before = taken(direct)
    payment = captured(provider, receiver, f"card_dispute_{outcome}:0.3")
    opened = heard(receiver)
    assert opened.kind == "dispute.opened"
    assert isinstance(opened.outcome, DisputeOutcome)
    found = provider.disputes_of(payment.payment_id)
    assert found is not None
    assert [one.dispute_id for one in found] == [opened.outcome.dispute_id]
    ended = heard(receiver)
    assert ended.kind == f"dispute.{outcome}"
    assert provider.dispute(opened.outcome.dispute_id) == ended.outcome
    assert taken(direct) - before == taken_minor


def taken(direct: httpx.Client) -> int:
    """What disputes have taken, by the statement."""
    return int(direct.get("/statement").json()["totals"].get("EUR", {}).get("disputed_minor", 0))


def test_all_of_a_payment_is_disputed_whatever_was_refunded_of_it(
    provider: HttpProvider, receiver: CallbackReceiver
) -> None:
    payment = captured(provider, receiver, "card_dispute_lost:0.5")
    provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 1_999, receiver.url))
    kinds = {}
    for _ in range(3):
        event = heard(receiver)
        kinds[event.kind] = event.outcome
    assert kinds.keys() == {"refund.succeeded", "dispute.opened", "dispute.lost"}
    assert {one.amount_minor for one in kinds.values()} == {1_999}


def test_of_what_nobody_disputes_there_is_nothing(provider: HttpProvider, receiver: CallbackReceiver) -> None:
    payment = captured(provider, receiver)
    assert provider.disputes_of(payment.payment_id) == []
    assert provider.dispute("dp_unheard_of").status == "absent"


def test_an_inquiry_that_fails_says_nothing(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    payment = captured(provider, receiver)
    fault(direct, "inquiry_error", "inquiry_error")
    assert provider.disputes_of(payment.payment_id) is None
    assert provider.dispute("dp_1").status == "unknown"


def test_a_restart_goes_on_with_disputes(tmp_path: Path) -> None:
    book, kinds = tmp_path / "book.jsonl", list[str]()
    with CallbackReceiver() as receiver:
        with Running(SECRET, book) as running:
            provider = HttpProvider(running.url)
            captured(provider, receiver, "card_dispute_lost:2")
            provider.close()
            killed(running)
        with Running(SECRET, book) as running:
            while "dispute.lost" not in kinds:
                kinds.append(heard(receiver).kind)
            with httpx.Client(base_url=running.url, trust_env=False) as direct:
                assert taken(direct) == 1_999 + 1_500
    assert kinds[-2:] == ["dispute.opened", "dispute.lost"]  # that it was captured may be told once more
