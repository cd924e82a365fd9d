"""When and how the mall pays out: the rhythm, the least amount, what two operators approve, how long accounts rest."""

from datetime import datetime, timedelta
from typing import Any, TypedDict, cast
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .payout_account import NO_ACCOUNT, PayoutAccount
from .refusals import ScheduleNotUsable, TermsOutOfBounds

__all__ = [
    "DEFAULT_PAYOUT_TERMS", "PAYOUT_TERMS_ID", "SCHEDULES", "PayoutTerms", "PayoutTermsValues", "payday_after",
    "why_nothing_is_paid",
]  # fmt: skip

PAYOUT_TERMS_ID = derived_id("mall", "payout terms")
DAILY, WEEKLY, MONTHLY, MANUAL = "daily", "weekly", "monthly", "manual"
BELOW_LEAST = "below_least"
SCHEDULES = (DAILY, WEEKLY, MONTHLY, MANUAL)


class PayoutTermsValues(TypedDict):
    """Terms as they are applied; ``version`` 0 are the defaults, before any were set. Amounts are in minor units of
    whatever currency is paid out."""

    version: int
    schedule: str
    least_minor: int
    approval_above_minor: int
    account_rest_hours: int


DEFAULT_PAYOUT_TERMS: PayoutTermsValues = {
    "version": 0, "schedule": WEEKLY, "least_minor": 100, "approval_above_minor": 1_000_000, "account_rest_hours": 72,
}  # fmt: skip
"""What holds until an operator sets terms."""
BOUNDS = {"least_minor": (1, 10**9), "approval_above_minor": (0, 10**12), "account_rest_hours": (0, 720)}


def payday_after(schedule: str, moment: datetime) -> datetime:
    """The first payday after a moment, at midnight UTC: of the next day, of Monday, or of the first of the month.

    Under ``manual`` nothing is paid then; every Monday it is looked whether that still holds.
    """
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if schedule == DAILY:
        return midnight + timedelta(days=1)
    if schedule == MONTHLY:
        return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    return midnight + timedelta(days=7 - midnight.weekday())


def why_nothing_is_paid(
    balance_minor: int, terms: PayoutTermsValues, account: PayoutAccount | None, now: datetime
) -> str | None:  # fmt: skip
    """Why a payday pays nothing of a balance, as a code; None when it is to be paid."""
    if terms["schedule"] == MANUAL:
        return MANUAL
    if balance_minor < terms["least_minor"]:
        return BELOW_LEAST
    return NO_ACCOUNT if account is None else account.why_not(now)


class PayoutTerms(AggregateRoot):
    """The terms of the one mall, under ``PAYOUT_TERMS_ID``. A change holds from the next payday of everybody on."""

    TOPIC = "mall:PayoutTerms"

    class Opened(Begun):
        """The first terms."""

        TOPIC = "mall:PayoutTerms.Opened"
        schedule: str
        least_minor: int
        approval_above_minor: int
        account_rest_hours: int

    class Changed(Fact):
        """All values anew, also those that stayed."""

        TOPIC = "mall:PayoutTerms.Changed"
        schedule: str
        least_minor: int
        approval_above_minor: int
        account_rest_hours: int

    @staticmethod
    def create_id() -> UUID:
        return PAYOUT_TERMS_ID

    @classmethod
    def open(cls, **values: Any) -> "PayoutTerms":
        """The first terms: ``PayoutTermsValues`` without the version. Raises ``TermsOutOfBounds``,
        ``ScheduleNotUsable``."""
        _check_all(values)
        return cls(**values)

    @event(Opened)
    def __init__(
        self, schedule: str, least_minor: int, approval_above_minor: int, account_rest_hours: int
    ) -> None:  # fmt: skip
        self.schedule = schedule
        self.least_minor = least_minor
        self.approval_above_minor = approval_above_minor
        self.account_rest_hours = account_rest_hours

    def change(self, **values: Any) -> None:
        """New values, as for ``open``; the same again record nothing. Raises ``TermsOutOfBounds``,
        ``ScheduleNotUsable``."""
        _check_all(values)
        if self.values != {"version": self.version, **values}:
            self._changed(**values)

    @event(Changed)
    def _changed(
        self, schedule: str, least_minor: int, approval_above_minor: int, account_rest_hours: int
    ) -> None:  # fmt: skip
        self.schedule = schedule
        self.least_minor = least_minor
        self.approval_above_minor = approval_above_minor
        self.account_rest_hours = account_rest_hours

    @property
    def values(self) -> PayoutTermsValues:
        """As they are applied, with the version they had."""
        told = {name: getattr(self, name) for name in PayoutTermsValues.__annotations__ if name != "version"}
        return cast(PayoutTermsValues, {"version": self.version, **told})


def _check_all(values: dict[str, Any]) -> None:
    if values["schedule"] not in SCHEDULES:
        raise ScheduleNotUsable(schedule=values["schedule"])
    for field, (least, most) in BOUNDS.items():
        if not least <= values[field] <= most:
            raise TermsOutOfBounds(field=field, value=values[field], least=least, most=most)
