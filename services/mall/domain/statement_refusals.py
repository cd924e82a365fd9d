"""Why a statement or a report cannot be made; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Malformed


class MomentToCome(Malformed):
    """A report is wanted as of a moment until which more may be recorded."""

    sentence = "A report is made as of a moment that is over, so that it stays as it is; give an earlier 'as_of'."


class PeriodEndsFirst(Malformed):
    """A period ends before it begins, or at the same moment."""

    sentence = "A period ends after it begins: 'to' must be later than 'from'."


class SinceNotEarlier(Malformed):
    """A correction goes from a later moment to an earlier one, or to the same."""

    sentence = "A correction is what was recorded between two moments: 'since' must be earlier than 'as_of'."


class StatementTooLong(Malformed):
    """A statement is wanted as one file, and it has more entries than a file takes."""

    sentence = (
        "One file takes {most} entries, and this period has {count}; ask for a shorter period, or read it page by page."
    )
