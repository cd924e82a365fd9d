"""Lives of what is paid out: terms, accounts, balances, payouts."""

from datetime import timedelta
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.domain.payout_terms import PayoutTerms
from services.mall.domain.unfreezing import Unfreezing
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON

SELLER, ORDER, OTHER_ORDER, PAYOUT = UUID(int=0x5E), UUID(int=0x0D), UUID(int=0x0E), UUID(int=0xE1)
PROPOSAL, DISPUTE = UUID(int=0x9B), UUID(int=0xD7)
SPLIT, PULL_BACK, OTHER_PULL_BACK = UUID(int=0xE7), UUID(int=0xB1), UUID(int=0xB2)
PAYMENT, CHECKOUT, GROUP = UUID(int=0xA1), UUID(int=0xC1), UUID(int=0x60)
PAYDAY = NOON + timedelta(days=7)


def _terms() -> list[AggregateRoot]:
    terms = PayoutTerms.open(schedule="weekly", least_minor=100, approval_above_minor=50_000, account_rest_hours=72)
    values = {"least_minor": 500, "approval_above_minor": 40_000, "account_rest_hours": 72}
    terms.set(PROPOSAL, BORIS, schedule="monthly", **values)
    terms.set(PROPOSAL, BORIS, schedule="monthly", **(values | {"account_rest_hours": 24}))
    terms.confirm(PROPOSAL, CHEN)
    return [terms]


def _accounts() -> list[AggregateRoot]:
    account = PayoutAccount.name("seller", SELLER, ANNA, "acct_anna", 72, NOON, ANNA)
    account.refuse("acct_anna", "account_closed")
    account.change("acct_other", 72, NOON, BORIS)
    account.drop()
    return [account]


def _payables() -> list[AggregateRoot]:
    payable = Payable("seller", SELLER, "EUR")
    payable.charge(OTHER_ORDER, 300)
    payable.credit(ORDER, 9_300, PAYDAY)
    payable.pass_payday("no_account", PAYDAY)
    payable.reserve(DISPUTE, ORDER, 200)
    payable.free(DISPUTE, ORDER)
    payable.draw(PAYOUT, 9_000, NOON)
    payable.charge(OTHER_ORDER, 100)
    payable.restore(PAYOUT, PAYDAY)
    payable.pull_back(SPLIT, PULL_BACK, 50, PAYDAY)
    return [payable]


def _payout() -> Payout:
    return Payout.request(PAYOUT, "seller", SELLER, ANNA, BORIS, ANNA, "acct_anna", 9_000, "EUR", True)


def _payouts() -> list[AggregateRoot]:
    returned, failed, rejected, cancelled = (_payout() for _ in range(4))
    for payout in (returned, failed):
        payout.approve(CHEN)
        payout.approve(DORA)
        payout.send()
    returned.doubt("no_answer")
    returned.settle_by_hand("returned", "seen_at_provider", CHEN)
    returned.give_back(9_000, "EUR", "account_closed")
    failed.fail("no_such_destination")
    rejected.reject("not_known")
    cancelled.cancel("by_party")
    return [returned, failed, rejected, cancelled]


def _splits() -> list[AggregateRoot]:
    of = {"payment_id": str(PAYMENT), "order_id": str(ORDER), "of_minor": 12_000, "before_minor": 0}
    split = Payout.request(SPLIT, "community", GROUP, None, None, GROUP, "acct_mch_1900000110", 600, "CNY", False, of)
    split.send()
    split.settle(600, "CNY")
    split.demand_pull_back(PULL_BACK, 50, "owed_after_refund")
    split.confirm_pull_back(PULL_BACK, 50)
    split.demand_pull_back(OTHER_PULL_BACK, 100, "owed_after_refund")
    split.fail_pull_back(OTHER_PULL_BACK, "receiver_has_too_little")
    freed, kept = (Unfreezing(checkout_id, PAYMENT, [str(SPLIT)]) for checkout_id in (CHECKOUT, ORDER))
    freed.confirm()
    kept.fail("no_auth")
    return [split, freed, kept]


def _elsewhere() -> list[AggregateRoot]:
    return [PayoutElsewhere.record(PAYOUT, "seller", SELLER, [ORDER, OTHER_ORDER], 18_600, "BRL")]


LIVES = [_terms, _accounts, _payables, _payouts, _splits, _elsewhere]
