"""The part of Stripe's API that Agora speaks, over the book of the simulated provider; README.md names it."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.payments.app import BrokenOff, Provider
from simulators.payments.book import Book
from simulators.payments.destinations import behaviour_at
from simulators.payments.problems import Refused
from simulators.payments.script import Script, behaviour_of
from simulators.payments.transactions import Transaction
from simulators.stripe.forms import VERSION, amount_of, answer_refused, ensure_known, fields_of
from simulators.stripe.objects import Document, Objects, stripe_id
from simulators.stripe.webhooks import StripeCourier

QUERY = re.compile(r"metadata\['(\w+)'\]:'([^']+)'")
NOWHERE = "http://127.0.0.1:9/"
Handler = Callable[[Request, Document], Awaitable[Document]]


class Stripe(Provider):
    """Stripe's objects over one book; what is asked for once under a key is answered once."""

    def __init__(self, courier: StripeCourier, script: Script, key: str, settle: float, lag: float) -> None:
        super().__init__(Book(), courier, script, settle)
        self._courier, self._key, self._lag_seconds = courier, key, lag
        self.objects = Objects(self.book)
        self._answered: dict[str, tuple[Document, int, Document]] = {}
        courier.shown = self._shown

    def app(self) -> Starlette:
        """The program as an ASGI application."""
        posts: dict[str, Handler] = {
            "payment_intents": self._pay, "payment_intents/{id}/capture": self._capture_intent,
            "payment_intents/{id}/cancel": self._cancel, "payment_intents/{id}/confirm": self._confirm,
            "refunds": self._give_back, "transfers": self._send,
        }  # fmt: skip
        gets: dict[str, Callable[[Request, Document], Document]] = {
            "payment_intents/search": self._search, "payment_intents": self._payments,
            "payment_intents/{id}": self._one, "refunds": self._refunds, "transfers": self._transfers,
            "transfers/{id}": self._one, "disputes": self._disputes, "disputes/{id}": self._dispute,
            "charges/{id}": self._charge, "balance": self._balance, "balance_transactions": self._moved,
        }  # fmt: skip
        routes = [Route(f"/v1/{path}", self._taking(does), methods=["POST"]) for path, does in posts.items()]
        routes += [Route(f"/v1/{path}", self._telling(does)) for path, does in gets.items()]
        routes += [
            Route("/v1/webhook_endpoints", self.webhook_endpoint, methods=["POST"]),
            Route("/statement", self.statement), Route("/healthz", self.healthz),
            Route("/script", self.script, methods=["GET", "POST", "DELETE"]),
        ]  # fmt: skip
        return Starlette(
            routes=routes, exception_handlers={Refused: answer_refused}, lifespan=self._lifespan,
            middleware=[Middleware(BaseHTTPMiddleware, dispatch=self._admit)],
        )  # fmt: skip

    async def webhook_endpoint(self, request: Request) -> Response:
        """From now on webhooks go there."""
        self._courier.endpoint = str((await fields_of(request))["url"])
        return JSONResponse({"id": "we_1", "object": "webhook_endpoint", "url": self._courier.endpoint})

    async def _admit(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path.startswith("/v1/"):
            if request.headers.get("authorization") != f"Bearer {self._key}":
                return await answer_refused(request, Refused(401, "invalid_api_key", "Invalid API Key provided."))
            if request.headers.get("stripe-version") not in (None, VERSION):
                return await answer_refused(request, Refused(400, "invalid_version", f"Only {VERSION} is known."))
        return await call_next(request)

    def _taking(self, does: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await self._misbehaving(lambda: self._once(request, does))

        return answer

    async def _once(self, request: Request, does: Handler) -> Response:
        key, fields = request.headers.get("idempotency-key"), await fields_of(request)
        if key is None:
            raise Refused(400, "no_key", "This stand-in asks for an Idempotency-Key.")
        asked = {"path": request.url.path, **fields}
        if key not in self._answered:
            document = await does(request, fields)
            declined = document.get("last_payment_error")
            error = {"type": "card_error", "message": "Declined.", "payment_intent": document} | (declined or {})
            self._answered[key] = (asked, 402, {"error": error}) if declined else (asked, 200, document)
        known, status, document = self._answered[key]
        if known != asked:
            raise Refused(400, "key_reused", "Keys can only be used with the same parameters.")
        return BrokenOff() if self._is_lost(document) else JSONResponse(document, status)

    def _is_lost(self, document: Document) -> bool:
        return document.get("object") == "transfer" and str(document["destination"]).startswith("acct_lost")

    def _telling(self, does: Callable[[Request, Document], Document]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            self._refuse_inquiry()
            return JSONResponse(does(request, await fields_of(request)))

        return answer

    async def _pay(self, request: Request, fields: Document) -> Document:
        ensure_known(fields, ("amount", "currency", "confirm", "payment_method", "allowed_payment_method_types",
                              "capture_method", "metadata"))  # fmt: skip
        name = str(fields.get("payment_method")).removeprefix("pm_")
        try:
            behaviour_of(name)
        except ValueError:
            raise Refused(400, "resource_missing", f"No such PaymentMethod: 'pm_{name}'") from None
        payment_id = self._noted(request, fields)
        payment, new = self.book.request_payment({
            "payment_id": payment_id, "amount_minor": amount_of(fields), "currency": fields["currency"].upper(),
            "method": name, "callback_url": NOWHERE, "capture": fields.get("capture_method", "automatic"),
        })  # fmt: skip
        if new and payment.behaviour.payment == "declined":
            self.book.settle(payment)
        await self.settlement.begin(payment)
        return self.objects.of(payment)

    async def _capture_intent(self, request: Request, fields: Document) -> Document:
        ensure_known(fields, ("amount_to_capture",))
        payment = self._found("payment", request)
        self.book.capture(payment, amount_of(fields, "amount_to_capture"))
        self.settlement.tell(payment)
        return self.objects.of(payment)

    async def _cancel(self, request: Request, fields: Document) -> Document:
        ensure_known(fields, ())
        payment = self._found("payment", request)
        waits = self.objects.of(payment)["status"] == "requires_payment_method"
        (self.book.give_up if waits else self.book.void)(payment)
        self.settlement.tell(payment)
        return self.objects.of(payment)

    async def _confirm(self, request: Request, fields: Document) -> Document:
        """The buyer tries another card, with the secret that she has."""
        ensure_known(fields, ("payment_method",))
        payment = self._found("payment", request)
        self.book.pay_again(payment)
        self.settlement.tell(payment)
        return self.objects.of(payment)

    async def _give_back(self, request: Request, fields: Document) -> Document:
        ensure_known(fields, ("payment_intent", "amount", "metadata"))
        payment = self._by_stripe_id("payment", str(fields.get("payment_intent")))
        refund, _ = self.book.request_refund({
            "refund_id": self._noted(request, fields), "payment_id": payment.transaction_id,
            "amount_minor": amount_of(fields), "callback_url": NOWHERE,
        })  # fmt: skip
        await self.settlement.begin(refund)
        return self.objects.of(refund)

    async def _send(self, request: Request, fields: Document) -> Document:
        """A transfer is made at once, or refused; what would fail later elsewhere is refused here."""
        ensure_known(fields, ("amount", "currency", "destination", "transfer_group", "metadata"))
        try:
            behaviour = behaviour_at(fields["destination"])
        except ValueError as wrong:
            raise Refused(400, "resource_missing", str(wrong)) from None
        if behaviour.transfer == "failed":
            raise Refused(400, behaviour.reason, "This account cannot take transfers.")
        transfer, _ = self.book.request_transfer({
            "transfer_id": self._noted(request, fields), "amount_minor": amount_of(fields), "callback_url": NOWHERE,
            "destination": fields["destination"], "currency": fields["currency"].upper(),
        })  # fmt: skip
        if not transfer.behaviour.instant:
            self.book.settle(transfer)
        await self.settlement.begin(transfer)
        return self.objects.of(transfer)

    def _search(self, _: Request, fields: Document) -> Document:
        """As late as a search is: what was made just now is not found."""
        sought = QUERY.fullmatch(fields["query"])
        if sought is None:
            raise Refused(400, "invalid_query", "This stand-in searches by one metadata field.")
        now = datetime.now(UTC)
        told = [
            self.objects.of(one) for one in self.book.payments()
            if self.objects.metadata[one.transaction_id].get(sought[1]) == sought[2]
            and (now - datetime.fromisoformat(one.requested_at)).total_seconds() >= self._lag_seconds
        ]  # fmt: skip
        return {"object": "search_result", "data": told, "has_more": False}

    def _payments(self, _: Request, fields: Document) -> Document:
        return _page([self.objects.of(one) for one in self.book.payments()][::-1], fields)

    def _refunds(self, _: Request, fields: Document) -> Document:
        told = [self.objects.of(one) for one in self.book.all_of("refund")]
        return _page([one for one in told if one["payment_intent"] == fields["payment_intent"]][::-1], fields)

    def _transfers(self, _: Request, fields: Document) -> Document:
        told = [self.objects.of(one) for one in self.book.all_of("transfer")]
        return _page([one for one in told if one["transfer_group"] == fields["transfer_group"]][::-1], fields)

    def _one(self, request: Request, _: Document) -> Document:
        return self.objects.of(self._found("transfer" if "/transfers/" in request.url.path else "payment", request))

    def _charge(self, request: Request, _: Document) -> Document:
        for one in self.book.payments():
            if stripe_id("charge", one.transaction_id) == request.path_params["id"]:
                return self.objects.charge(one)
        raise Refused(404, "resource_missing", f"No such charge: '{request.path_params['id']}'")

    def _disputes(self, _: Request, fields: Document) -> Document:
        payment = self._by_stripe_id("payment", fields["payment_intent"])
        return _page([self.objects.dispute(one) for one in self.book.disputes.listed(payment.transaction_id)], fields)

    def _dispute(self, request: Request, _: Document) -> Document:
        return self.objects.dispute(self.book.disputes.find(request.path_params["id"]))

    def _balance(self, _: Request, __: Document) -> Document:
        lying = [
            {"amount": totals["balance_minor"], "currency": currency.lower()}
            for currency, totals in self.book.statement.totals().items()
        ]
        return {"object": "balance", "available": lying, "pending": []}

    def _moved(self, _: Request, fields: Document) -> Document:
        return _page(self.objects.balance_transactions(expanded="expand" in fields), fields)

    def _noted(self, request: Request, fields: Document) -> str:
        transaction_id = str(uuid5(NAMESPACE_URL, request.headers["idempotency-key"]))
        self.objects.metadata[transaction_id] = fields.get("metadata", {})
        return transaction_id

    def _found(self, kind: str, request: Request) -> Transaction:
        return self._by_stripe_id(kind, request.path_params["id"])

    def _by_stripe_id(self, kind: str, named: str) -> Transaction:
        for one in self.book.all_of(kind):
            if stripe_id(kind, one.transaction_id) == named:
                return one
        raise Refused(404, "resource_missing", f"No such {kind}: '{named}'")

    def _shown(self, event: Document) -> Document:
        """What an event is about, as it stands by now."""
        kind, told = event["type"].partition(".")[0], event["data"]
        if kind == "dispute":
            return self.objects.dispute(self.book.disputes.find(told["dispute_id"]))
        return self.objects.of(self.book.find(kind, told[f"{kind}_id"]))


def _page(told: list[Document], fields: Document) -> Document:
    """A part of a list, the newest first; ``created`` bounds it, ``starting_after`` is the last of the page before."""
    since, until = (int(fields.get("created", {}).get(name, bound)) for name, bound in (("gte", 0), ("lt", 1 << 40)))
    listed = [one for one in told if since <= one.get("created", 0) < until]
    after = fields.get("starting_after")
    begin = next((number + 1 for number, one in enumerate(listed) if one["id"] == after), 0)
    limit = int(fields.get("limit", 10))
    return {"object": "list", "data": listed[begin : begin + limit], "has_more": begin + limit < len(listed)}
