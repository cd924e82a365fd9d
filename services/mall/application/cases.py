"""Cases: buyer and seller say what they have to say, an operator decides when they cannot agree.

A decision that pays back takes the way of every refund, in the same append.
"""

from typing import Any
from uuid import UUID

from services.mall.domain import refusals
from services.mall.domain.case import CASE_DECIDED, CLOSED, Case
from services.mall.domain.case_terms import CASE_TERMS_ID, CaseTerms
from services.mall.domain.lines import Back
from services.mall.domain.order import Order
from services.mall.domain.shares import allocate
from services.mall.domain.tickets import refuse_part_of_ticket

from .disputes import Disputes
from .loading import OPERATOR
from .refunds import Refunds

ITS_SELLER, ITS_BUYER = "the seller of the order", "the buyer of the order"


class Cases(Refunds, Disputes):
    """Cases about orders that the actor bought or sold, or any for an operator. To others there is no such case."""

    def set_case_terms(self, **values: Any) -> dict[str, Any]:
        """An operator sets how long everybody has in cases opened from now on, and how many a buyer opens about an
        order. Raises TermsOutOfBounds."""
        terms = self.unit.find(CaseTerms, CASE_TERMS_ID)
        if terms is None:
            self.unit.add(CaseTerms.open(**values))
        else:
            terms.change(**values)
        return {}

    def open_case(self, order_id: UUID, reason: str, text: str, line_id: UUID | None = None) -> dict[str, Any]:
        """The buyer does not agree with how it went.

        Raises NoSuchOrder, Forbidden, OrderPaidElsewhere, and what Case.open and Order.open_case raise.
        """
        order = self.own_order(order_id)
        self.refuse_unless(order.buyer_id == self.actor_id, ITS_BUYER)
        if not self._is_paid_here(order):
            raise refusals.OrderPaidElsewhere(order_id=order_id)
        line = None if line_id is None else str(line_id)
        case_id, terms = self.unit.new_id("case"), self.case_terms_now()
        case = Case.open(case_id, order, reason, terms, self.now, text=text, line_id=line)
        self.begin_case(order, case, terms["cases_per_order"])
        return {"case_id": case_id}

    def answer_case(self, case_id: UUID, text: str) -> dict[str, Any]:
        """Its seller answers. Raises NoSuchCase, Forbidden, CaseAwaitsOther."""
        case = self._own_case(case_id)
        self.refuse_unless(case.seller_person_id == self.actor_id, ITS_SELLER)
        case.answer(text, self.now)
        return {"case_id": case_id}

    def say_in_case(self, case_id: UUID, text: str, sha256: str | None = None) -> dict[str, Any]:
        """Who takes part adds something. Raises NoSuchCase, CaseAwaitsOther, CaseFull."""
        self._own_case(case_id).say(self.actor_id, text, sha256)
        return {"case_id": case_id}

    def escalate_case(self, case_id: UUID, text: str) -> dict[str, Any]:
        """Its buyer wants an operator to decide. Raises NoSuchCase, Forbidden, CaseAwaitsOther."""
        case = self._of_buyer(case_id)
        case.escalate(text, self.now)
        return {"case_id": case_id}

    def settle_case(self, case_id: UUID) -> dict[str, Any]:
        """Its buyer is content. Raises NoSuchCase, Forbidden, CaseAwaitsOther."""
        case = self._of_buyer(case_id)
        case.settle()
        self.leave_case(self.order(case.order_id), case)
        return {"case_id": case_id}

    def decide_case(
        self, case_id: UUID, decision: str, amount_minor: int, reason: str, text: str
    ) -> dict[str, Any]:  # fmt: skip
        """An operator decides; what goes back is taken of every party's share, as by any refund.

        Raises NoSuchCase, what Case.decide raises, TicketRefundedInParts, and what Order.refund_line raises.
        """
        case = self.case(case_id)
        order = self.order(case.order_id)
        lefts = _lefts(case, order)
        is_own, left_minor = self.actor_id in self.parties_of([order]), sum(lefts.values())
        back_minor = case.decide(self.actor_id, decision, amount_minor, left_minor, reason, text, is_own)
        for line_id, line_minor in zip(lefts, allocate(back_minor, list(lefts.values())), strict=True):
            if line_minor:
                self._pay_line_back(order, line_id, line_minor)
        self.leave_case(order, case)
        return {"case_id": case_id}

    def pass_case_deadline(self, case_id: UUID) -> None:
        """A deadline has come; where the case has moved on meanwhile, another one is set."""
        case = self.case(case_id)
        if case.stage == CLOSED or self.now < case.deadline:
            return
        case.pass_deadline(self.now, self.unit.context.recorded_at)
        if case.stage == CLOSED:
            self.leave_case(self.order(case.order_id), case)

    def _pay_line_back(self, order: Order, line_id: str, amount_minor: int) -> None:
        left = order.left[line_id]
        parts = [left["price_minor"], left["freight_minor"]]
        price_minor, freight_minor = allocate(amount_minor, parts)
        quantity = left["quantity"] if amount_minor == sum(parts) else 0
        refuse_part_of_ticket(order, line_id, quantity)
        asked = Back(quantity, 0 if quantity else price_minor, False, freight_minor)
        self.pay_back(order, self.unit.new_id("refund", line_id), line_id, asked, CASE_DECIDED)

    def _of_buyer(self, case_id: UUID) -> Case:
        case = self._own_case(case_id)
        self.refuse_unless(case.buyer_id == self.actor_id, ITS_BUYER)
        return case

    def _own_case(self, case_id: UUID) -> Case:
        """A case that the actor has to do with: somebody else's looks like a missing one."""
        case = self.case(case_id)
        if self.actor_id not in (case.buyer_id, case.seller_person_id) and not self.has_role(OPERATOR):
            raise refusals.NoSuchCase()
        return case


def _lefts(case: Case, order: Order) -> dict[str, int]:
    """What is left of the lines that a case is about, price and freight."""
    line_ids = list(order.lines) if case.line_id is None else [case.line_id]
    return {one: order.left[one]["price_minor"] + order.left[one]["freight_minor"] for one in line_ids}
