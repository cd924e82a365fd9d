"""Lives of what is issued about orders: their invoices and credit notes, and the numbers of both."""

from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain.document_series import DocumentSeries
from services.mall.domain.invoice import REFUND, Invoice
from services.mall.domain.lines import order_line
from services.mall.domain.order import Order
from services.mall.domain.terms import DEFAULT_TERMS
from tests.support.scenario import ANNA, BORIS, NOON

ORDER, CHECKOUT, SELLER, LISTING, GIVEN_BACK = (UUID(int=number) for number in (0x0D, 0xC1, 0x5E, 0x11, 0xF1))
LINE = str(UUID(int=0x17))


def _documents() -> list[AggregateRoot]:
    line = order_line(LINE, LISTING, "竿", 3, 3_333, 500, None, 0, 500)
    order = Order.place(ORDER, CHECKOUT, BORIS, SELLER, ANNA, "EUR", [line], dict(DEFAULT_TERMS))
    order.pay(10_499)
    order.refund_line(GIVEN_BACK, LINE, 1, with_freight=True)
    series = DocumentSeries(SELLER)
    invoice = Invoice.issue(order, "渔具店", series.draw(Invoice.id_of(ORDER)), NOON)
    number = series.draw(Invoice.id_of_credit_note(ORDER, GIVEN_BACK))
    invoice.credit(REFUND, GIVEN_BACK, order.taken_back[str(GIVEN_BACK)], number, NOON)
    return [series, invoice]


LIVES = [_documents]
