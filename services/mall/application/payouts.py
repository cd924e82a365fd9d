"""Paying out: on paydays, by hand, above a limit with the approval of two operators."""

from typing import Any
from uuid import UUID

from services.known.groups import OWNER
from services.mall.domain.payable import Payable
from services.mall.domain.payout import APPROVED, Payout
from services.mall.domain.payout_terms import DISPUTED, why_nothing_is_paid
from services.mall.domain.refusals import AccountNotSet, BalanceTooLow, NoSuchPayout, PayoutTooSmall

from .payout_accounts import Party, PayoutAccounts

BY_PARTY, DEBT_SINCE, DISPUTED_SINCE, ACCOUNT_SINCE = "by_party", "debt_since", "disputed_since", "account_changed"
IN_PARTS, MOST_PARTS = "in_parts", 50
"""The rest of what a payday pays in parts waits for the next one, so that one append stays small."""


class Payouts(PayoutAccounts):
    """Payouts from the request until they are sent. Somebody else's look like missing ones."""

    def request_payout(self, party_id: UUID, currency: str, amount_minor: int | None = None) -> dict[str, Any]:
        """A party of the actor's wants to be paid now: so much, or all there is.

        Raises NoSuchAccount, AccountNotSet, AccountRefused, AccountResting, PayoutTooSmall, BalanceTooLow,
        AmountNotUsable.
        """
        party, least_minor = self.own_party(party_id), self.payout_terms_now()["least_minor"]
        payable, account = self.payable(party.role, party_id, currency), self.payout_account_of(party.role, party_id)
        if account is None:
            raise AccountNotSet()
        account.check_payable(self.now)
        free_minor = 0 if payable is None else payable.free_minor
        wanted_minor = max(free_minor, least_minor) if amount_minor is None else amount_minor
        if payable is None:
            raise BalanceTooLow(available_minor=0, wanted_minor=wanted_minor, currency=currency)
        if wanted_minor < least_minor:
            raise PayoutTooSmall(least_minor=least_minor, amount_minor=wanted_minor)
        payout_id = self.unit.new_id("payout")
        self.draw(payout_id, payable, party, wanted_minor, account.destination, self.actor_id)
        return {"payout_id": payout_id}

    def cancel_payout(self, payout_id: UUID) -> dict[str, Any]:
        """The party gives it up before it is sent; again changes nothing. Raises NoSuchPayout, PayoutAlreadySent."""
        payout = self.payout(payout_id)
        if not self._is_of_actor(payout):
            raise NoSuchPayout()
        payout.cancel(BY_PARTY)
        self.restore(payout)
        return {"payout_id": payout_id}

    def approve_payout(self, payout_id: UUID) -> dict[str, Any]:
        """One of two operators who have nothing of it, and never said where it goes. Raises NoSuchPayout, and what
        Payout.approve raises."""
        payout = self.payout(payout_id)
        account = self.payout_account_of(payout.role, payout.party_id)
        has_set_it = account is not None and account.was_set_by(self.actor_id)
        payout.approve(self.actor_id, is_own=has_set_it or self._is_of_actor(payout))
        return {"payout_id": payout_id}

    def reject_payout(self, payout_id: UUID, reason: str) -> dict[str, Any]:
        """An operator says no: it is the party's again. Raises NoSuchPayout, PayoutNotAwaiting, ReasonNotCode."""
        payout = self.payout(payout_id)
        payout.reject(reason)
        self.restore(payout)
        return {"payout_id": payout_id}

    def settle_payout_by_hand(self, payout_id: UUID, outcome: str, reason: str) -> dict[str, Any]:
        """One of two operators who have nothing of it, never said where it goes, and say what became of it, where the
        provider contradicts itself. Raises NoSuchPayout, and what Payout.settle_by_hand raises."""
        payout = self.payout(payout_id)
        account = self.payout_account_of(payout.role, payout.party_id)
        has_set_it = account is not None and account.was_set_by(self.actor_id)
        payout.settle_by_hand(outcome, reason, self.actor_id, is_own=has_set_it or self._is_of_actor(payout))
        self.restore(payout)
        self.ask_back_of(payout)
        return {"payout_id": payout_id}

    def pay_out_on_payday(self, payable_id: UUID, most_minor: int | None = None) -> None:
        """All that is free, or why not: either way it is known when it is looked at next, unless nothing is left.

        Where the provider transfers ``most_minor`` at once, it is paid in as many parts as that takes, up to a number.
        """
        payable = self.unit.find(Payable, payable_id)
        if payable is None or payable.balance_minor <= 0:
            return
        account = self.payout_account_of(payable.role, payable.party_id)
        terms = self.payout_terms_now()
        why_not = why_nothing_is_paid(payable.balance_minor, payable.free_minor, terms, account, self.now)
        if why_not is not None or account is None:
            payable.pass_payday(str(why_not), self.next_payday())
        else:
            party = self.party_of(payable.role, payable.party_id)
            for number, amount_minor in enumerate(in_parts(payable.free_minor, most_minor)):
                payout_id = self.unit.new_id("payout", *([number] if number else ()))
                self.draw(payout_id, payable, party, amount_minor, account.destination)
            if payable.balance_minor > 0:
                payable.pass_payday(IN_PARTS if payable.free_minor > 0 else DISPUTED, self.next_payday())

    def send_payout(self, payout_id: UUID) -> None:
        """It is time to ask the provider; one that has ended meanwhile stays as it is.

        What turned out to be wrong since it was asked for takes it back: a refund has made a debt of the balance, a
        dispute may take more than is there, or the account is another one, or refused.
        """
        payout = self.payout(payout_id)
        if payout.status != APPROVED:
            return
        why_not = self._why_not_sent(payout)
        if why_not is None:
            payout.send()
        else:
            payout.cancel(why_not)
            self.restore(payout)

    def restore(self, payout: Payout) -> None:
        """What has come back of a payout is there again, once."""
        payable = self.payable(payout.role, payout.party_id, payout.currency)
        if payout.is_back and payable is not None:
            payable.restore(payout.id, self.next_payday())

    def ask_back_of(self, payout: Payout) -> None:
        """A refund may have made a debt of what a split brings, while it was on its way."""
        payable = self.payable(payout.role, payout.party_id, payout.currency)
        if payable is not None:
            self.ask_back(payable, payout)

    def payout(self, payout_id: UUID) -> Payout:
        """Raises NoSuchPayout."""
        return self.unit.get(Payout, payout_id, NoSuchPayout())

    def draw(
        self, payout_id: UUID, payable: Payable, party: Party, amount_minor: int, destination: str,
        requested_by: UUID | None = None, split: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """A payout of so much of what is free, by transfer or by a split. Raises BalanceTooLow, AmountNotUsable."""
        payable.draw(payout_id, amount_minor, self.now)
        # What is drawn in parts on one day is looked at as if it were drawn at once.
        needs_approval = payable.day_minor > self.payout_terms_now()["approval_above_minor"]
        payout = Payout.request(
            payout_id, party.role, party.party_id, party.person_id, requested_by, party.holder_id, destination,
            amount_minor, payable.currency, needs_approval, split,
        )  # fmt: skip
        self.unit.add(payout)

    def _why_not_sent(self, payout: Payout) -> str | None:
        payable = self.payable(payout.role, payout.party_id, payout.currency)
        account = self.payout_account_of(payout.role, payout.party_id)
        if payable is None or payable.balance_minor < 0:
            return DEBT_SINCE
        if payable.free_minor < 0:
            return DISPUTED_SINCE
        is_same = account is not None and account.destination == payout.destination
        return None if is_same and account is not None and account.why_not(self.now) is None else ACCOUNT_SINCE

    def _is_of_actor(self, payout: Payout) -> bool:
        if payout.person_id is not None:
            return payout.person_id == self.actor_id
        return OWNER in self.roles_in(payout.party_id, self.actor_id)


def in_parts(amount_minor: int, most_minor: int | None) -> list[int]:
    """An amount in the fewest parts of which none is more than the most, the largest first; itself without one. What
    ``MOST_PARTS`` do not hold is left out."""
    if most_minor is None:
        return [amount_minor]
    whole, rest = divmod(min(amount_minor, most_minor * MOST_PARTS), most_minor)
    return [most_minor] * whole + ([rest] if rest else [])
