"""What comes in about refunds that came back, field by field."""

from services.kernel.doors.fields import one_of
from services.mall.domain.refund_returns import OUTCOMES
from services.mall.schemas.commands import WithReason


class SettleRefund(WithReason):
    """What became of it, and why that is known, as a code."""

    outcome = one_of(OUTCOMES, required=True)
