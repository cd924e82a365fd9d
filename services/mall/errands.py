"""What is done about what has fallen due. What talks to the provider is asked for by id, so that again is safe."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.kernel.flow.due import AskAgain, Decide, DecideAbout, Errand
from services.kernel.service import Service
from services.kernel.store.command import LeadsTo
from services.kernel.store.recorder import DueRow
from services.mall import due
from services.mall.application import Mall
from services.mall.domain.document_series import DocumentSeries
from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.invoice import Invoice
from services.mall.domain.order import Order
from services.mall.domain.seat import Seat
from services.mall.payments.asking import goods_of
from services.mall.payments.dispute_errands import RETURN_PAUSE_SECONDS, DisputeErrands
from services.mall.payments.paydays import Paydays
from services.mall.payments.payment_errands import PaymentErrands
from services.mall.payments.refund_errands import RefundErrands
from services.mall.payments.split_errands import SplitErrands
from services.mall.payments.statement_errands import StatementErrands
from services.mall.payments.transfer_errands import TransferErrands
from services.mall.projections.known_gatherings import gathering_of

LONGEST_PAUSE_SECONDS = 86_400.0
"""How long a gathering that was moved is left alone: it may be moved again, to an earlier time."""


def errands(service: Service) -> Mapping[str, Errand]:
    """Kind of due row -> errand."""
    mall = partial(Mall, views=service.views)

    def decide(command: Callable[[Mall, UUID], None]) -> Errand:
        return lambda row: lambda unit: command(mall(unit), UUID(row.subject))

    def decide_about(command: Callable[[Mall, UUID], None], leads_to: LeadsTo) -> Errand:
        """With what the thing names: what was kept in stock for a checkout, the balances of who earns by an order."""

        def errand(row: DueRow) -> Decide | AskAgain:
            thing_id = UUID(row.subject)
            return DecideAbout(lambda unit: command(mall(unit), thing_id), thing_id, leads_to)

        return errand

    payments, refunds = PaymentErrands(service), RefundErrands(service)
    transfers, disputes = TransferErrands(service), DisputeErrands(service)
    return _of_splits(service) | {
        due.REQUEST_PAYMENT: payments.request,
        due.ASK_PAYMENT: payments.ask,
        due.REQUEST_REFUND: refunds.request,
        due.ASK_REFUND: refunds.ask, due.REQUEST_REFUND_AGAIN: refunds.ask,
        due.EXPIRE: decide_about(Mall.expire_checkout, goods_of),
        due.ASK_DISPUTE: disputes.ask,
        due.RELEASE: disputes.release,
        due.RETURN_UNANSWERED: _of_return(service),
        due.CASE_DEADLINE: decide(Mall.pass_case_deadline),
        due.FRAUD_HOLD_LAPSES: once_undisputed(service, decide(Mall.let_fraud_hold_lapse)),
        due.PAY_DAY: Paydays(service).look,
        due.SEND_PAYOUT: transfers.send,
        due.REQUEST_TRANSFER: transfers.request,
        due.ASK_TRANSFER: transfers.ask,
        due.OFFER_TICKETS: decide(Mall.offer_announced),
        **dict.fromkeys((due.GATHERING_ENDS, due.TICKET_PAID), once_over(service, decide(Mall.deliver_unused_tickets))),
        due.IMPORT_STATEMENT: StatementErrands(service).import_day,
        due.ISSUE_INVOICE: decide_about(Mall.issue_invoice, numbered_with),
        due.ISSUE_CREDIT_NOTE: credit_notes(service),
        due.AGREEMENT_LAPSES: decide(Mall.lapse_agreement),
    }


def _of_splits(service: Service) -> dict[str, Errand]:
    splits = SplitErrands(service)
    return {due.PULL_BACK: splits.pull_back, due.UNFREEZE: splits.unfreeze}


def once_undisputed(service: Service, let_go: Errand) -> Errand:
    """Where a bank may still take of a share, it is let go when that has ended."""

    def errand(row: DueRow) -> Decide | AskAgain:
        hold = service.store.load(FraudHold, UUID(row.subject))
        order = None if hold is None else service.store.load(Order, hold.order_id)
        is_disputed = order is not None and order.is_disputed
        return AskAgain(LONGEST_PAUSE_SECONDS) if is_disputed else let_go(row)

    return errand


def credit_notes(service: Service) -> Errand:
    """The subject is an order, and what took something of it back."""

    def errand(row: DueRow) -> Decide | AskAgain:
        order_id, cause_id = map(UUID, row.subject.split("/"))
        return DecideAbout(
            lambda unit: Mall(unit, service.views).issue_credit_note(order_id, cause_id), order_id, numbered_with
        )

    return errand


def _of_return(service: Service) -> Errand:
    """A case is opened about what was returned, unless it was paid back; after another one, while that is open."""

    def errand(row: DueRow) -> Decide | AskAgain:
        subject, _, line_id = row.subject.partition("/")
        order_id = UUID(subject)
        if service.executor.foresight.seen(
            Order, order_id, lambda order: order.case_id is not None and line_id in order.returning
        ):
            return AskAgain(RETURN_PAUSE_SECONDS)
        return lambda unit: Mall(unit, service.views).open_case_of_return(order_id, line_id)

    return errand


def numbered_with(root: AggregateRoot) -> Iterable[UUID]:
    """Whoever issues a document of an order draws a number of its seller's."""
    if not isinstance(root, Order):
        return ()
    return [root.seller_id, DocumentSeries.create_id(root.seller_id), Invoice.id_of(root.id)]


def once_over(service: Service, deliver: Errand) -> Errand:
    """A gathering may have been moved since its tickets were ordered: they are delivered once it is over."""

    def errand(row: DueRow) -> Decide | AskAgain:
        seconds = seconds_left(service, UUID(row.subject))
        return AskAgain(min(seconds, LONGEST_PAUSE_SECONDS)) if seconds > 0 else deliver(row)

    return errand


def seconds_left(service: Service, seat_id: UUID) -> float:
    """Until the gathering of a seat ends, as far as is known now; 0 when it has ended or was cancelled."""
    seat = service.store.load(Seat, seat_id)
    with service.views.reading() as connection:
        gathering = None if seat is None else gathering_of(connection, seat.gathering_id)
    return 0.0 if gathering is None else (gathering.ends_at - service.clock.now()).total_seconds()
