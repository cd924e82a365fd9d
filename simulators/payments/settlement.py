"""From asked to settled to told: what happens to a transaction after the provider has taken it in."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from simulators.payments.book import Book
from simulators.payments.callbacks import Courier
from simulators.payments.disputes import Course
from simulators.payments.transactions import Transaction

EARLY_CALLBACK_WAIT_SECONDS = 2.0


class Settlement:
    """Settles each transaction after a moment and calls back, as its method or its destination says; one task each."""

    def __init__(self, book: Book, courier: Courier, settle_seconds: float) -> None:
        self._book, self._courier, self._settle_seconds = book, courier, settle_seconds
        self._course = Course(
            book.disputes, courier, lambda: datetime.now(UTC).isoformat(), book.delivered, book.is_delivered
        )
        self._running: set[asyncio.Task[None]] = set()

    async def begin(self, transaction: Transaction) -> None:
        """Starts the way of a new transaction; returns when its request may be answered."""
        behaviour = transaction.behaviour
        if behaviour.instant:
            self._book.settle(transaction)
        task = self._start(transaction)
        if behaviour.early:
            await asyncio.wait({task}, timeout=EARLY_CALLBACK_WAIT_SECONDS)

    def tell(self, payment: Transaction) -> None:
        """Calls back what was just decided about an authorised payment, and goes on with it."""
        self._start(payment)

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
        if transaction.is_open:
            behaviour = transaction.behaviour
            seconds = (0.0 if behaviour.dispute else behaviour.delay_seconds) or self._settle_seconds
            await asyncio.sleep(_seconds_left(transaction.requested_at, seconds))
            if transaction.is_open:  # nobody has ended it meanwhile
                self._book.settle(transaction)
        if not transaction.comes_back:
            await self._tell(transaction, _event(transaction))
            await self._course.run(transaction)
            return
        paid, behaviour = _event(transaction), transaction.behaviour
        if not behaviour.overtaken:
            await self._tell(transaction, paid)
        await asyncio.sleep(_seconds_left(transaction.settled_at, behaviour.returned_after_seconds or 0.0))
        self._book.settle(transaction)
        await self._tell(transaction, _event(transaction))
        if behaviour.overtaken:
            await self._tell(transaction, paid)

    async def _tell(self, transaction: Transaction, event: dict[str, Any]) -> None:
        if self._book.is_delivered(event["id"]):
            return
        times = transaction.behaviour.callbacks
        if await self._courier.deliver(transaction.callback_url, event["id"], event, times=times):
            self._book.delivered(event["id"])


def _event(transaction: Transaction) -> dict[str, Any]:
    """What is called back about the transaction as it stands now."""
    kind = f"{transaction.kind}.{transaction.status}"
    return {"type": kind, "id": transaction.event_id, "data": transaction.document()}


def _seconds_left(since: str, seconds: float) -> float:
    """Until so many seconds have passed since then, also over a restart; all of them when the book does not know."""
    passed = datetime.now(UTC) - datetime.fromisoformat(since) if since else None
    return max(0.0, seconds - (passed.total_seconds() if passed else 0.0))
