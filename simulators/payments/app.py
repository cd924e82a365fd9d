"""The provider's HTTP API.

POST /payments, GET /payments/{id}, POST /payments/{id}/capture, POST /payments/{id}/void, POST /refunds,
GET /refunds/{id}, POST /transfers, GET /transfers/{id}: what its customers call. GET /transfers: all of them.
GET /disputes, GET /disputes?payment_id={id}, GET /disputes/{id}: what the banks of buyers have taken back.
GET /statement: every movement of money. GET /statements/{day}: the lines of a day, to reconcile with. GET /healthz.
POST /script, GET /script, DELETE /script: what to do wrong next (see ``script``). All of it stands in README.md.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from simulators.payments.book import Book
from simulators.payments.callbacks import Courier
from simulators.payments.problems import Refused, answer_http_exception, answer_refused
from simulators.payments.schemas import (
    CaptureSchema,
    PaymentSchema,
    RefundSchema,
    ScriptSchema,
    TransferSchema,
    read_form,
    require_key,
)
from simulators.payments.script import Fault, Kind, Script
from simulators.payments.settlement import Settlement
from simulators.payments.statements import Statements
from simulators.payments.transactions import Transaction


class BrokenOff(Response):
    """An answer that never comes: the head of a response, then the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


class Provider:
    """The endpoints, over one book."""

    def __init__(self, book: Book, courier: Courier, script: Script, settle_seconds: float) -> None:
        self.book, self._script = book, script
        self.settlement = Settlement(book, courier, settle_seconds)
        self._statements = Statements(book, script)

    def app(self) -> Starlette:
        """The program as an ASGI application."""
        routes = [
            Route("/payments", self.request_payment, methods=["POST"]),
            Route("/payments/{transaction_id}", self.payment),
            Route("/payments/{transaction_id}/capture", self.capture, methods=["POST"]),
            Route("/payments/{transaction_id}/void", self.void, methods=["POST"]),
            Route("/refunds", self.request_refund, methods=["POST"]),
            Route("/refunds/{transaction_id}", self.refund),
            Route("/transfers", self.request_transfer, methods=["POST"]),
            Route("/transfers", self.transfers),
            Route("/transfers/{transaction_id}", self.transfer),
            Route("/disputes", self.disputes),
            Route("/disputes/{dispute_id}", self.dispute),
            Route("/statement", self.statement),
            Route("/statements/{day}", self.statement_of_day),
            Route("/script", self.script, methods=["GET", "POST", "DELETE"]),
            Route("/healthz", self.healthz),
        ]
        handlers = {Refused: answer_refused, HTTPException: answer_http_exception}
        return Starlette(routes=routes, exception_handlers=handlers, lifespan=self._lifespan)

    async def request_payment(self, request: Request) -> Response:
        """Takes a payment in; the same request again gets the same answer."""
        return await self._misbehaving(lambda: self._take_payment(request))

    async def capture(self, request: Request) -> Response:
        """Takes what is authorised; again is refused, and the payment says what was taken."""
        return await self._misbehaving(lambda: self._capture(request))

    async def void(self, request: Request) -> Response:
        """Lets go of what is authorised."""
        return await self._misbehaving(lambda: self._void(request))

    async def request_refund(self, request: Request) -> Response:
        """Takes a refund in; the same request again gets the same answer."""
        return await self._misbehaving(lambda: self._take_refund(request))

    async def request_transfer(self, request: Request) -> Response:
        """Takes a transfer in; the same request again gets the same answer."""
        return await self._misbehaving(lambda: self._take_transfer(request))

    async def payment(self, request: Request) -> Response:
        """The payment as it stands now."""
        return self._inquiry("payment", request.path_params["transaction_id"])

    async def refund(self, request: Request) -> Response:
        """The refund as it stands now."""
        return self._inquiry("refund", request.path_params["transaction_id"])

    async def disputes(self, request: Request) -> Response:
        """All disputes, or those of a payment."""
        self._refuse_inquiry()
        found = self.book.disputes.listed(request.query_params.get("payment_id"))
        return JSONResponse({"disputes": [one.document() for one in found]})

    async def dispute(self, request: Request) -> Response:
        """The dispute as it stands now."""
        self._refuse_inquiry()
        return JSONResponse(self.book.disputes.find(request.path_params["dispute_id"]).document())

    async def transfer(self, request: Request) -> Response:
        """The transfer as it stands now."""
        return self._inquiry("transfer", request.path_params["transaction_id"])

    async def transfers(self, _: Request) -> Response:
        """All transfers as they stand now, in the order in which they were asked for."""
        return JSONResponse({"transfers": self.book.transfers()})

    async def statement(self, _: Request) -> Response:
        """Every movement of money in order, what goes out negative, and the totals by currency."""
        statement = self.book.statement
        return JSONResponse({"movements": statement.movements, "totals": statement.totals()})

    async def statement_of_day(self, request: Request) -> Response:
        """A page of the lines of one day, and the balances at its end."""
        return JSONResponse(self._statements.page(request.path_params["day"], request.query_params.get("after")))

    async def script(self, request: Request) -> Response:
        """Adds faults, forgets them, or tells which still wait."""
        if request.method == "POST":
            form = await read_form(request, ScriptSchema())
            self._script.add([Fault.read(fault) for fault in form["faults"]])
        elif request.method == "DELETE":
            self._script.clear()
            self._statements.behave()
        return JSONResponse({"waiting": self._script.waiting()})

    async def healthz(self, _: Request) -> Response:
        """The provider is there."""
        return JSONResponse({"status": "ok"})

    async def _take_payment(self, request: Request) -> Response:
        form = await read_form(request, PaymentSchema())
        require_key(request, form, "payment_id")
        return await self._take(*self.book.request_payment(form))

    async def _capture(self, request: Request) -> Response:
        form = await read_form(request, CaptureSchema())
        return self._ended(request, lambda payment: self.book.capture(payment, form["amount_minor"]))

    async def _void(self, request: Request) -> Response:
        return self._ended(request, self.book.void)

    def _ended(self, request: Request, end: Callable[[Transaction], None]) -> Response:
        payment = self.book.find("payment", request.path_params["transaction_id"])
        end(payment)
        self.settlement.tell(payment)
        return JSONResponse(payment.document())

    async def _take_refund(self, request: Request) -> Response:
        form = await read_form(request, RefundSchema())
        require_key(request, form, "refund_id")
        return await self._take(*self.book.request_refund(form))

    async def _take_transfer(self, request: Request) -> Response:
        form = await read_form(request, TransferSchema())
        require_key(request, form, "transfer_id")
        return await self._take(*self.book.request_transfer(form))

    async def _take(self, transaction: Transaction, new: bool) -> Response:
        if new:
            await self.settlement.begin(transaction)
            if transaction.behaviour.lost:
                return BrokenOff()
        return JSONResponse(transaction.first_answer(), 201)

    async def _misbehaving(self, handle: Callable[[], Awaitable[Response]]) -> Response:
        fault = self._script.next_for("request")
        if fault is None:
            return await handle()
        match fault.name:
            case "drop_request":
                return BrokenOff()
            case "server_error":
                raise Refused(500, "server_error", "As asked for: nothing was booked.")
        return await self._spoiled(fault, await handle())

    async def _spoiled(self, fault: Fault, answer: Response) -> Response:
        match fault.name:
            case "lose_answer":
                return BrokenOff()
            case "garbled_answer":
                return Response("<html>Welcome to nginx!</html>", media_type="text/html")
            case "server_error_after":
                raise Refused(500, "server_error", "As asked for: it was booked.")
        await asyncio.sleep(fault.seconds)
        return answer

    def _inquiry(self, kind: Kind, transaction_id: str) -> Response:
        self._refuse_inquiry()
        return JSONResponse(self.book.find(kind, transaction_id).document())

    def _refuse_inquiry(self) -> None:
        if self._script.next_for("inquiry"):
            raise Refused(500, "server_error", "As asked for: no answer to this inquiry.")

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self.settlement.resume()
        try:
            yield
        finally:
            await self.settlement.stop()
