"""Where a party is paid: what the payment provider calls the account, never a bank number."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .form import check_reason
from .refusals import AccountNotSet, AccountRefused, AccountResting, DestinationNotUsable

__all__ = ["NO_ACCOUNT", "PayoutAccount"]

_DESTINATION = re.compile(r"acct_[A-Za-z0-9_-]{1,64}")
NO_ACCOUNT, RESTING, REFUSED = "no_account", "account_resting", "account_refused"


class PayoutAccount(AggregateRoot):
    """One account a party in a role. Whoever sets it is paid to it once it has rested, so that the party can learn of
    it.

    ``holder_id`` is under whose key the destination is sealed: the person who sells or shares, or the group itself.
    ``set_by`` is who set it last, ``setters`` are all who ever set it: whoever said where money goes does not approve
    that it goes there, nor say what became of it, and another one of them may have said the same since.
    ``refused_as`` is a code once the provider could not pay to it, or its bank sent money back.
    """

    TOPIC = "mall:PayoutAccount"
    snapshot_version = 3

    class Named(Begun):
        """The party is to be paid there. It was asked, and agreed that this is kept. ``set_by`` is who said so; version
        1 did not tell."""

        TOPIC = "mall:PayoutAccount.Named"
        class_version = 2
        personal = {"destination": "holder_id"}
        role: str
        party_id: UUID
        holder_id: UUID
        destination: str
        rests_until: datetime
        set_by: UUID | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Nobody noted it."""
            state["set_by"] = None

    class Changed(Fact):
        """From now on it is to be paid there; or there again, after that was refused. As ``Named``."""

        TOPIC = "mall:PayoutAccount.Changed"
        class_version = 2
        personal = {"destination": "holder_id"}
        holder_id: UUID
        destination: str
        rests_until: datetime
        set_by: UUID | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Nobody noted it."""
            state["set_by"] = None

    class Refused(Fact):
        """Money did not arrive there: nothing more is sent until it is set anew. ``reason`` is the provider's code."""

        TOPIC = "mall:PayoutAccount.Refused"
        reason: str

    class Dropped(Fact):
        """The party is to be paid nowhere."""

        TOPIC = "mall:PayoutAccount.Dropped"

    @staticmethod
    def create_id(role: str, party_id: UUID) -> UUID:
        """By the role too: nobody gets at the account of a person by a group that has her id."""
        return derived_id("payout account", role, party_id)

    @classmethod
    def name(
        cls, role: str, party_id: UUID, holder_id: UUID, destination: str, rest_hours: int, now: datetime, set_by: UUID
    ) -> "PayoutAccount":  # fmt: skip
        """The first account of a party. Raises ``DestinationNotUsable``."""
        _check(destination)
        return cls(role, party_id, holder_id, destination, now + timedelta(hours=rest_hours), set_by)

    @event(Named)
    def __init__(
        self, role: str, party_id: UUID, holder_id: UUID, destination: str, rests_until: datetime, set_by: UUID | None
    ) -> None:  # fmt: skip
        self.role = role
        self.party_id = party_id
        self.holder_id = holder_id
        self.destination: Any = destination
        self.rests_until = rests_until
        self.set_by = set_by
        self.setters: list[str] = [] if set_by is None else [str(set_by)]
        self.refused_as: str | None = None

    @property
    def is_set(self) -> bool:
        """Whether there is one; none can be read of a person who is forgotten."""
        return bool(self.destination)

    def was_set_by(self, person_id: UUID) -> bool:
        """Whether somebody has ever said where money of this party goes."""
        return str(person_id) in self.setters

    def change(self, destination: str, rest_hours: int, now: datetime, set_by: UUID) -> None:
        """Another account; the same again records nothing while it can be paid to. Raises ``DestinationNotUsable``."""
        _check(destination)
        if destination != self.destination or self.refused_as is not None:
            self._changed(self.holder_id, destination, now + timedelta(hours=rest_hours), set_by)

    @event(Changed)
    def _changed(self, holder_id: UUID, destination: str, rests_until: datetime, set_by: UUID | None) -> None:
        self.destination = destination
        self.rests_until = rests_until
        self.set_by = set_by
        self.setters += [] if set_by is None or str(set_by) in self.setters else [str(set_by)]
        self.refused_as = None

    def refuse(self, destination: str, reason: str) -> None:
        """Money did not arrive at this destination; nothing is recorded when it is another one by now, or again."""
        check_reason(reason)
        if destination == self.destination and self.refused_as is None:
            self._refused(reason)

    @event(Refused)
    def _refused(self, reason: str) -> None:
        self.refused_as = reason

    def drop(self) -> None:
        """Nobody is paid there any more. Raises ``AccountNotSet``."""
        if not self.is_set:
            raise AccountNotSet()
        self._dropped()

    @event(Dropped)
    def _dropped(self) -> None:
        self.destination = ""
        self.refused_as = None

    def why_not(self, now: datetime) -> str | None:
        """Why nothing can be paid there now, as a code; None when it can."""
        if not self.is_set:
            return NO_ACCOUNT
        if self.refused_as is not None:
            return REFUSED
        return RESTING if self._rests(now) else None

    def check_payable(self, now: datetime) -> None:
        """Raises ``AccountNotSet``, ``AccountRefused``, ``AccountResting``."""
        why = self.why_not(now)
        if why == NO_ACCOUNT:
            raise AccountNotSet()
        if why == REFUSED:
            raise AccountRefused(reason=self.refused_as)
        if why == RESTING:
            raise AccountResting(rests_until=self.rests_until.isoformat())

    def _rests(self, now: datetime) -> bool:
        """The guard against who took over a sign-in; tests switch it off to see that they need it."""
        return now < self.rests_until


def _check(destination: str) -> None:
    if not _DESTINATION.fullmatch(destination):
        raise DestinationNotUsable()
