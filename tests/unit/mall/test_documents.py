"""Numbers without a gap; an invoice as it was paid for; credit notes that never come to more."""

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock
from uuid import UUID

from services.kernel.domain import acting
from services.mall import due
from services.mall.domain.document_series import DocumentSeries, number_of
from services.mall.domain.invoice import REFUND, Invoice
from services.mall.domain.lines import taken_back
from services.mall.domain.order import Order
from services.mall.domain.refusals import MoreThanInvoiced
from services.mall.invariants.documents import DocumentsFollowTheMoney, NumbersHaveNoGap
from tests.support.forging import judged
from tests.support.scenario import ANNA, BORIS, NOON, Scenario, context

from .document_samples import invoiced_story
from .samples import LISTING, ORDER, OTHER_REFUND, SELLER, TOTAL, an_order, pay
from .samples import REFUND as A_REFUND

INVOICE, DISPUTED = Invoice.id_of(ORDER), UUID(int=0xD1)


def issued() -> Invoice:
    order = an_order()
    pay(order)
    return Invoice.issue(order, "Anna", "0000005E-000001", NOON)


def credit(
    amount_minor: int, cause_id: UUID = A_REFUND, quantity: int = 0, freight_minor: int = 0
) -> Callable[[Invoice], None]:
    back = taken_back("1", quantity, amount_minor, freight_minor)
    return lambda invoice: invoice.credit(REFUND, cause_id, [back], "0000005E-000002", NOON)


def test_numbers_follow_one_another() -> None:
    series = Scenario(DocumentSeries).given(lambda: DocumentSeries(SELLER), lambda one: one.draw(INVOICE))
    drawn = {"issuer_id": SELLER, "document_id": ORDER, "number": 2}
    series.when(lambda one: one.draw(ORDER)).then((DocumentSeries.NumberDrawn, drawn))


def test_a_number_names_its_issuer_and_has_six_digits_or_more() -> None:
    issuer_id = UUID("5e3a9c01-0000-0000-0000-000000000000")
    assert [number_of(issuer_id, number) for number in (1, 1_234_567)] == ["5E3A9C01-000001", "5E3A9C01-1234567"]


def test_an_invoice_tells_what_was_paid_for_and_nothing_of_shares() -> None:
    line = {
        "line_id": "1", "listing_id": str(LISTING), "title": "Rod", "quantity": 3, "unit_price_minor": 3_333,
        "price_minor": 9_999, "freight_minor": 500, "amount_minor": TOTAL,
    }  # fmt: skip
    told = {
        "invoice_id": INVOICE, "number": "0000005E-000001", "issuer_id": SELLER, "issuer_person_id": ANNA,
        "issuer_name": "Anna", "buyer_id": BORIS, "order_id": ORDER, "currency": "EUR", "lines": [line],
        "total_minor": TOTAL, "issued_at": NOON,
    }  # fmt: skip
    Scenario(Invoice).when(lambda _: issued()).then((Invoice.Issued, told))


def test_a_credit_note_tells_what_went_back_of_which_line() -> None:
    line = {
        "line_id": "1", "listing_id": str(LISTING), "title": "Rod", "quantity": 1, "unit_price_minor": 3_333,
        "price_minor": 3_333, "freight_minor": 500, "amount_minor": 3_833,
    }  # fmt: skip
    told = {
        "credit_note_id": Invoice.id_of_credit_note(ORDER, A_REFUND), "number": "0000005E-000002", "issuer_id": SELLER,
        "buyer_id": BORIS, "order_id": ORDER, "cause": REFUND, "cause_id": A_REFUND, "lines": [line],
        "total_minor": 3_833,
    }  # fmt: skip
    scenario = Scenario(Invoice).given(issued).when(credit(3_833, quantity=1, freight_minor=500))
    scenario.then((Invoice.Credited, told))


def test_credit_notes_never_come_to_more_than_their_invoice() -> None:
    scenario = Scenario(Invoice).given(issued, credit(TOTAL - 1)).when(credit(2, OTHER_REFUND))
    scenario.then_refused(MoreThanInvoiced)
    Scenario(Invoice).given(issued, credit(TOTAL - 1)).when(credit(1, OTHER_REFUND)).then((Invoice.Credited, {}))


def test_what_was_paid_elsewhere_has_no_invoice() -> None:
    paid_here, elsewhere = Scenario(Order).given(an_order), Scenario(Order).given(an_order)
    paid_here.when(pay).then((Order.Paid, {"is_invoiced": True}))
    elsewhere.when(lambda order: order.pay(TOTAL, recorded=True)).then((Order.Paid, {"is_invoiced": False}))


def test_the_audit_finds_a_number_that_is_missing() -> None:
    facts = invoiced_story()
    drawn = [fact for fact in facts if type(fact) is DocumentSeries.NumberDrawn]
    drawn[1].__dict__["number"] = 3
    assert judged(NumbersHaveNoGap(), facts) == "number 3 follows number 1"


def test_the_audit_finds_an_order_without_its_invoice_unless_that_is_due() -> None:
    facts = [fact for fact in invoiced_story() if type(fact) not in (Invoice.Issued, Invoice.Credited)]
    rows = {(due.ISSUE_INVOICE, str(ORDER)), (due.ISSUE_CREDIT_NOTE, f"{ORDER}/{A_REFUND}")}
    for missing in ({row} for row in rows):
        store: Any = Mock(due_rows=lambda there=rows - missing: there)
        assert "will never come" in str(judged(DocumentsFollowTheMoney(store), facts))
    all_there: Any = Mock(due_rows=lambda: rows)
    assert judged(DocumentsFollowTheMoney(all_there), facts) is None


def test_an_order_remembers_what_went_back_by_which_refund_or_dispute() -> None:
    with acting(context()):
        order = an_order()
        pay(order)
        order.refund_line(A_REFUND, "1", 1)
        order.dispute(DISPUTED, 1_000)
        order.lose_dispute(DISPUTED)
    (refunded,), (charged_back,) = order.taken_back[str(A_REFUND)], order.taken_back[str(DISPUTED)]
    assert refunded == taken_back("1", 1, 3_333, 0)
    assert (charged_back["quantity"], charged_back["amount_minor"]) == (0, 1_000)
