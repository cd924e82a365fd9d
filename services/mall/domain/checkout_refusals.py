"""Why a checkout or its payment cannot go on; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Forbidden, Missing


class NoSuchCheckout(Missing):
    """There is no such checkout, or it is somebody else's."""

    sentence = "There is no such checkout here, or it is not yours."


class CheckoutNotOpen(Conflicting):
    """The checkout was paid, declined, cancelled or has expired."""

    sentence = "Checkout {checkout_id} is not open any more, it is {status}."


class CheckoutNotDue(Conflicting):
    """A checkout does not expire before its time."""

    sentence = "Checkout {checkout_id} is still valid; its end is {expires_at}."


class NoSuchPayment(Missing):
    """The checkout never asked for this payment."""

    sentence = "Payment {payment_id} does not belong to checkout {checkout_id}."


class PaymentAlreadyCaptured(Conflicting):
    """A payment that was captured cannot have been declined."""

    sentence = "Payment {payment_id} was already captured; refund it instead."


class AmountDiffers(Conflicting):
    """The provider moved another amount than it was asked for."""

    sentence = "{asked_minor} was asked for, but {amount_minor} was reported; compare with the payment provider."


class NotEnoughCaptured(Conflicting):
    """What was captured does not cover what is to be booked."""

    sentence = "Only {captured_minor} of what was captured is left, which does not cover {wanted_minor}."


class NoSuchRefund(Missing):
    """Nobody demanded this refund."""

    sentence = "Checkout {checkout_id} has no refund {refund_id}."


class RefundAlreadyConfirmed(Conflicting):
    """The provider confirmed the refund; it cannot have failed."""

    sentence = "Refund {refund_id} was already confirmed by the payment provider."


class CurrencyDiffers(Conflicting):
    """The provider moved another currency than it was asked for: a person has to look."""

    sentence = "{asked} was asked for, but {currency} was reported; compare with the payment provider."


class PaymentElsewhere(Conflicting):
    """A payment can be recorded for one checkout alone, or the same money would be booked twice."""

    sentence = "Payment {payment_id} belongs to another checkout; give each payment an id of its own."


class CheckoutNotRecorded(Conflicting):
    """The checkout was opened here, so its money comes through the payment provider alone."""

    sentence = "Checkout {checkout_id} was opened here and is paid here; record only what was sold elsewhere."


class RecordedOtherwise(Conflicting):
    """The id was recorded before with something else."""

    sentence = "{kind} {id} was recorded before with other values; take a new id, or send what was sent then."


class SoldByAnother(Conflicting):
    """An order holds the goods of one seller."""

    sentence = "Listing {listing_id} is not of seller {seller_id}; put it into an order of its own seller."


class InSuspense(Conflicting):
    """Part of what was paid was put to suspense, or is due to the buyer, before it was known to have gone back."""

    sentence = (
        "Of what was paid for checkout {checkout_id}, {amount_minor} in minor units are in suspense or due already; "
        "record a refund before anything is booked there."
    )


class PaymentDisputed(Conflicting):
    """The bank of the buyer may take the same money: whoever is paid back now could be paid twice."""

    sentence = "The payment of checkout {checkout_id} is disputed by the buyer's bank; wait until that has ended."


class RefundTakenByBank(Conflicting):
    """The bank of the buyer took for him, in a dispute that was lost, what was to go back."""

    sentence = "The buyer has got refund {refund_id} from his bank, in a dispute that was lost; nothing of it is due."


class NoPartLeft(Conflicting):
    """Every seller's part of what is wanted fails; ``left_out`` says of each why."""

    sentence = "No seller's part of this can be ordered now; left_out says of each of them why."


class RefundDemandedAgain(Conflicting):
    """What failed or came back was demanded anew under another id: the buyer would get it twice."""

    sentence = "Refund {refund_id} was demanded again as {retried_id}; compare both with the payment provider."


class RefundSentElsewhere(Conflicting):
    """Two operators have said that the buyer got it another way."""

    sentence = "The buyer has got refund {refund_id} another way; nothing of it is due."


class RefundStandsOtherwise(Conflicting):
    """What an operator says became of a refund cannot be: it was never given back, or is not due any more."""

    sentence = "Refund {refund_id} is {status}, and cannot be {told}; look at it again."


class OwnRefund(Forbidden):
    """Nobody has a say about money that is due to herself, or that she owed."""

    sentence = (
        "You bought or sold what refund {refund_id} is of, or earn by it; two other operators say what became of it."
    )
