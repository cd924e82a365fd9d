"""From asked to settled to told: what happens to a transaction after the provider has taken it in."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime

from simulators.payments.book import Book
from simulators.payments.callbacks import Courier
from simulators.payments.disputes import Course
from simulators.payments.script import behaviour_of
from simulators.payments.transactions import Transaction

EARLY_CALLBACK_WAIT_SECONDS = 2.0


class Settlement:
    """Settles each transaction after a moment and calls back, as its method says; one task each."""

    def __init__(self, book: Book, courier: Courier, settle_seconds: float) -> None:
        self._book, self._courier, self._settle_seconds = book, courier, settle_seconds
        self._course = Course(
            book.disputes, courier, lambda: datetime.now(UTC).isoformat(), book.delivered, book.is_delivered
        )
        self._running: set[asyncio.Task[None]] = set()

    async def begin(self, transaction: Transaction) -> None:
        """Starts the way of a new transaction; returns when its request may be answered."""
        behaviour = behaviour_of(transaction.method)
        if behaviour.instant:
            self._book.settle(transaction)
        task = self._start(transaction)
        if behaviour.early:
            await asyncio.wait({task}, timeout=EARLY_CALLBACK_WAIT_SECONDS)

    def resume(self) -> None:
        """Goes on with what a former run of the program has left unfinished."""
        for transaction in self._book.unfinished():
            self._start(transaction)
        for payment in self._book.payments():
            if self._book.is_delivered(payment.event_id) and self._course.is_unfinished(payment):
                self._run(self._course.run(payment))

    async def stop(self) -> None:
        """Lets go of everything under way; a book remembers it."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._courier.close()
        self._book.close()

    def _start(self, transaction: Transaction) -> asyncio.Task[None]:
        return self._run(self._settle_and_tell(transaction))

    def _run(self, way: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(way)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _settle_and_tell(self, transaction: Transaction) -> None:
        behaviour = behaviour_of(transaction.method)
        if transaction.status == "processing":
            delay = 0.0 if behaviour.dispute else behaviour.delay_seconds
            await asyncio.sleep(delay or self._settle_seconds)
            self._book.settle(transaction)
        event_id = transaction.event_id
        event = {"type": f"{transaction.kind}.{transaction.status}", "id": event_id, "data": transaction.document()}
        if await self._courier.deliver(transaction.callback_url, event_id, event, times=behaviour.callbacks):
            self._book.delivered(event_id)
        await self._course.run(transaction)
