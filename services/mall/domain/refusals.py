"""Every way in which the mall says no; one class an obstacle, its kind from the kernel.

Sentences carry ids, figures and codes, never a name, an address or other free text of a person.
"""

from services.kernel.domain import Conflicting, Forbidden, Malformed, Missing, Unready

from .checkout_refusals import AmountDiffers as AmountDiffers
from .checkout_refusals import CheckoutNotDue as CheckoutNotDue
from .checkout_refusals import CheckoutNotOpen as CheckoutNotOpen
from .checkout_refusals import CheckoutNotRecorded as CheckoutNotRecorded
from .checkout_refusals import CurrencyDiffers as CurrencyDiffers
from .checkout_refusals import NoSuchCheckout as NoSuchCheckout
from .checkout_refusals import NoSuchPayment as NoSuchPayment
from .checkout_refusals import NoSuchRefund as NoSuchRefund
from .checkout_refusals import NotEnoughCaptured as NotEnoughCaptured
from .checkout_refusals import PaymentAlreadyCaptured as PaymentAlreadyCaptured
from .checkout_refusals import PaymentElsewhere as PaymentElsewhere
from .checkout_refusals import RecordedOtherwise as RecordedOtherwise
from .checkout_refusals import RefundAlreadyConfirmed as RefundAlreadyConfirmed
from .checkout_refusals import SoldByAnother as SoldByAnother
from .order_refusals import AlreadyDelivered as AlreadyDelivered
from .order_refusals import AlreadyPaid as AlreadyPaid
from .order_refusals import AlreadyReleased as AlreadyReleased
from .order_refusals import DeliveredInFuture as DeliveredInFuture
from .order_refusals import NoSuchLine as NoSuchLine
from .order_refusals import NoSuchOrder as NoSuchOrder
from .order_refusals import NotDelivered as NotDelivered
from .order_refusals import NothingToRefund as NothingToRefund
from .order_refusals import NotPaid as NotPaid
from .order_refusals import OrderCancelled as OrderCancelled
from .order_refusals import OverRefunded as OverRefunded
from .order_refusals import ReturnWindowClosed as ReturnWindowClosed
from .order_refusals import ReturnWindowOpen as ReturnWindowOpen
from .review_refusals import AlreadyReviewed as AlreadyReviewed
from .review_refusals import NoSuchReview as NoSuchReview
from .review_refusals import RatingOutOfBounds as RatingOutOfBounds
from .review_refusals import ReviewAnsweredTooOften as ReviewAnsweredTooOften
from .review_refusals import ReviewChangedTooOften as ReviewChangedTooOften
from .review_refusals import ReviewRemoved as ReviewRemoved
from .review_refusals import ReviewTooEarly as ReviewTooEarly
from .review_refusals import ReviewTooLate as ReviewTooLate
from .statement_refusals import MomentToCome as MomentToCome
from .statement_refusals import PeriodEndsFirst as PeriodEndsFirst
from .statement_refusals import SinceNotEarlier as SinceNotEarlier
from .statement_refusals import StatementTooLong as StatementTooLong
from .tariff_refusals import FeeByTariff as FeeByTariff
from .tariff_refusals import LimitsCrossed as LimitsCrossed
from .tariff_refusals import LimitsWithoutCurrency as LimitsWithoutCurrency
from .tariff_refusals import NoSuchRule as NoSuchRule
from .tariff_refusals import NoticeTooShort as NoticeTooShort
from .tariff_refusals import RuleEndsAlready as RuleEndsAlready
from .tariff_refusals import RuleEndsFirst as RuleEndsFirst
from .tariff_refusals import TariffOutOfBounds as TariffOutOfBounds
from .ticket_refusals import RegistrationNeeded as RegistrationNeeded
from .ticket_refusals import RegistrationNotNeeded as RegistrationNotNeeded
from .ticket_refusals import SeatAlreadyOrdered as SeatAlreadyOrdered
from .ticket_refusals import SeatNotKept as SeatNotKept
from .ticket_refusals import SeatNotKnownYet as SeatNotKnownYet
from .ticket_refusals import SeatsDiffer as SeatsDiffer
from .ticket_refusals import TicketDeliveredElsewhere as TicketDeliveredElsewhere
from .ticket_refusals import TicketFixedByGathering as TicketFixedByGathering
from .ticket_refusals import TicketNotSentBack as TicketNotSentBack
from .ticket_refusals import TicketNotShelved as TicketNotShelved
from .ticket_refusals import TicketRefundedInParts as TicketRefundedInParts
from .way_refusals import AlreadyPicked as AlreadyPicked
from .way_refusals import LinkElsewhere as LinkElsewhere
from .way_refusals import LinkEnded as LinkEnded
from .way_refusals import LinkEndsInPast as LinkEndsInPast
from .way_refusals import NoSuchLink as NoSuchLink
from .way_refusals import NoSuchShelf as NoSuchShelf
from .way_refusals import NotPicked as NotPicked
from .way_refusals import OutOfSeason as OutOfSeason
from .way_refusals import SeasonEndsFirst as SeasonEndsFirst

