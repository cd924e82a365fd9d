"""The provider's own ids of payments, where it finds nothing at once by ours.

What it said is kept beside the facts that were decided by it, in one transaction; this says where to look. What was
said in this process is remembered besides, because a payment is captured right after it was authorised.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final
from uuid import UUID

from services.kernel.store.recorder import Recorder
from services.mall.application.payments import REFERENCE

MOST: Final = 10_000


class References:
    """Shared by threads. Nothing is known until ``kept_in`` has said where it is kept."""

    def __init__(self) -> None:
        self._recorder: Recorder | None = None
        self._seen: OrderedDict[UUID, str] = OrderedDict()
        self._lock = Lock()

    def kept_in(self, recorder: Recorder) -> None:
        """From now on what is stored there is known."""
        self._recorder = recorder

    def of(self, payment_id: UUID) -> str:
        """What the provider calls the payment; "" when it has not said so."""
        with self._lock:
            seen = self._seen.get(payment_id, "")
        kept = None if seen or self._recorder is None else self._recorder.side(REFERENCE, str(payment_id))
        return seen if kept is None else kept.decode()

    def saw(self, payment_id: UUID, reference: str) -> None:
        """The provider has named it; of a great many, the latest are remembered."""
        with self._lock:
            self._seen[payment_id] = reference
            if len(self._seen) > MOST:
                self._seen.popitem(last=False)
