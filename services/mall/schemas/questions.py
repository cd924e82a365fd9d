"""What comes with the mall's questions: which part of a list, how much at once, and where to go on."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment, one_of, page_limit, text


class TermsAsked(Schema):
    """The terms of which moment."""

    as_of = Moment(metadata={"description": "Without it, now."})


class TermsVersionsAsked(Schema):
    """How many versions."""

    limit = page_limit()
    cursor = Cursor(1)


class ListingsAsked(Schema):
    """Which listings."""

    tag = text(64)
    kind = one_of(("goods", "service", "ticket"))
    seller_id = fields.UUID()
    limit = page_limit()
    cursor = Cursor(1)


class ShelfAsked(Schema):
    """How much of a shelf."""

    limit = page_limit()
    cursor = Cursor(1)


class LinksAsked(Schema):
    """How many of one's share links."""

    limit = page_limit()
    cursor = Cursor(1)


class DisputesAsked(Schema):
    """Which disputes."""

    state = one_of(("open", "won", "lost"))
    limit = page_limit()
    cursor = Cursor(1)


class MyDisputesAsked(Schema):
    """How many of the disputes of one's orders."""

    limit = page_limit()
    cursor = Cursor(2)


class OrdersAsked(Schema):
    """The orders that one made, or that one got as a seller."""

    side = one_of(("buyer", "seller"), data_key="as", load_default="buyer")
    limit = page_limit()
    cursor = Cursor(1)


class FiguresAsked(Schema):
    """As of which moment."""

    as_of = Moment(
        metadata={"description": "What happened at this moment or after it is left out, whenever it was recorded.",
                  "example": "2018-01-01T00:00:00Z"}
    )  # fmt: skip


class ListingSalesAsked(FiguresAsked):
    """How many of a listing's lines."""

    limit = page_limit()
    cursor = Cursor(2)


class PaymentActionAsked(Schema):
    """From which position on; the answer to the checkout has it."""

    after = fields.String(
        load_default=None,
        metadata={"description": "Answer only when this position is in the view.", "example": "mall:42"},
    )


class CommunitySalesAsked(FiguresAsked):
    """How many of the listings that a group sold."""

    limit = page_limit()


class SoldAsked(FiguresAsked):
    """How many, from the highest sums on."""

    limit = page_limit(20)


class BooksAsked(FiguresAsked):
    """How many accounts."""

    limit = page_limit(1000)
    cursor = Cursor(3)
