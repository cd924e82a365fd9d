"""The numbers of one issuer's documents: 1, 2, 3 and so on, without end and without gap."""

from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

__all__ = ["DocumentSeries", "number_of"]


def number_of(issuer_id: UUID, number: int) -> str:
    """A number as it stands on the document: the beginning of the issuer's id, and six digits or more."""
    return f"{issuer_id.hex[:8].upper()}-{number:06d}"


class DocumentSeries(AggregateRoot):
    """One an issuer, for invoices and credit notes together. It goes on over the turn of the year.

    A number is drawn in the append in which its document is issued, or it is not drawn at all.
    """

    TOPIC = "mall:DocumentSeries"

    class Opened(Begun):
        """The first document of this issuer is to be issued."""

        TOPIC = "mall:DocumentSeries.Opened"
        issuer_id: UUID

    class NumberDrawn(Fact):
        """This document has this number."""

        TOPIC = "mall:DocumentSeries.NumberDrawn"
        issuer_id: UUID
        document_id: UUID
        number: int

    @staticmethod
    def create_id(issuer_id: UUID) -> UUID:
        return derived_id("document_series", issuer_id)

    @event(Opened)
    def __init__(self, issuer_id: UUID) -> None:
        self.issuer_id = issuer_id
        self.last_number = 0

    def draw(self, document_id: UUID) -> str:
        """The next number, for a document that is issued in the same append."""
        self._number_drawn(self.issuer_id, document_id, self.last_number + 1)
        return number_of(self.issuer_id, self.last_number)

    @event(NumberDrawn)
    def _number_drawn(self, issuer_id: UUID, document_id: UUID, number: int) -> None:
        self.last_number = number
