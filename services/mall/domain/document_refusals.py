"""Why an invoice or a credit note cannot be had; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Missing


class MoreThanInvoiced(Conflicting):
    """Credit notes would take back more than their invoice was about."""

    sentence = "Of the invoice {left_minor} are left, and the credit note is about {wanted_minor}."


class NoSuchDocument(Missing):
    """There is no such invoice or credit note, or it is somebody else's."""

    sentence = "There is no such invoice or credit note here, or it is not yours."
