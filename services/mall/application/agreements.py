"""What sellers and communities agree on: offered by one side, answered by the other, ended by either."""

from typing import Any
from uuid import UUID

from services.known.groups import OWNER, owners_of
from services.mall.domain.agreement import Agreement
from services.mall.domain.agreement_terms import COMMUNITY, SELLER, Agreed, Bought, Terms, agreed
from services.mall.domain.listing import Listing
from services.mall.domain.refusals import NoSuchAgreement, NoSuchCommunity, NoSuchListing

from .loading import Loading

A_SIDE = "the seller, or the owner of the group"


class Agreements(Loading):
    """Agreements of sellers and groups of the actor's own; to everybody else they look missing."""

    def offer_agreement(self, seller_id: UUID, group_id: UUID, **told: Any) -> dict[str, Any]:
        """A side that the actor stands for offers terms to the other one.

        Raises NoSuchSeller, Forbidden, SellerSuspended, NoSuchCommunity, NoSuchListing, ListingWithdrawn,
        TicketNotShelved, and what Agreement.offer raises.
        """
        sides = self._sides(self.seller(seller_id).id, group_id)
        self.refuse_unless(bool(sides), A_SIDE)
        self.active_seller(seller_id)
        self._require_community(group_id)
        for listing_id in told["listing_ids"]:
            self._require_goods(listing_id, seller_id)
        agreement_id, offer_id = Agreement.create_id(seller_id, group_id), self.unit.new_id("offer")
        agreement = self.unit.find(Agreement, agreement_id)
        if agreement is None:
            agreement = Agreement(seller_id, group_id)
            self.unit.add(agreement)
        number = agreement.offer(offer_id, sides[0], _terms(**told))
        return {"agreement_id": agreement_id, "offer_id": offer_id, "number": number}

    def accept_agreement(self, agreement_id: UUID, offer_id: UUID) -> dict[str, Any]:
        """The other side accepts. What is promised to one community alone is promised in the same append.

        Raises NoSuchAgreement, SellerSuspended, ListingExclusive, and what Agreement.accept raises.
        """
        agreement, sides = self._theirs(agreement_id)
        self.active_seller(agreement.seller_id)
        before = agreement.promised
        starts_at = agreement.accept(offer_id, sides, self.now)
        self._keep_promises(agreement, before)
        return {"agreement_id": agreement_id, "offer_id": offer_id, "starts_at": starts_at}

    def decline_agreement(self, agreement_id: UUID, offer_id: UUID) -> dict[str, Any]:
        """The other side does not want it. Raises NoSuchAgreement, OfferNotOpen, OfferIsYours."""
        agreement, sides = self._theirs(agreement_id)
        agreement.decline(offer_id, sides)
        return {"agreement_id": agreement_id, "offer_id": offer_id}

    def withdraw_agreement(self, agreement_id: UUID, offer_id: UUID) -> dict[str, Any]:
        """Whoever offered it takes it back. Raises NoSuchAgreement, OfferNotOpen, OfferIsTheirs."""
        agreement, sides = self._theirs(agreement_id)
        agreement.withdraw(offer_id, sides)
        return {"agreement_id": agreement_id, "offer_id": offer_id}

    def end_agreement(self, agreement_id: UUID) -> dict[str, Any]:
        """One side ends what was agreed, after its notice.

        Raises NoSuchAgreement, AgreementNotInForce, AgreementEndsAlready.
        """
        agreement, sides = self._theirs(agreement_id)
        before = agreement.promised
        ends_at = agreement.end(sides[0], self.now)
        self._keep_promises(agreement, before)
        return {"agreement_id": agreement_id, "ends_at": ends_at}

    def lapse_agreement(self, agreement_id: UUID) -> None:
        """What was agreed until a time is over, which nobody has announced."""
        self.unit.get(Agreement, agreement_id, NoSuchAgreement()).lapse(self.now)

    def agreed(self, listing: Listing, group_id: UUID | None, country: str | None) -> Agreed | None:
        """What a line that is ordered now keeps of agreements; None where there are none."""
        if group_id is None:
            return None
        agreement_id = Agreement.create_id(listing.seller_id, group_id)
        agreement = self.unit.find(Agreement, agreement_id)
        version = None if agreement is None else agreement.at(self.now)
        bought = Bought(listing.id, listing.price_minor, listing.currency, country)
        return agreed(agreement_id, version, bought, listing.promise_at(self.now), group_id, self.now)

    def _keep_promises(self, agreement: Agreement, before: dict[str, Any]) -> None:
        """What was promised before and is not any more is free from then on."""
        promised, notice_days = agreement.promised, self.notice_days()
        for listing_id in sorted(before | promised):
            times = promised.get(listing_id, [])
            self.listing(listing_id).promise(agreement.group_id, agreement.id, times, self.now, notice_days)

    def _theirs(self, agreement_id: UUID) -> tuple[Agreement, list[str]]:
        """The agreement, and for which sides the actor stands, one at the least."""
        agreement = self.unit.get(Agreement, agreement_id, NoSuchAgreement())
        sides = self._sides(agreement.seller_id, agreement.group_id)
        if not sides:
            raise NoSuchAgreement()
        return agreement, sides

    def _sides(self, seller_id: UUID, group_id: UUID) -> list[str]:
        is_seller = self.seller(seller_id).person_id == self.actor_id
        is_owner = OWNER in self.roles_in(group_id, self.actor_id)
        return [side for side, stands in ((SELLER, is_seller), (COMMUNITY, is_owner)) if stands]

    def _require_community(self, group_id: UUID) -> None:
        with self.views.glancing() as connection:
            if not owners_of(connection, group_id):
                raise NoSuchCommunity()

    def _require_goods(self, listing_id: UUID, seller_id: UUID) -> None:
        listing = self.listing(listing_id)
        if listing.seller_id != seller_id:
            raise NoSuchListing()
        listing.check_shelvable()


def _terms(listing_ids: list[UUID], territory: list[str], **told: Any) -> Terms:
    """Terms as a form names them; nothing stands there twice."""
    return Terms(
        listing_ids=list(dict.fromkeys(map(str, listing_ids))), territory=list(dict.fromkeys(territory)),
        pool_bps=told["pool_bps"], exclusive=told["exclusive"], notice_days=told["notice_days"],
        floor_minor=told.get("floor_minor"), currency=told.get("currency"), starts_at=told.get("starts_at"),
        ends_at=told.get("ends_at"),
    )  # fmt: skip
