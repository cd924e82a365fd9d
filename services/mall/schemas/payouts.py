"""What comes in about payouts, field by field."""

from marshmallow import Schema, fields, validate

from services.kernel.doors.fields import Cursor, one_of, page_limit, text
from services.mall.domain.payout import FAILED, PAID, RETURNED
from services.mall.domain.payout_terms import BOUNDS, SCHEDULES
from services.mall.schemas.commands import HIGHEST_AMOUNT, WithReason, currency, device, money, whole

MOST_HOURS = BOUNDS["account_rest_hours"][1]


class SetPayoutTerms(Schema):
    """All terms of payouts at once. They hold from everybody's next payday on, looser ones once they are confirmed by
    another operator."""

    schedule = one_of(SCHEDULES, required=True)
    least_minor = money(required=True, metadata={"description": "Less is not paid out."})
    approval_above_minor = money(
        required=True, metadata={"description": "Two operators approve what is drawn on one day above it."}
    )
    account_rest_hours = whole(
        0, HIGHEST_AMOUNT, required=True,
        metadata={"description": f"How long nothing is paid to an account that was set; {MOST_HOURS} at most."},
    )  # fmt: skip


class SetPayoutAccount(Schema):
    """Where to, and that it may be kept for that."""

    destination = text(
        80, required=True,
        metadata={"description": "What the payment provider calls the account. Sealed.", "example": "acct_1a2b"},
    )  # fmt: skip
    device = device()
    agrees = fields.Boolean(
        required=True, truthy={True}, falsy={False},
        validate=validate.Equal(True, error="An account is kept only if you agree that it is."),
        metadata={"description": "That it is kept and handed to the payment provider, for payouts alone."},
    )  # fmt: skip


class RequestPayout(Schema):
    """Who is to be paid, and how much; all there is without an amount."""

    party_id = fields.UUID(required=True)
    currency = currency()
    amount_minor = money(least=1)


class PayoutsAsked(Schema):
    """Whose payouts."""

    party_id = fields.UUID(required=True)
    limit = page_limit()
    cursor = Cursor(1)


class ToSettleAsked(Schema):
    """For what a person is needed: an approval, what came back, what is on its way for over two days, what of a split
    could not be had back."""

    why = one_of(("approval", "failed", "overdue", "not_pulled_back"), load_default="approval")
    limit = page_limit()
    cursor = Cursor(1)


class SettlePayout(WithReason):
    """What became of it, and why that is known, as a code."""

    outcome = one_of((PAID, FAILED, RETURNED), required=True)
