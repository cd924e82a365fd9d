"""Why news of a dispute cannot be booked; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Forbidden, Missing, Unready


class PaymentNotCaptured(Unready):
    """A dispute is about money that has not been booked yet: it is told again once that is."""

    sentence = "Payment {payment_id} is not captured here yet; tell of its dispute again."


class DisputeEndedOtherwise(Conflicting):
    """The provider says that a dispute is won which was lost, or lost which was won: a person has to look."""

    sentence = "Dispute {dispute_id} has already ended, it was {status}; compare it with the provider's list."


class DisputeDiffers(Conflicting):
    """The provider tells of a dispute with another payment, amount, currency or fee than before."""

    sentence = "Dispute {dispute_id} is known with another payment, amount, currency or fee; compare and settle it."


class DisputeAboveCapture(Conflicting):
    """A bank takes back no more than was paid: this would be booked on nobody's account."""

    sentence = (
        "Dispute {reference} is of {amount_minor}, and {captured_minor} were captured of its payment (minor units); "
        "have the provider correct it. Nothing of the payment is released until then."
    )


class DisputeFeeTooHigh(Conflicting):
    """What the provider takes for a dispute is far beyond what any takes."""

    sentence = (
        "The fee of dispute {reference} is {fee_minor}, and at most {most_minor} (minor units) are believed; have the "
        "provider correct it. Nothing of the payment is released until then."
    )


class NoSuchDispute(Missing):
    """No dispute is known under this id."""

    sentence = "There is no such dispute here."


class OwnDispute(Forbidden):
    """Nobody decides a dispute of what she bought, sold, or earns by."""

    sentence = "You bought or sold what dispute {dispute_id} is of, or earn by it; two other operators settle it."
