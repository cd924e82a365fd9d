"""What a buyer sends back, and cases about an order: until they have ended nothing of it is released."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from . import refusals
from .form import check_quantity, check_reason
from .reversals import Reversible

__all__ = ["RETURN_ANSWERED_AFTER", "Returnable"]

# Seven days are what the law gives a seller to pay back (Consumer Protection Law of the PRC, Art. 25).
RETURN_ANSWERED_AFTER = timedelta(days=7)
"""How long a seller may leave a return unanswered, before a case is opened about it."""


class Returnable(Reversible):
    """What holds the release of an order besides a dispute.

    ``answer_by`` maps lines that were asked to be returned to when that has to be answered, None where no clock was
    set: asked before there was one, or of what was paid elsewhere. ``case_id`` is the case that is open, ``cases`` how
    many the buyer has opened, ``decided`` the lines about which an operator has decided in one.
    """

    answer_by: dict[str, datetime | None]
    case_id: UUID | None
    cases: int
    decided: list[str]
    _return_requested: Any
    _case_opened: Any
    _case_closed: Any

    def request_return(
        self, line_id: str, quantity: int, reason: str, now: datetime, answer_by: datetime | None = None
    ) -> None:  # fmt: skip
        """The buyer sends goods back, before delivery or within the window; ``answer_by`` is for the seller.

        Raises ``NoSuchLine``, ``ReturnWindowClosed``, ``OverRefunded`` and those of form.
        """
        check_reason(reason)
        check_quantity(quantity)
        self._check_paid()
        left = self._left_of(line_id)
        if self.return_window_ends_at is not None and self._window_closed(now):
            raise refusals.ReturnWindowClosed(order_id=self.id, ends_at=self.return_window_ends_at.isoformat())
        if quantity > left["quantity"] - left["returning"]:
            raise refusals.OverRefunded(left=left["quantity"] - left["returning"], wanted=quantity)
        self._return_requested(line_id, quantity, reason, answer_by)

    @property
    def returning(self) -> list[str]:
        """The lines that the buyer sends back, of which something is left to pay back and nothing was decided."""
        return [one for one, left in self.left.items() if left["returning"] and self._left_minor_of(one)]

    @property
    def returns_answered_by(self) -> datetime | None:
        """When the last answer to what is sent back has to be there; None when none is waited for."""
        times = [time for one in self.returning if (time := self.answer_by[one]) is not None]
        return max(times, default=None)

    def unanswered(self, now: datetime) -> str | None:
        """The first line that is sent back, once the window has closed and the time for every answer is over."""
        answer_by = self.returns_answered_by
        is_over = self._window_closed(now) and (answer_by is None or answer_by <= now)
        return next(iter(self.returning), None) if is_over else None

    def open_case(self, case_id: UUID, line_id: str | None = None, most: int | None = None) -> None:
        """Buyer and seller do not agree about it, or about a line; the buyer opens so many at ``most``, None is for
        the platform, which counts none.

        Raises ``OrderInCase``: there is one case at a time; ``NothingLeftToDecide``, ``TooManyCases``, ``CaseDecided``.
        """
        self._check_paid()
        if self.case_id is not None:
            raise refusals.OrderInCase(order_id=self.id, case_id=self.case_id)
        lines = [one for one in ([line_id] if line_id else self.lines) if self._left_minor_of(one)]
        if not lines:
            raise refusals.NothingLeftToDecide(order_id=self.id)
        if most is not None:
            self._check_of_buyer(lines, most)
        self._case_opened(case_id, most is not None)

    def close_case(self, case_id: UUID, line_ids: Iterable[str] = (), is_decided: bool = False) -> None:
        """That case is over, and with it the return of these lines, about which perhaps was decided; another case, or
        again, records nothing."""
        if case_id == self.case_id:
            release_at = self.return_window_ends_at if self.status == "delivered" else None
            self._case_closed(case_id, release_at, list(line_ids), is_decided)

    def _check_of_buyer(self, lines: list[str], most: int) -> None:
        if self.cases >= most:
            raise refusals.TooManyCases(order_id=self.id, most=most)
        if any(line_id in self.decided for line_id in lines):
            raise refusals.CaseDecided(order_id=self.id)

    def _check_not_held(self) -> None:
        """The guard that nothing is released while somebody has to answer; tests switch it off to see that they need
        it."""
        if self.case_id is not None:
            raise refusals.OrderInCase(order_id=self.id, case_id=self.case_id)
        if (answer_by := self.returns_answered_by) is not None:
            raise refusals.ReturnNotAnswered(order_id=self.id, answer_by=answer_by.isoformat())

    def _left_minor_of(self, line_id: str) -> int:
        left = self.left[line_id]
        return int(left["price_minor"] + left["freight_minor"])

    def _window_closed(self, now: datetime) -> bool:
        """The guard of what is held; tests switch it off to see that they need it."""
        return self.return_window_ends_at is not None and now >= self.return_window_ends_at