# The form of what was sent.


class TitleNotUsable(Malformed):
    """A title is empty or too long."""

    sentence = "A title takes 1 to {most} characters; this one has {length}."


class PriceNotPositive(Malformed):
    """A price is zero or less."""

    sentence = "A price must be at least 1 in minor units; {price_minor} is not."


class AmountNotUsable(Malformed):
    """An amount of money has a sign or size that makes no sense here."""

    sentence = "The amount {amount_minor} cannot be used here; give a positive number of minor units."


class TotalTooHigh(Malformed):
    """All lines of a checkout together cost more than can be booked at once."""

    sentence = "The total of {total_minor} is more than {most_minor} in minor units; buy it in parts."


class CurrencyNotUsable(Malformed):
    """A currency is not written as in ISO 4217."""

    sentence = "A currency is three capital letters as in ISO 4217, for instance EUR or CNY."


class CommissionOutOfBounds(Malformed):
    """The commission offered to a community is negative or more than half the price."""

    sentence = "A commission is {least} to {most} basis points of the price; {commission_bps} is not."


class StockNegative(Malformed):
    """A listing cannot start with less than nothing."""

    sentence = "Stock cannot be negative; {stock} was given."


class QuantityNotPositive(Malformed):
    """A quantity is zero or less."""

    sentence = "A quantity must be at least 1; {quantity} is not."


class ReasonNotCode(Malformed):
    """A reason is free text: that could name a person, and facts are kept for ever."""

    sentence = "A reason is a code of 1 to 64 lower-case letters, digits and underscores, such as 'changed_mind'."


class TermsOutOfBounds(Malformed):
    """A value of the mall's terms is outside what the law or the mall allows."""

    sentence = "'{field}' must be {least} to {most}; {value} is not."


class ThresholdNotUsable(Malformed):
    """The condition for sellers is not a threshold expression."""

    sentence = "The condition for sellers cannot be read. At {path}: {problem}."


class CheckoutEmpty(Malformed):
    """A checkout without any order."""

    sentence = "There is nothing in this checkout; add at least one line."


class MixedCurrencies(Malformed):
    """One checkout is paid in one payment, so in one currency."""

    sentence = "One checkout is paid in one currency, and these listings have {currencies}; order them apart."


# Sellers.


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


# Listings, stock and shelves.


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


# Figures and accounts.


class FiguresNotReady(Unready):
    """A view is being rebuilt, so what was sold and what was booked are not at the same position."""

    sentence = "The figures are being made again from the facts; ask again in a moment."


class NoSuchAccount(Missing):
    """There is no seller or group of this id, or it is somebody else's."""

    sentence = "There is no account of this party here, or it is not yours to see."
