"""What comes in about reconciliations, field by field."""

from marshmallow import Schema

from services.kernel.doors.fields import Cursor, one_of, page_limit
from services.mall.domain.reconciliation import ACCOUNTS
from services.mall.domain.reconciling import JOINED, OPEN, RESOLVED, SETTLED, WITHDRAWN
from services.mall.schemas.commands import WithReason


class ResolveDiscrepancy(WithReason):
    """Why, as a code, and the account that explains it; without an account it is struck from what they state."""

    account = one_of(tuple(account.value for account in ACCOUNTS), load_default=None, allow_none=True)


class DaysAsked(Schema):
    """How many days, the latest first."""

    limit = page_limit()
    cursor = Cursor(1)


class LinesAsked(Schema):
    """How many lines."""

    limit = page_limit()
    cursor = Cursor(2)


class DiscrepanciesAsked(Schema):
    """Those that are open, or in another state; the oldest first."""

    state = one_of((OPEN, SETTLED, JOINED, WITHDRAWN, RESOLVED), load_default=OPEN)
    limit = page_limit()
    cursor = Cursor(2)
