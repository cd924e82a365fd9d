"""What comes in about disputes, field by field."""

from services.kernel.doors.fields import one_of
from services.mall.domain.reversals import LOST, WON
from services.mall.schemas.commands import WithReason


class SettleDispute(WithReason):
    """How it ends, and why that is known, as a code."""

    outcome = one_of((WON, LOST), required=True)
