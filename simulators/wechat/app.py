"""The part of WeChat Pay's API v3 that Agora speaks, over the book of the simulated provider; README.md names it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.payments.app import Provider
from simulators.payments.book import Book
from simulators.payments.destinations import behaviour_at
from simulators.payments.problems import Refused
from simulators.payments.script import Script, behaviour_of
from simulators.payments.transactions import Transaction
from simulators.wechat.bills import Bills
from simulators.wechat.callbacks import WechatCourier
from simulators.wechat.documents import Document, number_of, payment_document, refund_document, transfer_document
from simulators.wechat.sharing_endpoints import SharingEndpoints
from simulators.wechat.signing import Merchant

CODES = {
    "key_reused": "INVALID_REQUEST", "not_captured": "INVALID_REQUEST", "more_than_captured": "INVALID_REQUEST",
    "no_such_payment": "RESOURCE_NOT_EXISTS", "no_such_refund": "RESOURCE_NOT_EXISTS", "no_such_transfer": "NOT_FOUND",
    "insufficient_balance": "NOT_ENOUGH", "no_such_destination": "INVALID_REQUEST", "server_error": "SYSTEM_ERROR",
}  # fmt: skip
"""What WeChat Pay calls what the book refuses."""
STATUSES = {409: 400, 422: 400}
Handler = Callable[[Request, Document], Awaitable[Document]]
Teller = Callable[[Request], Document]


class Wechat(Provider):
    """Orders, refunds and transfers of one merchant over one book."""

    def __init__(self, merchant: Merchant, courier: WechatCourier, script: Script, settle_seconds: float) -> None:
        super().__init__(Book(), courier, script, settle_seconds)
        self._merchant, self._bills = merchant, Bills(self.book)
        self._sharing = SharingEndpoints(self.book, script, settle_seconds)
        courier.shown = self._shown

    def app(self) -> Starlette:
        """The program as an ASGI application."""
        bill, pay, transfer = "/v3/bill", "/v3/pay/transactions", "/v3/fund-app/mch-transfer/transfer-bills"
        posts: dict[str, Handler] = {
            f"{pay}/native": self._pay, f"{pay}/out-trade-no/{{number}}/close": self._close,
            "/v3/refund/domestic/refunds": self._give_back, transfer: self._send,
        }  # fmt: skip
        gets: dict[str, Teller] = {
            f"{pay}/out-trade-no/{{number}}": self._order, "/v3/refund/domestic/refunds/{number}": self._refund,
            f"{transfer}/out-bill-no/{{number}}": self._transfer,
            f"{transfer}/transfer-bill-no/{{number}}": self._transfer_by_wechats,
            f"{bill}/fundflowbill": self._bill, f"{bill}/tradebill": self._bill,
            "/v3/profitsharing/bills": self._bill,
        }  # fmt: skip
        posts, gets = posts | self._sharing.posts(), gets | self._sharing.gets()
        routes = [Route(path, self._taking(does), methods=["POST"]) for path, does in posts.items()]
        routes += [Route(path, self._telling(does)) for path, does in gets.items()]
        routes += [
            Route("/v3/billdownload/file", self.file), Route("/statement", self.statement),
            Route("/clock", self._sharing.set_forward, methods=["POST"]),
            Route("/receivers", self._sharing.accept_merchant, methods=["POST"]),
            Route("/script", self.script, methods=["GET", "POST", "DELETE"]), Route("/healthz", self.healthz),
        ]  # fmt: skip
        return Starlette(routes=routes, exception_handlers={Refused: self._answer_refused}, lifespan=self._lifespan)

    async def file(self, request: Request) -> Response:
        """A bill; files are not signed."""
        await self._ensure_signed(request)
        return Response(self._bills.files[request.query_params["token"]], media_type="application/x-gzip")

    def _taking(self, does: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def take(request: Request) -> Response:
            body = await self._ensure_signed(request)
            return self._signed(await does(request, json.loads(body)))

        async def answer(request: Request) -> Response:
            return await self._misbehaving(lambda: take(request))

        return answer

    def _telling(self, does: Teller) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            await self._ensure_signed(request)
            self._refuse_inquiry()
            return self._signed(does(request))

        return answer

    async def _ensure_signed(self, request: Request) -> str:
        body = (await request.body()).decode()
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if not self._merchant.has_signed(request.headers.get("authorization", ""), request.method, path, body):
            raise Refused(401, "SIGN_ERROR", "The signature is wrong.")
        return body

    async def _pay(self, _: Request, asked: Document) -> Document:
        """An order; ``attach`` says how its buyer behaves."""
        self._ensure_fields(asked, "appid", "mchid", "description", "out_trade_no", "notify_url", "amount")
        method, amount = str(asked.get("attach") or "card"), asked["amount"]
        if amount.get("currency", "CNY") != "CNY" or int(amount["total"]) < 1:
            raise Refused(400, "PARAM_ERROR", "amount")
        _ensure_known(behaviour_of, method)
        if (asked.get("settle_info") or {}).get("profit_sharing"):
            self._sharing.shared(asked["out_trade_no"])
        payment, _new = self._asked(self.book.request_payment, "OUT_TRADE_NO_USED", 403, {
            "payment_id": asked["out_trade_no"], "amount_minor": amount["total"], "currency": "CNY", "method": method,
            "callback_url": asked["notify_url"],
        })  # fmt: skip
        if payment.status != "processing":
            raise Refused(400, "ORDERPAID" if payment.status == "captured" else "ORDER_CLOSED", payment.status)
        if _new:
            await self.settlement.begin(payment)
        return {"code_url": f"weixin://wxpay/bizpayurl?pr={number_of('payment', payment.transaction_id)[-9:]}"}

    async def _close(self, request: Request, asked: Document) -> Document:
        self._ensure_fields(asked, "mchid")
        payment = self._found("payment", request, "ORDER_NOT_EXIST")
        if payment.status == "captured":
            raise Refused(400, "ORDERPAID", "The order is paid.")
        self.book.close_order(payment)
        return {}

    async def _give_back(self, _: Request, asked: Document) -> Document:
        self._ensure_fields(asked, "out_trade_no", "out_refund_no", "amount")
        amount = asked["amount"]
        payment = self.book.find("payment", asked["out_trade_no"])
        if amount["total"] != payment.amount_minor or amount["currency"] != "CNY":
            raise Refused(400, "INVALID_REQUEST", "The total is not that of the order.")
        refund, new = self._asked(self.book.request_refund, "INVALID_REQUEST", 400, {
            "refund_id": asked["out_refund_no"], "payment_id": payment.transaction_id,
            "amount_minor": amount["refund"], "callback_url": asked["notify_url"],
        })  # fmt: skip
        if new:
            await self.settlement.begin(refund)
        return refund_document(refund, self.book, is_callback=False)

    async def _send(self, _: Request, asked: Document) -> Document:
        """A transfer; the openid says how it behaves, as a destination does. None comes back here."""
        self._ensure_fields(asked, "appid", "out_bill_no", "transfer_scene_id", "openid", "transfer_amount",
                            "transfer_remark", "transfer_scene_report_infos", "notify_url")  # fmt: skip
        destination = f"acct_{asked['openid']}"
        _ensure_known(behaviour_at, destination)
        if behaviour_at(destination).returned_after_seconds is not None:
            raise Refused(400, "PARAM_ERROR", "Nothing comes back here.")
        self._sharing.ensure_free(asked["transfer_amount"])
        transfer, new = self._asked(self.book.request_transfer, "ALREADY_EXISTS", 400, {
            "transfer_id": asked["out_bill_no"], "destination": destination, "currency": "CNY",
            "amount_minor": asked["transfer_amount"], "callback_url": asked["notify_url"],
        })  # fmt: skip
        if new:
            await self.settlement.begin(transfer)
        told = transfer_document(transfer, self._merchant.mchid, self._merchant.appid)
        return {name: told[name] for name in ("out_bill_no", "transfer_bill_no")} | {"state": "ACCEPTED"}

    def _order(self, request: Request) -> Document:
        if request.query_params.get("mchid") != self._merchant.mchid:
            raise Refused(400, "PARAM_ERROR", "mchid")
        payment = self._found("payment", request, "ORDER_NOT_EXIST")
        return payment_document(payment, self.book, self._merchant.mchid, self._merchant.appid)

    def _refund(self, request: Request) -> Document:
        return refund_document(self._found("refund", request, "RESOURCE_NOT_EXISTS"), self.book, is_callback=False)

    def _transfer(self, request: Request) -> Document:
        transfer = self._found("transfer", request, "NOT_FOUND")
        return transfer_document(transfer, self._merchant.mchid, self._merchant.appid)

    def _transfer_by_wechats(self, request: Request) -> Document:
        for one in self.book.all_of("transfer"):
            if number_of("transfer", one.transaction_id) == request.path_params["number"]:
                return transfer_document(one, self._merchant.mchid, self._merchant.appid)
        raise Refused(404, "NOT_FOUND", "There is no such transfer.")

    def _bill(self, request: Request) -> Document:
        self._sharing.settle()
        made = self._bills.made(request.url.path.rpartition("/")[2], request.query_params["bill_date"])
        if made is None:
            raise Refused(400, "NO_STATEMENT_EXIST", "There is no bill of this day.")
        token, digest = made
        address = f"{request.base_url}v3/billdownload/file?token={token}"
        return {"hash_type": "SHA1", "hash_value": digest, "download_url": address}

    def _ensure_fields(self, asked: Document, *names: str) -> None:
        for name in names:
            if not asked.get(name):
                raise Refused(400, "PARAM_ERROR", f"{name} is missing.")
        for name in ("mchid", "appid"):
            if name in names and asked[name] != getattr(self._merchant, name):
                raise Refused(400, "APPID_MCHID_NOT_MATCH", name)

    def _asked(self, ask: Callable[[Any], tuple[Transaction, bool]], code: str, status: int, form: Document) -> Any:
        """Asks the book; a number that is known with another body is refused under this code."""
        try:
            return ask(form)
        except Refused as refused:
            if refused.code == "key_reused":
                raise Refused(status, code, refused.detail) from None
            raise

    def _found(self, kind: Any, request: Request, code: str) -> Transaction:
        try:
            return self.book.find(kind, request.path_params["number"])
        except Refused as missing:
            raise Refused(404, code, missing.detail) from None

    def _shown(self, event: Document) -> Document:
        kind, told = event["type"].partition(".")[0], event["data"]
        one = self.book.find(kind, told[f"{kind}_id"])
        if kind == "payment":
            return payment_document(one, self.book, self._merchant.mchid, self._merchant.appid)
        if kind == "refund":
            return refund_document(one, self.book, is_callback=True)
        return transfer_document(one, self._merchant.mchid, self._merchant.appid)

    async def _answer_refused(self, _: Request, refused: Exception) -> Response:
        assert isinstance(refused, Refused)
        status = STATUSES.get(refused.status, refused.status)
        code = CODES.get(refused.code, refused.code)
        return self._signed({"code": code, "message": refused.detail}, status)

    def _signed(self, document: Document, status: int = 200) -> Response:
        body = json.dumps(document) if document else ""
        return Response(
            body, status if document else 204, self._merchant.signed(body), media_type="application/json"
        )


def _ensure_known(behaviour: Callable[[str], Any], name: str) -> None:
    try:
        behaviour(name)
    except ValueError as unknown:
        raise Refused(400, "PARAM_ERROR", str(unknown)) from None
