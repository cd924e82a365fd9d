"""A payout by a split, what of it comes back, and what of a payment is freed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.mall.application.payouts import MOST_PARTS, in_parts
from services.mall.domain import refusals
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.unfreezing import Unfreezing
from services.mall.payments.wechat_bills import _table
from services.mall.payments.wechat_split_reading import is_merchant, order_read, pull_back_read, receiver_of, split_read
from services.mall.payments.wechat_splits import WechatSplits
from tests.support.forging import judged
from tests.support.scenario import Scenario

from .payout_samples import PAYDAY, a_payable, charge, credit, draw
from .samples import CHECKOUT, GROUP, ORDER, entry
from .split_breaches import PAYMENT, PULL_BACK, SPLIT, a_split, split_story

OTHER = UUID(int=0xB2)


def sent(payout: Payout) -> None:
    payout.send()


def paid(payout: Payout) -> None:
    payout.settle(600, "EUR")


def demand(amount_minor: int = 400, pull_back_id: UUID = PULL_BACK, reason: str = "owed") -> Any:
    return lambda payout: payout.demand_pull_back(pull_back_id, amount_minor, reason)


def confirm(amount_minor: int = 400) -> Any:
    return lambda payout: payout.confirm_pull_back(PULL_BACK, amount_minor)


def failed(payout: Payout) -> None:
    payout.fail_pull_back(PULL_BACK, "receiver_has_too_little")


def back(payout: Payout) -> None:
    payout.give_back(600, "EUR", "seen_at_provider")


def split(*commands: Any) -> Scenario[Payout]:
    return Scenario(Payout).given(a_split, sent, paid, *commands)


def test_what_a_split_brought_comes_back_in_parts() -> None:
    entries = [entry("provider", 400, None), entry("community_available", -400, GROUP)]
    scenario = split(demand()).when(confirm())
    scenario.then((Payout.PulledBack, {"pull_back_id": PULL_BACK, "amount_minor": 400, "entries": entries}))


def test_told_again_nothing_is_recorded() -> None:
    split(demand()).when(demand()).then()
    split(demand(), confirm()).when(confirm()).then()
    split(demand(), confirm()).when(failed).then()
    split(demand(), failed).when(confirm()).then()
    split().when(confirm()).then()


def test_refuses_to_ask_back_more_than_it_has_brought() -> None:
    split().when(demand(601)).then_refused(refusals.PullBackTooLarge)
    split(demand()).when(demand(201, OTHER)).then_refused(refusals.PullBackTooLarge)
    split(demand(), confirm()).when(demand(201, OTHER)).then_refused(refusals.PullBackTooLarge)
    split(demand(), failed).when(demand(600, OTHER)).then((Payout.PullBackDemanded, {"amount_minor": 600}))


def test_refuses_to_ask_back_what_went_by_transfer_or_has_not_arrived() -> None:
    by_transfer = Scenario(Payout).given(lambda: a_split(split=None), sent, paid)
    by_transfer.when(demand()).then_refused(refusals.PullBackTooLarge)
    Scenario(Payout).given(a_split, sent).when(demand()).then_refused(refusals.PullBackTooLarge)


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_refuses_to_ask_back_nothing_or_less(amount_minor: int) -> None:
    split().when(demand(amount_minor)).then_refused(refusals.AmountNotUsable)


def test_refuses_another_amount_and_a_reason_that_is_no_code() -> None:
    split(demand()).when(confirm(399)).then_refused(refusals.AmountDiffers)
    split().when(demand(reason="Somebody's name")).then_refused(refusals.ReasonNotCode)


def test_refuses_a_return_as_a_whole_of_what_is_pulled_back_in_parts() -> None:
    split(demand()).when(back).then_refused(refusals.PayoutPulledBack)
    split(demand(), confirm()).when(back).then_refused(refusals.PayoutPulledBack)
    split(demand(), failed).when(back).then((Payout.Returned, {}))


def test_what_is_pulled_back_pays_what_is_owed_first() -> None:
    owing = Scenario(Payable).given(a_payable, credit(600), draw(600, SPLIT), charge(400))
    owing.when(lambda payable: payable.pull_back(SPLIT, PULL_BACK, 400, PAYDAY)).then(
        (Payable.PulledBack, {"netted": [{"order_id": str(ORDER), "amount_minor": 400}], "balance_minor": 0})
    )


def test_what_is_freed_or_not_is_said_once() -> None:
    freeing = Scenario(Unfreezing).given(lambda: Unfreezing(CHECKOUT, PAYMENT, [str(SPLIT)]))
    freeing.when(lambda one: one.confirm()).then((Unfreezing.Unfrozen, {}))
    for end in (lambda one: one.confirm(), lambda one: one.fail("no_auth")):
        ended = Scenario(Unfreezing).given(lambda: Unfreezing(CHECKOUT, PAYMENT, []), end)
        ended.when(lambda one: one.confirm()).then()
        ended.when(lambda one: one.fail("no_auth")).then()


def test_what_was_split_and_came_back_is_sound() -> None:
    from .test_invariants import named

    for name in ("pull-backs", "payouts", "debts", "earned by sales"):
        assert judged(named(name), split_story()) is None


def test_parts_are_as_few_as_can_be_and_no_more_than_a_payday_pays() -> None:
    assert in_parts(450_000, 199_999) == [199_999, 199_999, 50_002]
    assert in_parts(399_998, 199_999) == [199_999, 199_999]
    assert in_parts(450_000, None) == [450_000]
    assert len(in_parts(10**12, 199_999)) == MOST_PARTS


def test_a_bill_quotes_nothing() -> None:
    text = '记账时间,备注,金额\r\n`2026-11-01,`a "quoted, half,`1.00\r\n`2026-11-02,`"b,`2.00\r\n总笔数\r\n`2\r\n'
    assert [row["备注"] for row in _table(text)] == ['a "quoted, half', '"b']
    with pytest.raises(ValueError, match="zip"):
        _table("记账时间,备注\r\n`2026-11-01\r\n")


def test_receivers_are_merchants_or_persons() -> None:
    assert receiver_of("acct_mch_1900000110") == ("MERCHANT_ID", "1900000110")
    assert receiver_of("acct_oMaria") == ("PERSONAL_OPENID", "oMaria")
    assert is_merchant("acct_mch_1900000110")
    assert not is_merchant("acct_mch_maria")


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match="receivers"):
        split_read({"out_order_no": SPLIT.hex, "receivers": []})
    with pytest.raises(ValueError, match="none of ours"):
        pull_back_read({"out_return_no": "7", "result": "SUCCESS", "amount": 1})
    with pytest.raises(ValueError, match="time zone"):
        order_read({"trade_state": "SUCCESS", "transaction_id": "42", "amount": {"total": 1},
                    "success_time": "2026-11-01T12:00:00"})  # fmt: skip
    assert order_read({"trade_state": "NOTPAY"}) is None


def test_after_its_last_day_it_is_late() -> None:
    now = datetime.fromisoformat("2026-11-01T12:00:00+08:00")
    splits = WechatSplits(None, now=lambda: now)  # type: ignore[arg-type]
    assert [splits._is_over(now - timedelta(days=days), 30) for days in (29, 30)] == [False, True]
