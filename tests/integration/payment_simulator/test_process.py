"""The simulated payment provider as a process: it ends when it is told to, and remembers what it wrote down."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import PaymentRequest, RefundRequest, verify_callback
from simulators.payments.running import Running
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import SECRET, a_transfer, captured, heard

OLD_BOOK = (Path(__file__).parent / "book_before_transfers.jsonl").read_text()
"""What the program wrote before it knew transfers: a payment, a refund, one that failed, and one under way."""


def statement(url: str) -> Any:
    return httpx.get(f"{url}/statement", trust_env=False).json()


def killed(running: Running) -> None:
    running.process.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL


def test_ends_cleanly_on_sigterm_also_with_a_payment_under_way() -> None:
    with Running(SECRET) as running:
        assert httpx.get(f"{running.url}/healthz", trust_env=False).json() == {"status": "ok"}
        provider = HttpProvider(running.url)
        provider.request_payment(PaymentRequest(uuid4(), 5, "EUR", "card_slow:60", "http://127.0.0.1:9/"))
        assert running.stop() == 0
        assert provider.payment(uuid4()).status == "unknown"
        provider.close()


def test_ends_when_its_parent_ends() -> None:
    with Running(SECRET) as running:
        assert running.process.stdin is not None
        running.process.stdin.close()
        assert running.wait() == 0


def test_without_the_parent_pipe_the_end_of_its_input_means_nothing() -> None:
    command = [sys.executable, "-m", "simulators.payments", "--secret", SECRET]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert '"port"' in process.stdout.readline()
        process.terminate()
        assert process.wait(10) == 0


def test_a_restart_remembers_what_was_captured_and_refunded(tmp_path: Path) -> None:
    book = tmp_path / "book.jsonl"
    with CallbackReceiver() as receiver:
        payment = PaymentRequest(uuid4(), 700, "BRL", "card", receiver.url)
        refund = RefundRequest(uuid4(), payment.payment_id, 300, receiver.url)
        with Running(SECRET, book) as running:
            provider = HttpProvider(running.url)
            provider.request_payment(payment)
            receiver.next()
            provider.request_refund(refund)
            receiver.next()
            before = statement(running.url)
            provider.close()
            killed(running)
        with book.open("ab") as torn:
            torn.write(b'{"row": "requested", "ki')
        with Running(SECRET, book) as running:
            provider = HttpProvider(running.url)
            assert statement(running.url) == before
            assert provider.request_payment(payment).status == "processing"  # the same answer as then
            assert provider.payment(payment.payment_id).status == "captured"
            too_much = RefundRequest(uuid4(), payment.payment_id, 401, receiver.url)
            assert provider.request_refund(too_much).reason == "more_than_captured"
            provider.request_refund(RefundRequest(uuid4(), payment.payment_id, 400, receiver.url))
            receiver.next()
            after = statement(running.url)
            provider.close()
        with Running(SECRET, book) as running:  # what was written behind the torn line is whole
            assert statement(running.url) == after


def test_a_restart_settles_and_tells_what_was_under_way(tmp_path: Path) -> None:
    book = tmp_path / "book.jsonl"
    with CallbackReceiver() as receiver:
        slow = PaymentRequest(uuid4(), 700, "BRL", "card_slow:1", receiver.url)
        with Running(SECRET, book) as running:
            provider = HttpProvider(running.url)
            assert provider.request_payment(slow).status == "processing"
            provider.close()
            killed(running)
        with Running(SECRET, book):
            received = receiver.next()
            assert verify_callback(received.headers, received.body, SECRET).outcome.status == "captured"


def test_a_restart_remembers_transfers_and_what_the_bank_is_going_to_return(tmp_path: Path) -> None:
    book = tmp_path / "book.jsonl"
    with CallbackReceiver() as receiver:
        with Running(SECRET, book) as running:
            provider = HttpProvider(running.url)
            captured(provider, receiver)
            coming_back = a_transfer(receiver, "acct_returned_2s", 1000)
            provider.request_transfer(coming_back)
            assert heard(receiver).kind == "transfer.paid"
            before = statement(running.url)
            provider.close()
            killed(running)
        with Running(SECRET, book) as running:
            provider = HttpProvider(running.url)
            assert heard(receiver).outcome == provider.transfer(coming_back.transfer_id)
            assert provider.transfer(coming_back.transfer_id).status == "returned"
            after = statement(running.url)
            assert (before["totals"]["EUR"]["balance_minor"], after["totals"]["EUR"]["balance_minor"]) == (999, 1999)
            assert provider.request_transfer(a_transfer(receiver, amount_minor=2000)).reason == "insufficient_balance"
            provider.close()


def test_a_wait_goes_on_over_a_restart_from_when_it_was_asked_for(tmp_path: Path) -> None:
    book = tmp_path / "book.jsonl"
    book.write_text(OLD_BOOK)
    with CallbackReceiver() as receiver:
        with Running(SECRET, book) as running:
            provider = HttpProvider(running.url)
            stuck = a_transfer(receiver, "acct_stuck_3d", 100)
            provider.request_transfer(stuck)
            provider.close()
            killed(running)
        asked_at = (datetime.now(UTC) - timedelta(days=4)).isoformat()
        rows = [json.loads(line) for line in book.read_text().splitlines()]
        rows[-1]["requested_at"] = asked_at
        book.write_text("".join(json.dumps(row) + "\n" for row in rows))
        with Running(SECRET, book):
            assert heard(receiver).kind == "transfer.failed"


def test_a_book_from_before_there_were_transfers_can_be_gone_on_with(tmp_path: Path) -> None:
    book = tmp_path / "book.jsonl"
    book.write_text(OLD_BOOK)
    with CallbackReceiver() as receiver, Running(SECRET, book) as running:
        totals = statement(running.url)["totals"]["EUR"]
        assert (totals["captured_minor"], totals["refunded_minor"], totals["balance_minor"]) == (1999, 500, 1499)
        provider = HttpProvider(running.url)
        assert provider.request_transfer(a_transfer(receiver, amount_minor=1500)).reason == "insufficient_balance"
        provider.request_transfer(a_transfer(receiver, amount_minor=1499))
        assert heard(receiver).kind == "transfer.paid"
        provider.close()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!"])
def test_a_secret_that_cannot_sign_is_refused_in_a_sentence(secret: str) -> None:
    command = [sys.executable, "-m", "simulators.payments", "--secret", secret]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert ended.returncode == 2
    assert "the secret is missing or is not base64" in ended.stderr


def test_a_port_that_is_taken_is_refused_in_a_sentence() -> None:
    with Running(SECRET) as running:
        port = running.url.rpartition(":")[2]
        command = [sys.executable, "-m", "simulators.payments", "--secret", SECRET, "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert ended.returncode == 1
    assert "Address already in use" in ended.stderr
