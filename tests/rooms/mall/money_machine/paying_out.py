"""Paying out: accounts, paydays and payouts by hand, the approval of two, and whatever the provider makes of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.mall import due
from services.mall.application import Mall
from tests.support.scenario import CHEN, NOON, OPERATOR

from .furnishing import PARTIES, PAYOUT_TERMS, REST_HOURS, WITH_ACCOUNT, Party
from .machine import fitting, pick, the_one
from .passing import Errand, Passing
from .purses import OF_ROLE, Purse, PurseKey
from .selling import WHICH
from .shop import OPERATORS, PROVIDER

APPROVERS = (*OPERATORS, CHEN)
"""Chen would approve as well, but not what her own group gets."""
UNDER_WAY = ("sent", "uncertain")
WISHES = ["account", "drop", "all", "all", "all", "some", "some", "too much", "cancel"]
ASKED = st.one_of(*(st.tuples(st.just(name), st.fixed_dictionaries(told)) for name, told in (
    ("party_wishes", {
        "which": WHICH, "wish": st.sampled_from(WISHES), "name": st.sampled_from(["acct_first", "acct_second"]),
        "part": st.integers(1, 99), "answer": WHICH,
        "how": st.sampled_from(["", "paid", "paid", "failed", "poor", "returned", "returned later"]),
    }),
    ("operators_say", {
        "which": WHICH, "who": st.integers(0, 2),
        "what": st.sampled_from(["approve", "approve twice", "approve twice", "reject", "paid", "failed", "returned"]),
    }),
    ("provider_says", {
        "which": WHICH, "how": st.sampled_from(["paid", "failed", "poor", "returned", "doubt", "other amount"]),
    }),
    ("payout_terms", {
        "schedule": st.sampled_from(["daily", "weekly", "monthly", "manual"]),
        "rests": st.sampled_from([0, REST_HOURS]), "least": st.sampled_from([1, 100, 3_000]),
        "above": st.sampled_from([0, 2_000, 10**6]), "who": st.integers(0, 1),
        "is_confirmed": st.booleans(),
    }),
)))  # fmt: skip
"""What may be asked of payouts, and with what."""
Terms = dict[str, Any]


@dataclass
class Account:
    """Where a party is paid, once it has rested; nowhere without a name, or after money did not arrive there."""

    name: str
    rests_until: datetime
    is_refused: bool = False

    def is_usable(self, now: datetime) -> bool:
        """Whether money can go there."""
        return bool(self.name) and not self.is_refused and self.rests_until <= now


@dataclass(eq=False)
class Payout:
    """``status`` as the docs draw it; ``seen_by`` are those who approved it, ``says`` who would have it end how."""

    payout_id: UUID
    party: Party
    currency: str
    amount: int
    to: str
    asked_by: UUID | None
    status: str
    seen_by: tuple[UUID, ...] = ()
    says: tuple[UUID, str] | None = None

    @property
    def where(self) -> tuple[str, UUID]:
        """The account of the ledger on which it waits."""
        return "payouts_due", self.payout_id

    @property
    def of(self) -> tuple[str, UUID]:
        """The account of the ledger from which it was drawn."""
        return OF_ROLE[self.party.role], self.party.party_id


class PayingOut(Passing):
    """Everything between what is available to a party and its bank."""

    def __init__(self) -> None:
        super().__init__()
        self.payouts: list[Payout] = []
        rested = NOON + timedelta(hours=REST_HOURS)
        self.accounts = {party: Account("acct_first", rested) for party in WITH_ACCOUNT}
        self.pays: Terms = dict(PAYOUT_TERMS)
        self.proposal: tuple[UUID, UUID, Terms] | None = None
        self.confirmed: UUID | None = None

    @rule(asked=ASKED)
    def about_payouts(self, asked: tuple[str, dict[str, Any]]) -> None:
        """One of four: Hypothesis plays each history with some of its rules alone."""
        name, told = asked
        getattr(self, name)(**told)

    def party_wishes(self, which: int, wish: str, name: str, part: int, answer: int, how: str) -> None:
        """Somebody who is paid does something about it; then the provider may say something of a payout."""
        party = PARTIES[which]
        if wish == "account":
            self._account_set(party, name)
        elif wish == "drop":
            self._account_dropped(party)
        elif wish == "cancel":
            self._cancelled_by_party(which)
        else:
            self._request(which, wish, part)
        if how:
            self.work_off()
            self._tell(answer, how)

    def operators_say(self, which: int, what: str, who: int) -> None:
        """They approve and reject what waits for them, and settle what the provider contradicts itself about."""
        waits = "awaiting" if "approve" in what or what == "reject" else "sent"
        payout = fitting(self.payouts, which, lambda one: one.status == waits)
        if payout is None:
            return
        if what in ("approve", "approve twice"):
            self._approve(payout, APPROVERS[who])
            if what == "approve twice":
                self._approve(payout, APPROVERS[(who + 1) % 3])
        elif what == "reject":
            self._reject(payout)
        else:
            self._settle(payout, what, OPERATORS[who % 2])
            self._settle(payout, what, OPERATORS[who // 2])

    def provider_says(self, which: int, how: str) -> None:
        """Of what was sent, and also of what it has told before, or never was asked for."""
        self._tell(which, how)

    def payout_terms(self, schedule: str, least: int, above: int, rests: int, who: int, is_confirmed: bool) -> None:
        """What is tighter holds at once, what is looser when another operator confirms it."""
        told = dict(zip(PAYOUT_TERMS, (schedule, least, above, rests), strict=True))
        is_looser = above > self.pays["approval_above_minor"] or rests < self.pays["account_rest_hours"]
        made = self.carry(OPERATORS[who], lambda mall: mall.set_payout_terms(**told))
        if not is_looser:
            self._terms_hold(told)
        elif self.proposal is None or self.proposal[2] != told:
            self.proposal = made["proposal_id"], OPERATORS[who], told
        if is_confirmed and self.proposal is not None:
            proposal_id, proposed_by, values = self.proposal
            self.carry(proposed_by, lambda mall: mall.confirm_payout_terms(proposal_id), False)
            other = next(one for one in OPERATORS if one != proposed_by)
            self.carry(other, lambda mall: mall.confirm_payout_terms(proposal_id))
            self._terms_hold(values)

    def _terms_hold(self, told: Terms) -> None:
        self.pays, self.proposal, self.schedule = told, None, told["schedule"]

    def errands(self) -> dict[str, Errand]:
        return super().errands() | {due.PAY_DAY: self._pay_day, due.SEND_PAYOUT: self._send}

    def nothing_waits(self) -> None:
        super().nothing_waits()
        assert not [one for one in self.purses.values() if one.payday is not None and one.payday <= self.shop.now]
        assert not [one for one in self.payouts if one.status == "approved"]
        paydays = {self.told_purses.keys[UUID(subject)]: at for (kind, subject), at in self.shop.due_rows().items()
                   if kind == due.PAY_DAY}  # fmt: skip
        assert paydays == {key: one.payday for key, one in self.purses.items() if one.payday is not None}

    @invariant()
    def every_payout_is_as_the_model_says(self) -> None:
        assert self.told_purses.payouts == {one.payout_id: one.status for one in self.payouts}

    def _pay_day(self, subject: str, _at: datetime) -> None:
        """All that is free goes out, or why not is known, and it is looked at on the next payday."""
        key = self.told_purses.keys[UUID(subject)]
        self.carry(OPERATOR, partial(Mall.pay_out_on_payday, payable_id=UUID(subject)))
        purse, party = self.purses[key], self._party(key)
        if purse.money <= 0:
            return
        account = self.accounts.get(party)
        is_time = self.pays["schedule"] != "manual" and purse.free >= self.pays["least_minor"]
        if is_time and account is not None and account.is_usable(self.shop.now):
            self._drawn(party, purse, key[2], purse.free, account.name, None)
        if purse.money > 0:
            purse.payday = self.next_payday()

    def _send(self, subject: str, _at: datetime) -> None:
        """Or take back, what a debt, a bank or another account has made wrong since it was asked for."""
        payout = the_one(one for one in self.payouts if str(one.payout_id) == subject)
        self.carry(OPERATOR, partial(Mall.send_payout, payout_id=payout.payout_id))
        if payout.status != "approved":
            return
        account = self.accounts.get(payout.party)
        is_same = account is not None and account.name == payout.to and account.is_usable(self.shop.now)
        if is_same and self._purse_of(payout).money >= 0 and self._purse_of(payout).free >= 0:
            payout.status = "sent"
        else:
            self._comes_back(payout, "cancelled")

    def _account_set(self, party: Party, name: str) -> None:
        self.carry(party.person_id, lambda mall: mall.set_payout_account(party.party_id, name, True))
        account = self.accounts.get(party)
        if account is None or account.name != name or account.is_refused:
            rested = self.shop.now + timedelta(hours=self.pays["account_rest_hours"])
            self.accounts[party] = Account(name, rested)

    def _account_dropped(self, party: Party) -> None:
        account = self.accounts.get(party)
        can = account is not None and bool(account.name)
        self.carry(party.person_id, lambda mall: mall.drop_payout_account(party.party_id), can)
        if account is not None and can:
            account.name, account.is_refused = "", False

    def _request(self, which: int, wish: str, part: int) -> None:
        """Mostly of a purse that has something."""
        found = [(self._party(key), key[2]) for key, one in self.purses.items() if one.money > 0]
        party, currency = pick(found, which) or (PARTIES[which], "EUR")
        purse, account, least = self.purses[party.role, str(party.party_id), currency], self.accounts.get(party), 0
        least = self.pays["least_minor"]
        some = {"some": purse.free * part // 100, "too much": purse.free + 1}.get(wish)
        amount = max(purse.free, least) if some is None else some
        can = account is not None and account.is_usable(self.shop.now) and least <= amount <= purse.free
        asks = partial(Mall.request_payout, party_id=party.party_id, currency=currency, amount_minor=some)
        self.carry(party.person_id, asks, can)
        if can and account is not None:
            self._drawn(party, purse, currency, amount, account.name, party.person_id)

    def _drawn(
        self, party: Party, purse: Purse, currency: str, amount: int, to: str, asked_by: UUID | None
    ) -> None:  # fmt: skip
        """It waits for the provider, or for two operators when more than the limit was drawn on this day."""
        found = [vars(fact) for fact in self.told if type(fact).__qualname__ == "Payout.Requested"]
        (told,) = found
        assert told["amount_minor"] == amount
        is_much = purse.draw(amount, self.shop.now) > self.pays["approval_above_minor"]
        status = "awaiting" if is_much else "approved"
        payout = Payout(told["payout_id"], party, currency, amount, to, asked_by, status)
        self.payouts.append(payout)
        self.books.move(amount, currency, payout.of, payout.where)

    def _cancelled_by_party(self, which: int) -> None:
        payout = fitting(self.payouts, which, lambda one: one.status in ("awaiting", "approved"))
        if payout is None:
            return
        can = payout.status in ("awaiting", "approved", "cancelled")
        self.carry(payout.party.person_id, lambda mall: mall.cancel_payout(payout.payout_id), can)
        if can and payout.status != "cancelled":
            self._comes_back(payout, "cancelled")

    def _approve(self, payout: Payout, who: UUID) -> None:
        """Not who gets it, owns what gets it, has set where it goes, or asked for it; and nobody twice."""
        is_own = who in (payout.party.person_id, payout.asked_by)
        can = payout.status == "awaiting" and not is_own and who not in payout.seen_by
        self.carry(who, lambda mall: mall.approve_payout(payout.payout_id), can)
        if can:
            payout.seen_by += (who,)
            payout.status = "approved" if len(payout.seen_by) == 2 else "awaiting"

    def _reject(self, payout: Payout) -> None:
        can = payout.status in ("awaiting", "rejected")
        self.carry(OPERATOR, lambda mall: mall.reject_payout(payout.payout_id, "not_now"), can)
        if payout.status == "awaiting":
            self._comes_back(payout, "rejected")

    def _settle(self, payout: Payout, outcome: str, who: UUID) -> None:
        """It holds when another operator says the same."""
        can = payout.status in UNDER_WAY or (payout.status, outcome) == ("paid", "returned")
        said = payout.says is not None and payout.says[1] == outcome
        can = can and payout.says != (who, outcome)
        self.carry(who, lambda mall: mall.settle_payout_by_hand(payout.payout_id, outcome, "seen"), can)
        if can and not said:
            payout.says = who, outcome
        elif can:
            self._ends(payout, outcome)

    def _tell(self, which: int, how: str) -> None:
        """``poor`` is a failure for which the account can do nothing."""
        payout = fitting(self.payouts, which, lambda one: one.status in (*UNDER_WAY, "paid"))
        if payout is None:
            return
        outcome = {"poor": "failed", "other amount": "paid", "returned later": "returned"}.get(how, how)
        if how == "returned later" and payout.status in UNDER_WAY:
            self._tell_outcome(payout, "paid", "paid", 0)
        self._tell_outcome(payout, how, outcome, 1 if how == "other amount" else 0)

    def _tell_outcome(self, payout: Payout, how: str, outcome: str, beyond: int) -> None:
        is_known = outcome in (payout.status, "doubt") or (payout.status, outcome) == ("returned", "paid")
        can = payout.status in UNDER_WAY or (payout.status, outcome) == ("paid", "returned") or is_known
        before = self.shop.recorder.position()
        self.carry(PROVIDER, partial(_told, payout=payout, how=how, outcome=outcome, beyond=beyond), can and not beyond)
        if beyond or not can:
            return
        if outcome == "doubt":
            payout.status = "uncertain" if payout.status == "sent" else payout.status
        elif is_known:
            assert self.shop.recorder.position() == before
        else:
            self._ends(payout, outcome)
            account = self.accounts.get(payout.party)
            if outcome != "paid" and how != "poor" and account is not None and account.name == payout.to:
                account.is_refused = True

    def _ends(self, payout: Payout, outcome: str) -> None:
        if outcome != "failed" and payout.status != "paid":
            self.books.move(payout.amount, payout.currency, payout.where, ("provider", None))
        if outcome == "paid":
            payout.status = "paid"
        else:
            self._comes_back(payout, outcome)

    def _comes_back(self, payout: Payout, status: str) -> None:
        """It is available again, once, and pays debts first."""
        payout.status = status
        came_from = ("provider", None) if status == "returned" else payout.where
        self.books.move(payout.amount, payout.currency, came_from, payout.of)
        self._purse_of(payout).put(payout.amount, self.next_payday())

    def _purse_of(self, payout: Payout) -> Purse:
        return self.purse(payout.party.role, payout.party.party_id, payout.currency)

    def _party(self, key: PurseKey) -> Party:
        return next(one for one in PARTIES if (one.role, str(one.party_id)) == key[:2])


def _told(mall: Mall, payout: Payout, how: str, outcome: str, beyond: int) -> None:
    amount, payout_id = payout.amount + beyond, payout.payout_id
    if outcome == "doubt":
        mall.doubt_payout(payout_id, "no_answer")
    elif outcome == "paid":
        mall.settle_payout(payout_id, amount, payout.currency)
    elif outcome == "failed":
        mall.fail_payout(payout_id, "insufficient_balance" if how == "poor" else "account_closed")
    else:
        mall.return_payout(payout_id, amount, payout.currency, "account_closed")
