"""The endpoints of profit sharing: their form, and how an order is found by WeChat Pay's own number."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.payments.book import Book
from simulators.payments.problems import Refused
from simulators.payments.script import Script
from simulators.payments.transactions import Transaction
from simulators.wechat.documents import Document, number_of
from simulators.wechat.sharing import MERCHANT, Sharing

PATH = "/v3/profitsharing"
Handler = Callable[[Request, Document], Awaitable[Document]]
Teller = Callable[[Request], Document]


class SharingEndpoints:
    """What the merchant asks about splits, over one book."""

    def __init__(self, book: Book, script: Script, settle_seconds: float) -> None:
        self._book, self._sharing = book, Sharing(book, script, settle_seconds)

    def posts(self) -> dict[str, Handler]:
        """What is asked for."""
        return {
            f"{PATH}/receivers/add": self._add_receiver, f"{PATH}/orders": self._split,
            f"{PATH}/orders/unfreeze": self._unfreeze, f"{PATH}/return-orders": self._pull_back,
        }  # fmt: skip

    def gets(self) -> dict[str, Teller]:
        """What is told."""
        return {
            f"{PATH}/orders/{{number}}": self._told, f"{PATH}/return-orders/{{number}}": self._returned,
            f"{PATH}/transactions/{{number}}/amounts": self._left,
        }  # fmt: skip

    def shared(self, transaction_id: str) -> None:
        """This order was asked for as one that is split."""
        self._sharing.shared.add(transaction_id)

    def settle(self) -> None:
        """Whatever should have ended by now has."""
        self._sharing.settle()

    def ensure_free(self, amount_minor: int) -> None:
        """Refused 400 when so much is not there to be sent, because it is frozen."""
        self.settle()
        if amount_minor > self._book.statement.available_minor("CNY") - self._sharing.all_frozen_minor():
            raise Refused(400, "NOT_ENOUGH", "So much is not free.")

    async def set_forward(self, request: Request) -> Response:
        """Sets the clock of splits so far ahead of the true time: ``{"days": 31}``, or ``{"seconds": 60}``."""
        asked = await request.json()
        self._sharing.ahead = timedelta(days=asked.get("days", 0), seconds=asked.get("seconds", 0))
        return JSONResponse({"now": self._sharing.now().isoformat()})

    async def accept_merchant(self, request: Request) -> Response:
        """What the platform does in WeChat Pay's own pages: ``{"account": "1900000110"}`` receives from now on."""
        self._sharing.receivers.add((MERCHANT, (await request.json())["account"]))
        return JSONResponse({})

    async def _add_receiver(self, _: Request, asked: Document) -> Document:
        return self._sharing.add_receiver(asked)

    async def _split(self, _: Request, asked: Document) -> Document:
        _ensure(asked, "transaction_id", "out_order_no", "receivers")
        if type(asked.get("unfreeze_unsplit")) is not bool:
            raise Refused(400, "PARAM_ERROR", "unfreeze_unsplit")
        for one in asked["receivers"]:
            _ensure(one, "type", "account", "amount", "description")
        return self._sharing.split(self._order(asked["transaction_id"]), asked)

    async def _unfreeze(self, _: Request, asked: Document) -> Document:
        _ensure(asked, "transaction_id", "out_order_no", "description")
        return self._sharing.unfreeze(self._order(asked["transaction_id"]), asked)

    async def _pull_back(self, _: Request, asked: Document) -> Document:
        _ensure(asked, "out_order_no", "out_return_no", "return_mchid", "amount", "description")
        return self._sharing.pull_back(asked)

    def _told(self, request: Request) -> Document:
        order = self._order(request.query_params["transaction_id"])
        return self._sharing.document(request.path_params["number"], order)

    def _returned(self, request: Request) -> Document:
        return self._sharing.returned(request.path_params["number"], request.query_params["out_order_no"])

    def _left(self, request: Request) -> Document:
        order = self._order(request.path_params["number"])
        return {"transaction_id": request.path_params["number"], "unsplit_amount": self._sharing.frozen_minor(order)}

    def _order(self, number: str) -> Transaction:
        for one in self._book.payments():
            if one.status == "captured" and number_of("payment", one.transaction_id) == number:
                return one
        raise Refused(404, "RESOURCE_NOT_EXISTS", "There is no such order.")


def _ensure(asked: Document, *names: str) -> None:
    for name in names:
        if not asked.get(name):
            raise Refused(400, "PARAM_ERROR", f"{name} is missing.")
