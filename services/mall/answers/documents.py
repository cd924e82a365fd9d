"""Invoices and credit notes, field by field. Amounts in minor units of their currency, all of them positive."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment


class DocumentRow(Schema):
    """What every row of a document tells. ``invoice_id`` is the document itself, or the invoice that it corrects."""

    document_id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"description": "invoice or credit_note"})
    number = fields.String(required=True, metadata={"example": "5E3A9C01-000123"})
    invoice_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    issuer_id = fields.UUID(required=True, metadata={"description": "The seller."})
    currency = fields.String(required=True)
    total_minor = fields.Integer(required=True)
    issued_at = Moment(required=True)


class DocumentsSeen(Schema):
    """A page of what a seller has issued, the latest number first."""

    items = fields.List(fields.Nested(DocumentRow), required=True)
    next = Cursor(1, required=True, allow_none=True)


class DocumentsOfOrder(Schema):
    """The invoice of an order and its credit notes, in the order in which they were issued; none yet, or none due."""

    items = fields.List(fields.Nested(DocumentRow), required=True)


class DocumentLine(Schema):
    """A line, or what went back of one: ``quantity`` is 0 where only an amount did. Price and freight are
    ``amount_minor``."""

    line_id = fields.String(required=True)
    listing_id = fields.UUID(required=True)
    title = fields.String(required=True)
    quantity = fields.Integer(required=True)
    unit_price_minor = fields.Integer(required=True)
    price_minor = fields.Integer(required=True)
    freight_minor = fields.Integer(required=True)
    amount_minor = fields.Integer(required=True)


class DocumentSeen(DocumentRow):
    """A document in full, as it was issued. ``issuer_name`` is null once its person is forgotten, ``buyer_id`` is for
    the buyer and for operators. A credit note names its invoice, and the refund or dispute that it is about."""

    issuer_name = fields.String(required=True, allow_none=True)
    buyer_id = fields.UUID(required=True, allow_none=True)
    invoice_number = fields.String(required=True)
    cause = fields.String(required=True, allow_none=True, metadata={"description": "refund, dispute, or null"})
    cause_id = fields.UUID(required=True, allow_none=True)
    lines = fields.List(fields.Nested(DocumentLine), required=True)
