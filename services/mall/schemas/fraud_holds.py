"""What comes in about fraud holds, field by field."""

from typing import Any

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, one_of, page_limit, text
from services.mall.domain.fraud_hold import DECISIONS
from services.mall.projections.fraud_holds import STATES
from services.mall.schemas.commands import code, whole

WORDS = {"description": "Sealed under the key of who writes it; read by who earns and by operators."}


def _days(description: str) -> fields.Integer:
    return whole(0, 10_000, required=True, metadata={"description": description})


class SetFraudTerms(Schema):
    """All terms at once. They hold for what is released once the notice is over."""

    cycle_orders = _days("From so many orders each way on a cycle is suspected.")
    cycle_days = _days("How far from one another the orders of a cycle may lie.")
    velocity_orders = _days("Beyond so many orders of one buyer for one earner each is suspected.")
    velocity_days = _days("Within how many days.")
    appeal_days = _days("How long nothing is forfeited without an appeal.")
    hold_days = _days("After how long without a decision the share is let go.")


class AppealFraudHold(Schema):
    """Why it should be let go."""

    text = text(5_000, required=True, metadata=WORDS)


class DecideFraudHold(Schema):
    """Let it go, or have it forfeited, which a second operator has to say as well."""

    decision = one_of(DECISIONS, required=True)
    reason = code()
    text = text(5_000, required=True, metadata=WORDS)


class FraudHoldsAsked(Schema):
    """Whose: one's own, or those of a group that one owns."""

    party_id: Any = fields.UUID()
    limit = page_limit()
    cursor = Cursor(1)


class FraudHoldsToDecideAsked(Schema):
    """In which state; undecided are all that are not closed."""

    state = one_of(("undecided", *STATES), load_default="undecided")
    limit = page_limit()
    cursor = Cursor(2)
