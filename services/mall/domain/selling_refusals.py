"""Why somebody cannot sell, or something be sold; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Forbidden, Missing


class NoSuchSeller(Missing):
    """There is no such seller."""

    sentence = "There is no such seller; open one first."


class AlreadySeller(Conflicting):
    """The person sells here already."""

    sentence = "You are already seller {seller_id} in this mall."


class SellerThresholdUnmet(Forbidden):
    """The person lacks a claim that the mall asks of its sellers."""

    sentence = "To sell here you still need: {missing}."


class SellerSuspended(Conflicting):
    """The seller is suspended, so nothing of it can be sold or suspended again."""

    sentence = "Seller {seller_id} is suspended; it sells again when the claims asked of sellers hold again."


class SellerNotSuspended(Conflicting):
    """Only a suspended seller can be reinstated."""

    sentence = "Seller {seller_id} is not suspended; there is nothing to reinstate."


class NoSuchListing(Missing):
    """There is no such listing, or it is somebody else's."""

    sentence = "There is no such listing here, or it is not yours to see."


class ListingWithdrawn(Conflicting):
    """The listing is no longer offered."""

    sentence = "Listing {listing_id} was withdrawn and is no longer sold."


class SoldOut(Conflicting):
    """Less is available than was asked for; what is reserved for others does not count."""

    sentence = "Listing {listing_id} has only {left} left; order fewer."
    sentence_for_none = "Nothing is left of listing {listing_id}; choose another, or come back when there is more."

    @property
    def detail(self) -> str:
        """Where nothing is left, fewer would not help."""
        return super().detail if self.facts["left"] else self.sentence_for_none.format(**self.facts)


class AlreadyReserved(Conflicting):
    """The checkout holds a reservation of this listing already."""

    sentence = "Checkout {checkout_id} has already reserved listing {listing_id}; put all of it in one line."


class ReservationTooShort(Conflicting):
    """A reservation would end before it begins."""

    sentence = "The reservation would end at {expires_at}, which has passed; begin a new checkout."


class NoSuchReservation(Missing):
    """The checkout reserved nothing of this listing, or its reservation has ended."""

    sentence = "Checkout {checkout_id} holds no reservation of listing {listing_id}, or it has ended."


class OwnPurchase(Conflicting):
    """Nobody buys from himself: a commission arises only from a real sale."""

    sentence = "Listing {listing_id} is your own; you cannot buy it."
