"""Balances in answers: the books, and what is owed to a party. Amounts in minor units of their currency."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment

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
    withheld_minor = fields.Integer(
        required=True, metadata={"description": "Of what is held, what is under a fraud hold."}
    )
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


class DestinationChange(Schema):
    """That where a party is paid was named, changed, refused or dropped, and by whom; null where the provider refused
    it. Nothing is paid there before ``rests_until``."""

    role = fields.String(required=True, metadata={"description": "seller, community or member"})
    what = fields.String(required=True, metadata={"description": "named, changed, refused or dropped"})
    changed_at = Moment(required=True)
    changed_by = fields.UUID(required=True, allow_none=True)
    rests_until = Moment(required=True, allow_none=True)


class AccountSeen(AsOf):
    """The accounts of a seller, a group or a member; and the latest changes of where it is paid, the latest first."""

    party_id = fields.UUID(required=True)
    balances = fields.List(fields.Nested(Owed), required=True)
    destination_changes = fields.List(fields.Nested(DestinationChange), required=True)
