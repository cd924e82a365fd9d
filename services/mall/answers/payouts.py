"""What questions and commands about payouts answer, field by field."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class PartyAnswer(CommandAnswer):
    """The party whose account it was about."""

    party_id = fields.UUID(required=True)


class PayoutAnswer(CommandAnswer):
    """The payout it was about."""

    payout_id = fields.UUID(required=True)


class PayoutTermsAnswer(CommandAnswer):
    """The proposal that another operator has to confirm; null where the terms hold."""

    proposal_id = fields.UUID(required=True, allow_none=True)


class PayoutTermsProposed(Schema):
    """Looser terms that hold when another operator has confirmed them."""

    proposal_id = fields.UUID(required=True)
    schedule = fields.String(required=True)
    least_minor = fields.Integer(required=True)
    approval_above_minor = fields.Integer(required=True)
    account_rest_hours = fields.Integer(required=True)


class PayoutTermsSeen(Schema):
    """How is paid out. Amounts are in minor units of whatever currency is paid."""

    schedule = fields.String(required=True, metadata={"description": "daily, weekly, monthly or manual"})
    least_minor = fields.Integer(required=True)
    approval_above_minor = fields.Integer(required=True, metadata={"description": "Of what is drawn on one day."})
    account_rest_hours = fields.Integer(
        required=True, metadata={"description": "How long nothing is paid to an account that was set."}
    )
    next_payday_at = Moment(required=True)
    proposed = fields.Nested(
        PayoutTermsProposed, required=True, allow_none=True, metadata={"description": "What is to be looser."}
    )


class PayoutAccountSeen(Schema):
    """Where a party is paid, as the payment provider calls it."""

    party_id = fields.UUID(required=True)
    role = fields.String(required=True, metadata={"description": "seller, community or member"})
    destination = fields.String(required=True, metadata={"example": "acct_1a2b"})
    state = fields.String(
        required=True, metadata={"description": "usable, account_resting, or account_refused after money came back"}
    )
    rests_until = Moment(required=True)
    refused_as = fields.String(required=True, allow_none=True, metadata={"description": "Why, as a code."})


class PayoutSeen(Schema):
    """One payout. While it is awaiting_approval, approved, sent or uncertain it is on its way; once it is paid it has
    arrived, unless its bank returns it. Rejected, cancelled, failed and returned are available again."""

    payout_id = fields.UUID(required=True)
    role = fields.String(required=True, metadata={"description": "seller, community or member"})
    party_id = fields.UUID(required=True)
    amount_minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Of the state, as a code."})
    approvals = fields.Integer(required=True, metadata={"description": "By how many operators; two are needed."})
    proposed_as = fields.String(
        required=True, allow_none=True, metadata={"description": "What an operator says by hand became of it."}
    )
    split_order_id = fields.UUID(
        required=True, allow_none=True,
        metadata={"description": "The order of whose payment it is a split; null where it is a transfer."},
    )  # fmt: skip
    pulled_back_minor = fields.Integer(required=True, metadata={"description": "What of a split has come back."})
    pull_back_state = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the last: demanded, pulled_back or failed."}
    )
    pull_back_reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it is demanded, or has failed, as a code."}
    )
    requested_at = Moment(required=True)
    changed_at = Moment(required=True)


class PayoutsSeen(Schema):
    """A page of payouts, the latest first."""

    items = fields.List(fields.Nested(PayoutSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)
