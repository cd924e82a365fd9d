"""Under which terms is paid out, and to which account of a party."""

from typing import Any, NamedTuple
from uuid import UUID

from services.known.groups import OWNER
from services.mall.domain.marks import DEVICE
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import PAYOUT_TERMS_ID, PayoutTerms
from services.mall.domain.refusals import AccountNotSet, NoSuchAccount, NoSuchProposal
from services.mall.domain.seller import Seller

from .marking import Marking
from .payables import Payables


class Party(NamedTuple):
    """Who is paid. ``person_id`` is who gets it, None for a community."""

    role: str
    party_id: UUID
    person_id: UUID | None

    @property
    def holder_id(self) -> UUID:
        """Under whose key the account is sealed."""
        return self.person_id or self.party_id


class PayoutAccounts(Payables, Marking):
    """Terms and accounts. Somebody else's party looks like a missing one."""

    def set_payout_terms(self, **values: Any) -> dict[str, Any]:
        """An operator sets how is paid out, from everybody's next payday on. What is looser is proposed.

        Raises TermsOutOfBounds, ScheduleNotUsable.
        """
        terms, proposal_id = self.unit.find(PayoutTerms, PAYOUT_TERMS_ID), self.unit.new_id("proposal")
        if terms is None:
            terms = PayoutTerms.begin(proposal_id, self.actor_id, **values)
            self.unit.add(terms)
            return {"proposal_id": None if terms.proposal is None else proposal_id}
        return {"proposal_id": terms.set(proposal_id, self.actor_id, **values)}

    def confirm_payout_terms(self, proposal_id: UUID) -> dict[str, Any]:
        """Another operator lets looser terms hold. Raises NoSuchProposal, TermsProposedByYou."""
        terms = self.unit.get(PayoutTerms, PAYOUT_TERMS_ID, NoSuchProposal())
        terms.confirm(proposal_id, self.actor_id)
        return {"proposal_id": proposal_id}

    def set_payout_account(
        self, party_id: UUID, destination: str, agrees: bool, device: str | None = None  # noqa: ARG002
    ) -> dict[str, Any]:  # fmt: skip
        """Where a party of the actor's is paid from now on, once the account has rested. That she ``agrees`` is asked
        for at the door, as the law wants it of what tells of accounts.

        Raises NoSuchAccount, DestinationNotUsable, DeviceNotUsable.
        """
        party = self.own_party(party_id)
        account = self.payout_account_of(party.role, party_id)
        rests = (self.payout_terms_now()["account_rest_hours"], self.now)
        if account is None:
            named = PayoutAccount.name(party.role, party_id, party.holder_id, destination, *rests, self.actor_id)
            self.unit.add(named)
        else:
            account.change(destination, *rests, self.actor_id)
        self.note_mark(self.actor_id, DEVICE, device)
        return {"party_id": party_id}

    def drop_payout_account(self, party_id: UUID) -> dict[str, Any]:
        """A party of the actor's is paid nowhere any more. Raises NoSuchAccount, AccountNotSet."""
        account = self.payout_account_of(self.own_party(party_id).role, party_id)
        if account is None:
            raise AccountNotSet()
        account.drop()
        return {"party_id": party_id}

    def payout_account_of(self, role: str, party_id: UUID) -> PayoutAccount | None:
        """Where a party is paid."""
        return self.unit.find(PayoutAccount, PayoutAccount.create_id(role, party_id))

    def own_party(self, party_id: UUID) -> Party:
        """The actor herself as a member or as a seller, or a group that she owns. Raises NoSuchAccount."""
        if party_id == self.actor_id:
            return Party("member", party_id, party_id)
        seller = self.unit.find(Seller, party_id)
        if seller is not None and seller.person_id == self.actor_id:
            return Party("seller", party_id, seller.person_id)
        if seller is None and OWNER in self.roles_in(party_id, self.actor_id):
            return Party("community", party_id, None)
        raise NoSuchAccount()

    def party_of(self, role: str, party_id: UUID) -> Party:
        """Whoever a balance is of."""
        if role == "seller":
            return Party(role, party_id, self.seller(party_id).person_id)
        return Party(role, party_id, party_id if role == "member" else None)
