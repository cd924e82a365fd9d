"""Balances in answers: the books, and what is owed to a party. Amounts in minor units of their currency."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor

from .positions import AsOf


class Balance(Schema):
    """An account of the trial balance; what is owed stands with a minus."""

    account = fields.String(required=True)
    party_id = fields.UUID(required=True, allow_none=True)
    currency = fields.String(required=True)
    balance_minor = fields.Integer(required=True)


class Books(AsOf):
    """Every account that is not zero; the sums of all accounts, which are zero in every currency.

    The accounts of single checkouts come to one row an account, without a party.
    """

    accounts = fields.List(fields.Nested(Balance), required=True)
    sums = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    next = Cursor(3, required=True, allow_none=True)


class Owed(Schema):
    """What is owed to a party: held until return windows close, and available. A debt stands with a minus."""

    currency = fields.String(required=True)
    held_minor = fields.Integer(required=True)
    available_minor = fields.Integer(required=True)
    debt_minor = fields.Integer(
        required=True, metadata={"description": "Owed by the party; the next that is released pays it first."}
    )
    reserved_minor = fields.Integer(
        required=True, metadata={"description": "Of what is available, what open disputes may take: not paid out."}
    )
    paying_minor = fields.Integer(required=True, metadata={"description": "In payouts that are on their way."})
    paid_minor = fields.Integer(required=True, metadata={"description": "In payouts that have arrived."})
    not_paid_as = fields.String(
        required=True, allow_none=True,
        metadata={"description": "Why its last payday paid nothing, as a code; null when it did.",
                  "example": "no_account"},
    )  # fmt: skip


class AccountSeen(AsOf):
    """The accounts of a seller, a group or a member."""

    party_id = fields.UUID(required=True)
    balances = fields.List(fields.Nested(Owed), required=True)
