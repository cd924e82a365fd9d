"""What errands to the payment provider have in common."""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.kernel.flow.due import AskAgain, Decide, DecideAbout
from services.kernel.service import Service
from services.kernel.store.command import nowhere
from services.kernel.store.recorder import DueRow
from services.kernel.store.unit import Unit
from services.mall.application import Mall
from services.mall.application.loading import wanted
from services.mall.domain.checkout import Checkout
from services.mall.domain.order import Order
from services.mall.payments.outcomes import apart, tell
from services.mall.payments.port import Outcome, PaymentProvider, RefundOutcome

WITHOUT_PROVIDER_SECONDS = 60.0
WITHOUT_PROVIDER, PAYOUTS_OFF, NO_ANSWER = "no_provider", "payouts_off", "no_final_answer"
"""Why something is asked again, as the log tells it."""
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 3600.0


class Reach(NamedTuple):
    """Whom to ask, and where the outcome is to be told."""

    provider: PaymentProvider
    callback_url: str
    authorises: bool


class Asking:
    """The provider of a service, which is asked by the references that are stored here, and decisions on its
    application."""

    def __init__(self, service: Service) -> None:
        self.service = service
        if references := service.extras.get("references"):
            references.kept_in(service.recorder)

    def reach(self) -> Reach | None:
        """The provider; None where there is none, as in an import."""
        provider, callback_url = self.service.extras.get("provider"), self.service.extras.get("callback_url")
        authorises = self.service.extras.get("payments_capture") == "manual"
        return Reach(provider, callback_url, authorises) if provider is not None and callback_url else None

    def withholds(self, row: DueRow) -> AskAgain | None:
        """Where payouts are switched off, as over a restored backup that does not know what was paid: later."""
        settings = self.service.extras.get("settings")
        pays_out = settings is None or settings.payouts
        return None if pays_out else AskAgain(pause(row.tries), PAYOUTS_OFF)

    def decide(self, command: Callable[[Mall], object]) -> Decide:
        """A decision on the application."""

        def decide(unit: Unit) -> None:
            command(Mall(unit, self.service.views))

        return decide

    def told(self, outcome: Outcome, checkout_id: UUID, payment_id: UUID) -> Decide:
        """The decision that follows from a final outcome, which was asked for, about the payment of a checkout."""

        def decide(unit: Unit) -> None:
            unit.know_side("payment", str(payment_id), str(checkout_id).encode())
            tell(Mall(unit, self.service.views), *apart(outcome))

        return DecideAbout(decide, checkout_id, nowhere if isinstance(outcome, RefundOutcome) else goods_of)

    def nothing(self) -> Decide:
        """Nothing is recorded, and the row is done: another one is due later."""
        return self.decide(lambda _mall: None)


def goods_of(root: AggregateRoot) -> Iterable[UUID]:
    """Whoever decides on a checkout as a whole decides on its orders, and on what is kept in stock for them."""
    if isinstance(root, Checkout):
        kept = (UUID(one["stock_id"]) for where in root.stocks.values() for one in where)
        return [*(UUID(order["order_id"]) for order in root.orders), *kept]
    return map(UUID, wanted(root)) if isinstance(root, Order) else ()


def pause(tries: int) -> float:
    """Seconds until the provider is asked again: twice as long each time, an hour at most, for ever."""
    return min(LONGEST_PAUSE_SECONDS, SHORTEST_PAUSE_SECONDS * float(2 ** min(tries, 10)))
