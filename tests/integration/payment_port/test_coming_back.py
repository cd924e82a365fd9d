"""Money that banks take back, and the statement of the day on which all of it happened."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.mall.domain.dispute import Dispute
from tests.support.payment_rigs import Rig

CAN_COME_BACK = pytest.mark.parametrize("running", ["own", "stripe"], indirect=True)


@CAN_COME_BACK
def test_a_transfer_comes_back(rig: Rig) -> None:
    rig.captured()
    transfer = rig.transfer("acct_returned_later_300ms")
    rig.provider.request_transfer(transfer)
    kinds = [rig.heard().kind for _ in range(3)]
    assert kinds == ["payment.captured", "transfer.paid", "transfer.returned"]
    outcome = rig.provider.transfer(transfer.transfer_id)
    assert (outcome.status, outcome.amount_minor) == ("returned", 700)


WORDS = {"own": "returned", "stripe": "failed", "wechat": "returned"}
"""How each provider calls a refund that its bank has sent back."""


def test_a_refund_comes_back_after_it_had_succeeded(rig: Rig) -> None:
    payment = rig.captured("card_refund_returned:0.3")
    refund = rig.refund(payment.payment_id, 700)
    rig.provider.request_refund(refund)
    kinds = [rig.heard().kind for _ in range(3)]
    assert kinds == ["payment.captured", "refund.succeeded", f"refund.{WORDS[rig.name]}"]
    outcome = rig.provider.refund(refund.refund_id, payment.payment_id)
    assert (outcome.status, outcome.amount_minor, outcome.payment_id) == (WORDS[rig.name], 700, payment.payment_id)
    assert outcome.reason
    lines = [line for line in _stated(rig)[0] if line.subject_id == refund.refund_id]
    stated = [-700] if rig.name == "wechat" else [-700, 700]  # WeChat Pay keeps it apart until it is sent another way
    assert sorted(line.amount_minor for line in lines) == stated
    again = rig.refund(payment.payment_id, 1999)
    assert rig.provider.request_refund(again).status in ("processing", "succeeded")
    assert [rig.heard().kind for _ in range(2)] == kinds[1:]


@CAN_COME_BACK
def test_that_a_refund_came_back_may_be_told_before_that_it_succeeded(rig: Rig) -> None:
    payment = rig.captured("card_refund_overtaken")
    refund = rig.refund(payment.payment_id, 700)
    rig.provider.request_refund(refund)
    late = {"own": "refund.succeeded", "stripe": "refund.failed"}[rig.name]  # Stripe's are shown as they stand by then
    assert [rig.heard().kind for _ in range(3)] == ["payment.captured", f"refund.{WORDS[rig.name]}", late]


@pytest.mark.parametrize("ends_as", ["won", "lost"])
@CAN_COME_BACK
def test_a_dispute_is_told_when_it_opens_and_when_it_ends(rig: Rig, ends_as: str) -> None:
    payment = rig.captured(f"card_dispute_{ends_as}:0.3")
    kinds: list[str] = []
    dispute_id = ""
    while kinds[-1:] != [f"dispute.{ends_as}"]:
        event = rig.heard()
        kinds.append(event.kind)
        dispute_id = getattr(event.outcome, "dispute_id", "")
    assert kinds == ["payment.captured", "dispute.opened", f"dispute.{ends_as}"]
    outcome = rig.provider.dispute(dispute_id)
    assert (outcome.status, outcome.payment_id, outcome.amount_minor) == (ends_as, payment.payment_id, 1999)
    assert (outcome.fee_minor if ends_as == "lost" else 1500) == 1500
    assert rig.provider.disputes_of(payment.payment_id) == [outcome]
    lines = [line for line in _stated(rig)[0] if line.subject_id == Dispute.id_of(dispute_id)]
    assert sum(line.amount_minor - line.fee_minor for line in lines) == (0 if ends_as == "won" else -3499)
    assert {line.kind for line in lines} == {"dispute"}


def test_the_statement_of_the_day_has_every_movement_under_our_ids_and_what_they_leave(rig: Rig) -> None:
    rig.captured(amount_minor=100_000)  # whatever disputes have taken
    payment = rig.captured("card_fee")
    refund, transfer = rig.refund(payment.payment_id, 300), rig.transfer()
    rig.provider.request_refund(refund)
    rig.until(lambda: rig.provider.refund(refund.refund_id, payment.payment_id), "succeeded")
    assert rig.provider.request_transfer(transfer).status in ("pending", "paid")
    rig.until(lambda: rig.provider.transfer(transfer.transfer_id), "paid")
    lines, balances = _stated(rig)
    of_ours = {
        subject_id: [(line.kind, line.amount_minor) for line in lines if line.subject_id == subject_id]
        for subject_id in (payment.payment_id, refund.refund_id, transfer.transfer_id)
    }
    assert of_ours == {
        payment.payment_id: [("payment", 1999)], refund.refund_id: [("refund", -300)],
        transfer.transfer_id: [("transfer", -700)],
    }  # fmt: skip
    kept = sum(line.fee_minor for line in lines) - sum(line.amount_minor for line in lines if line.kind == "fee")
    assert kept >= 30
    assert balances == {rig.currency: sum(line.amount_minor - line.fee_minor for line in lines)}


def test_a_day_on_which_nothing_happened_has_no_lines(rig: Rig) -> None:
    page = rig.provider.statement("2026-01-01")
    assert (page.status, page.lines, page.next) == ("told", (), None)


def _stated(rig: Rig) -> tuple[list[Any], dict[str, int]]:
    """All lines of today, and what lies there at its end. Asked again while money moves."""
    day = datetime.now(UTC).date().isoformat()
    lines: list[Any] = []
    after, balances = None, dict[str, int]()
    while True:
        page = rig.provider.statement(day, after)
        assert page.status == "told", page.reason
        lines, balances, after = [*lines, *page.lines], page.balances, page.next
        if after is None:
            return lines, balances

