"""What is done about what has fallen due. What talks to the provider is asked for by id, so that again is safe."""

from collections.abc import Callable, Mapping
from uuid import UUID

from services.kernel.flow.due import AskAgain, Decide, Errand
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow
from services.kernel.store.unit import Unit
from services.mall import due
from services.mall.application import Mall
from services.mall.payments.payment_errands import PaymentErrands
from services.mall.payments.refund_errands import RefundErrands


def errands(service: Service) -> Mapping[str, Errand]:
    """Kind of due row -> errand."""

    def decide(command: Callable[[Mall, UUID], None]) -> Errand:
        def errand(row: DueRow) -> Decide | AskAgain:
            return lambda unit: command(mall(unit), UUID(row.subject))

        return errand

    def mall(unit: Unit) -> Mall:
        return Mall(unit, service.views)

    payments, refunds = PaymentErrands(service), RefundErrands(service)
    return {
        due.REQUEST_PAYMENT: payments.request,
        due.ASK_PAYMENT: payments.ask,
        due.REQUEST_REFUND: refunds.request,
        due.ASK_REFUND: refunds.ask,
        due.EXPIRE: decide(Mall.expire_checkout),
        due.RELEASE: decide(Mall.release_order),
    }
