"""What a seller and a community have agreed on: offered by one side, accepted by the other, ended by either."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import agreement_facts as facts
from . import refusals
from .agreement_terms import (
    COMMUNITY,
    SELLER,
    Terms,
    Version,
    check_span,
    check_terms,
    end_by_notice,
    ended_at,
    holds_at,
    not_replaced,
    still_ahead,
)

__all__ = ["OTHER_SIDE", "Agreement"]

OTHER_SIDE = {SELLER: COMMUNITY, COMMUNITY: SELLER}


class Agreement(AggregateRoot):
    """One of each seller and community. Nothing of it is edited: terms change by another offer that is accepted.

    ``open_offer`` is what waits for an answer, ``versions`` what holds now and later, in the order in which it begins;
    what was replaced is in the facts. ``is_end_told`` is whether others know of its end. ``sides`` of a command are
    those for which the actor may speak.
    """

    TOPIC = "mall:Agreement"
    snapshot_version = 2
    Opened = facts.Opened
    Offered = facts.Offered
    Accepted = facts.Accepted
    Declined = facts.Declined
    Withdrawn = facts.Withdrawn
    EndAnnounced = facts.EndAnnounced
    Lapsed = facts.Lapsed

    @staticmethod
    def create_id(seller_id: UUID, group_id: UUID) -> UUID:
        """One of each pair."""
        return derived_id("agreement", seller_id, group_id)

    @event(Opened)
    def __init__(self, seller_id: UUID, group_id: UUID) -> None:
        self.seller_id = seller_id
        self.group_id = group_id
        self.offers = 0
        self.open_offer: dict[str, Any] | None = None
        self.versions: list[Version] = []
        self.is_end_told = False

    def offer(self, offer_id: UUID, side: str, terms: Terms) -> int:
        """One side offers terms, in place of what waits for an answer; answers the number of the offer.

        Raises what ``check_terms`` raises.
        """
        check_terms(terms)
        self._offered(offer_id=offer_id, number=self.offers + 1, offered_by=side, **terms)
        return self.offers

    @event(Offered)
    def _offered(
        self, offer_id: UUID, number: int, offered_by: str, listing_ids: list[str], pool_bps: int,
        territory: list[str], floor_minor: int | None, currency: str | None, exclusive: bool, notice_days: int,
        starts_at: datetime | None, ends_at: datetime | None,
    ) -> None:  # fmt: skip
        self.offers = number
        self.open_offer = {
            "offer_id": str(offer_id), "number": number, "offered_by": offered_by, "listing_ids": listing_ids,
            "pool_bps": pool_bps, "territory": territory, "floor_minor": floor_minor, "currency": currency,
            "exclusive": exclusive, "notice_days": notice_days, "starts_at": starts_at, "ends_at": ends_at,
        }  # fmt: skip

    def accept(self, offer_id: UUID, sides: Collection[str], now: datetime) -> datetime:
        """The other side accepts; answers from when on it holds, which is not before now.

        Raises ``OfferNotOpen``, ``OfferIsYours``, ``AgreementEndsFirst``.
        """
        offer = self._answerable(offer_id, sides)
        starts_at = max(offer["starts_at"] or now, now)
        check_span(starts_at, offer["ends_at"])
        self._accepted(
            self.seller_id, self.group_id, offer_id, offer["number"], OTHER_SIDE[offer["offered_by"]], now,
            offer["exclusive"], starts_at, offer["ends_at"],
        )  # fmt: skip
        return starts_at

    @event(Accepted)
    def _accepted(
        self, seller_id: UUID, group_id: UUID, offer_id: UUID, number: int, accepted_by: str, accepted_at: datetime,
        exclusive: bool, starts_at: datetime, ends_at: datetime | None,
    ) -> None:  # fmt: skip
        before = ended_at(not_replaced(self.versions, accepted_at), starts_at)
        self.versions = [*before, _version(self.open_offer, starts_at, ends_at)]
        self.open_offer = None
        self.is_end_told = False

    def decline(self, offer_id: UUID, sides: Collection[str]) -> None:
        """The other side does not want it. Raises ``OfferNotOpen``, ``OfferIsYours``."""
        offer = self._answerable(offer_id, sides)
        self._declined(offer_id, offer["number"], OTHER_SIDE[offer["offered_by"]])

    @event(Declined)
    def _declined(self, offer_id: UUID, number: int, declined_by: str) -> None:
        self.open_offer = None

    def withdraw(self, offer_id: UUID, sides: Collection[str]) -> None:
        """Whoever offered it takes it back. Raises ``OfferNotOpen``, ``OfferIsTheirs``."""
        offer = self._open(offer_id)
        if offer["offered_by"] not in sides:
            raise refusals.OfferIsTheirs()
        self._withdrawn(offer_id, offer["number"], offer["offered_by"])

    @event(Withdrawn)
    def _withdrawn(self, offer_id: UUID, number: int, withdrawn_by: str) -> None:
        self.open_offer = None

    def end(self, side: str, now: datetime) -> datetime:
        """One side ends all that was agreed, after the notice of what holds now, or holds next; answers when.

        Raises ``AgreementNotInForce``, ``AgreementEndsAlready``.
        """
        ahead = still_ahead(self.versions, now)
        if not ahead:
            raise refusals.AgreementNotInForce()
        ends_at, last = end_by_notice(ahead[0], now), ahead[-1]["ends_at"]
        if last is not None and last <= ends_at:
            raise refusals.AgreementEndsAlready(ends_at=last.isoformat())
        self._end_announced(self.seller_id, self.group_id, side, now, ahead[0]["notice_days"], ends_at)
        return ends_at

    @event(EndAnnounced)
    def _end_announced(
        self, seller_id: UUID, group_id: UUID, announced_by: str, announced_at: datetime, notice_days: int,
        ends_at: datetime,
    ) -> None:  # fmt: skip
        self.versions = ended_at(self.versions, ends_at)
        self.is_end_told = True

    def lapse(self, now: datetime) -> None:
        """All that was agreed has come to the end that was part of it. Nothing is recorded before that, again, or of an
        end that one side announced."""
        ends_at = self.versions[-1]["ends_at"] if self.versions else None
        if ends_at is not None and ends_at <= now and not self.is_end_told:
            self._lapsed(self.seller_id, self.group_id, ends_at)

    @event(Lapsed)
    def _lapsed(self, seller_id: UUID, group_id: UUID, ends_at: datetime) -> None:
        self.is_end_told = True

    def at(self, moment: datetime) -> Version | None:
        """The version that holds, or was the last to hold."""
        return holds_at(self.versions, moment)

    @property
    def promised(self) -> dict[str, list[dict[str, Any]]]:
        """By the ids of listings the times in which they are this community's alone, as ``Listing`` keeps them."""
        found: dict[str, list[dict[str, Any]]] = {}
        for one in self.versions:
            ends_at = one["ends_at"] and one["ends_at"].isoformat()
            times = {"starts_at": one["starts_at"].isoformat(), "ends_at": ends_at}
            for listing_id in one["listing_ids"] if one["exclusive"] else ():
                found.setdefault(listing_id, []).append(times)
        return found

    def _answerable(self, offer_id: UUID, sides: Collection[str]) -> dict[str, Any]:
        offer = self._open(offer_id)
        if not self._is_answered_by(offer, sides):
            raise refusals.OfferIsYours()
        return offer

    def _is_answered_by(self, offer: dict[str, Any], sides: Collection[str]) -> bool:
        """The guard that two agree; tests switch it off to see that they need it."""
        return OTHER_SIDE[offer["offered_by"]] in sides

    def _open(self, offer_id: UUID) -> dict[str, Any]:
        if self.open_offer is None or self.open_offer["offer_id"] != str(offer_id):
            raise refusals.OfferNotOpen()
        return self.open_offer


def _version(offer: Any, starts_at: datetime, ends_at: datetime | None) -> Version:
    """What was offered, as it holds."""
    kept = {name: offer[name] for name in Version.__annotations__}
    return cast(Version, kept | {"starts_at": starts_at, "ends_at": ends_at})
