"""Why the books are not compared or not mended; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Missing


class DayNotADate(Missing):
    """Something else than a day is named, as where there is nothing."""

    sentence = "Write the day as a date such as 2026-05-01; days are those of UTC."


class DayNotOver(Conflicting):
    """The statement of a day is complete when the day is over."""

    sentence = "The day {day} is not over yet; its statement can be asked for from {ends_at} on."


class DayBeforeFirst(Conflicting):
    """Days before the first one are not compared."""

    sentence = "The books are compared from {first_day} on; {day} is before that."


class DaysBetweenMissing(Conflicting):
    """Each day is compared after the one before it: what is open goes on to the next."""

    sentence = "The statement of {next_day} comes next; {day} has to wait for it."


class NoSuchReconciliation(Missing):
    """No statement of this day was imported."""

    sentence = "No statement of this day has been imported."


class NoSuchDiscrepancy(Missing):
    """There is no such discrepancy."""

    sentence = "There is no such discrepancy here."


class DiscrepancyNotOpen(Conflicting):
    """A discrepancy is resolved once; one that a later statement settled needs nothing."""

    sentence = "Discrepancy {discrepancy_id} is {state}; only an open one can be resolved."


class AccountDoesNotFit(Conflicting):
    """The bank account of the platform is for what the platform itself withdrew."""

    sentence = "Account {account} is not for a line of kind {kind}; take another, or suspense_reconciliation."


class NoFeesStated(Conflicting):
    """The provider kept nothing on this day."""

    sentence = "The provider states no fees of {day}; there is nothing to accept."
