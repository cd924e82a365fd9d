"""When and how the mall pays out: the rhythm, the least amount, what two operators approve, how long accounts rest."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, cast
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .payout_account import NO_ACCOUNT, PayoutAccount
from .refusals import NoSuchProposal, ScheduleNotUsable, TermsOutOfBounds, TermsProposedByYou

__all__ = [
    "DEFAULT_PAYOUT_TERMS", "PAYOUT_TERMS_ID", "SCHEDULES", "PayoutTerms", "PayoutTermsValues", "payday_after",
    "why_nothing_is_paid",
]  # fmt: skip

PAYOUT_TERMS_ID = derived_id("mall", "payout terms")
DAILY, WEEKLY, MONTHLY, MANUAL = "daily", "weekly", "monthly", "manual"
BELOW_LEAST, DISPUTED = "below_least", "disputed"
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
    balance_minor: int, free_minor: int, terms: PayoutTermsValues, account: PayoutAccount | None, now: datetime
) -> str | None:  # fmt: skip
    """Why a payday pays nothing of a balance, of which so much is free, as a code; None when that is to be paid."""
    if terms["schedule"] == MANUAL:
        return MANUAL
    if balance_minor < terms["least_minor"]:
        return BELOW_LEAST
    if free_minor < terms["least_minor"]:
        return DISPUTED
    return NO_ACCOUNT if account is None else account.why_not(now)


class PayoutTerms(AggregateRoot):
    """The terms of the one mall, under ``PAYOUT_TERMS_ID``. A change holds from the next payday of everybody on.

    One that loosens what two operators look at (a higher limit, a shorter rest of accounts) is a ``proposal`` until
    another operator confirms it; all else holds at once. There is one proposal at most: what is set later replaces it.
    """

    TOPIC = "mall:PayoutTerms"
    snapshot_version = 2

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

    class LooseningProposed(Fact):
        """An operator would have these values, which loosen what holds; it stays until another operator confirms."""

        TOPIC = "mall:PayoutTerms.LooseningProposed"
        proposal_id: UUID
        proposed_by: UUID
        schedule: str
        least_minor: int
        approval_above_minor: int
        account_rest_hours: int

    class Loosened(Fact):
        """Another operator has confirmed the proposal: all values anew."""

        TOPIC = "mall:PayoutTerms.Loosened"
        proposal_id: UUID
        confirmed_by: UUID
        schedule: str
        least_minor: int
        approval_above_minor: int
        account_rest_hours: int

    @staticmethod
    def create_id() -> UUID:
        return PAYOUT_TERMS_ID

    @classmethod
    def begin(cls, proposal_id: UUID, operator_id: UUID, **values: Any) -> "PayoutTerms":
        """The first that an operator sets: at once, unless they are looser than the defaults, which hold until then.
        Raises ``TermsOutOfBounds``, ``ScheduleNotUsable``."""
        default = {name: value for name, value in DEFAULT_PAYOUT_TERMS.items() if name != "version"}
        terms = cls.open(**(default if _is_looser(values, default) else values))
        terms.set(proposal_id, operator_id, **values)
        return terms

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
        self.proposal: dict[str, Any] | None = None
        self.confirmed: str | None = None
        self._assign(schedule, least_minor, approval_above_minor, account_rest_hours)

    def set(self, proposal_id: UUID, operator_id: UUID, **values: Any) -> UUID | None:
        """New values, as for ``open``; answers the id under which they are proposed, None when they hold.

        Those that hold, or are proposed, again record nothing; those that hold withdraw a proposal. Raises
        ``TermsOutOfBounds``, ``ScheduleNotUsable``.
        """
        _check_all(values)
        holding = {name: value for name, value in self.values.items() if name != "version"}
        if not _is_looser(values, holding):
            if values != holding or self.proposal is not None:
                self._changed(**values)
            return None
        if self.proposal is None or values.items() - self.proposal.items():
            self._loosening_proposed(proposal_id, operator_id, **values)
        assert self.proposal is not None, "it was proposed just now, or before"
        return UUID(self.proposal["proposal_id"])

    @event(LooseningProposed)
    def _loosening_proposed(
        self, proposal_id: UUID, proposed_by: UUID, schedule: str, least_minor: int, approval_above_minor: int,
        account_rest_hours: int,
    ) -> None:  # fmt: skip
        self.proposal = {
            "proposal_id": str(proposal_id), "proposed_by": str(proposed_by), "schedule": schedule,
            "least_minor": least_minor, "approval_above_minor": approval_above_minor,
            "account_rest_hours": account_rest_hours,
        }  # fmt: skip

    def confirm(self, proposal_id: UUID, operator_id: UUID) -> None:
        """Another operator lets what is proposed hold; again records nothing. Raises ``NoSuchProposal``,
        ``TermsProposedByYou``."""
        if self.confirmed == str(proposal_id):
            return
        if self.proposal is None or self.proposal["proposal_id"] != str(proposal_id):
            raise NoSuchProposal()
        if self.proposal["proposed_by"] == str(operator_id):
            raise TermsProposedByYou()
        values = {name: value for name, value in self.proposal.items() if name not in ("proposal_id", "proposed_by")}
        self._loosened(proposal_id, operator_id, **values)

    @event(Loosened)
    def _loosened(
        self, proposal_id: UUID, confirmed_by: UUID, schedule: str, least_minor: int, approval_above_minor: int,
        account_rest_hours: int,
    ) -> None:  # fmt: skip
        self._assign(schedule, least_minor, approval_above_minor, account_rest_hours)
        self.confirmed = str(proposal_id)

    @event(Changed)
    def _changed(
        self, schedule: str, least_minor: int, approval_above_minor: int, account_rest_hours: int
    ) -> None:  # fmt: skip
        self._assign(schedule, least_minor, approval_above_minor, account_rest_hours)

    def _assign(self, schedule: str, least_minor: int, approval_above_minor: int, account_rest_hours: int) -> None:
        self.schedule = schedule
        self.least_minor = least_minor
        self.approval_above_minor = approval_above_minor
        self.account_rest_hours = account_rest_hours
        self.proposal = None

    @property
    def values(self) -> PayoutTermsValues:
        """As they are applied, with the version they had."""
        told = {name: getattr(self, name) for name in PayoutTermsValues.__annotations__ if name != "version"}
        return cast(PayoutTermsValues, {"version": self.version, **told})


def _is_looser(values: Mapping[str, Any], than: Mapping[str, Any]) -> bool:
    """Whether less would be looked at by two, or paid sooner to an account that was set just now; the guard of four
    eyes, which tests switch off to see that they need it."""
    is_higher: bool = values["approval_above_minor"] > than["approval_above_minor"]
    is_shorter: bool = values["account_rest_hours"] < than["account_rest_hours"]
    return is_higher or is_shorter


def _check_all(values: dict[str, Any]) -> None:
    if values["schedule"] not in SCHEDULES:
        raise ScheduleNotUsable(schedule=values["schedule"])
    for field, (least, most) in BOUNDS.items():
        if not least <= values[field] <= most:
            raise TermsOutOfBounds(field=field, value=values[field], least=least, most=most)
