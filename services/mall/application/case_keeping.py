"""Cases that the platform opens or closes by itself, because of what happened to their orders."""

from uuid import UUID

from services.kernel.domain import derived_id
from services.mall.domain import refusals
from services.mall.domain.case import DISPUTED, NOTHING_LEFT, PLATFORM, RETURN_NOT_ANSWERED, Case
from services.mall.domain.case_terms import CASE_TERMS_ID, DEFAULT_CASE_TERMS, CaseTerms, CaseTermsValues
from services.mall.domain.order import Order

from .payables import Payables

OF_DISPUTES = {"won": "dispute_won", "lost": "dispute_lost"}


class CaseKeeping(Payables):
    """What an order and its case know of one another is decided in one append."""

    def case_terms_now(self) -> CaseTermsValues:
        """The terms under which a case is opened now."""
        terms = self.unit.find(CaseTerms, CASE_TERMS_ID)
        return DEFAULT_CASE_TERMS if terms is None else terms.values

    def begin_case(self, order: Order, case: Case, most: int | None = None) -> None:
        """Both take note of it. Raises what Order.open_case raises."""
        order.open_case(case.id, case.line_id, most)
        self.unit.add(case)

    def leave_case(self, order: Order, case: Case) -> None:
        """It is closed: the order goes on without it, and without the returns that were settled by it."""
        line_ids = list(order.lines) if case.line_id is None else [case.line_id]
        order.close_case(case.id, line_ids if case.ends_returns else [], case.decision is not None)

    def open_case_of_return(self, order_id: UUID, line_id: str) -> None:
        """The seller had her time to pay back what was returned; nothing when she has. Raises OrderInCase: then it is
        tried again when that case may be over."""
        order = self.order(order_id)
        if order.is_paid and line_id in order.returning and self._is_paid_here(order):
            self._begin_case_of_return(order, line_id)

    def _begin_case_of_return(self, order: Order, line_id: str) -> None:
        case_id = derived_id("case", order.id, line_id, RETURN_NOT_ANSWERED, order.version)
        terms, now = self.case_terms_now(), self.unit.context.recorded_at
        case = Case.open(case_id, order, RETURN_NOT_ANSWERED, terms, now, PLATFORM, line_id=line_id)
        self.begin_case(order, case)

    def open_case_of_dispute(self, order: Order, dispute_id: UUID) -> None:
        """A bank disputes an order: what both sides have to say is collected, unless that is done in a case already."""
        if order.case_id is None and self._is_paid_here(order):
            case_id, terms = derived_id("case", order.id, dispute_id), self.case_terms_now()
            now = self.unit.context.recorded_at
            self.begin_case(order, Case.open(case_id, order, DISPUTED, terms, now, PLATFORM, dispute_id=dispute_id))

    def end_case_of_dispute(self, order: Order, dispute_id: UUID, outcome: str) -> None:
        """Its dispute has ended, and by that the case that hung on it, or all that another one was about."""
        case = self._case_about(order)
        if case is not None and case.dispute_id == dispute_id:
            self.end_case(order, case, OF_DISPUTES[outcome])
        else:
            self.end_case_of_nothing(order)

    def end_case_of_nothing(self, order: Order) -> None:
        """Once all of an order went back there is nothing to decide, unless a bank still has to."""
        case = self._case_about(order)
        if case is not None and case.dispute_id is None and not order.left_minor:
            self.end_case(order, case, NOTHING_LEFT)

    def end_case(self, order: Order, case: Case, outcome: str) -> None:
        """Something else has ended it."""
        case.end(outcome)
        self.leave_case(order, case)

    def case(self, case_id: UUID) -> Case:
        """Raises NoSuchCase."""
        return self.unit.get(Case, case_id, refusals.NoSuchCase())

    def _case_about(self, order: Order) -> Case | None:
        return None if order.case_id is None else self.case(order.case_id)
