"""The payment provider over HTTP. Worker threads call it: it is synchronous, and all of them may share one."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

import httpx

from services.mall.payments.actions import PaymentAction
from services.mall.payments.disputes import DisputeOutcome, dispute_outcome, disputes_of_payment
from services.mall.payments.port import (
    PaymentOutcome,
    PaymentRequest,
    ProviderHoldsAnother,
    RefundOutcome,
    RefundRequest,
)
from services.mall.payments.splits import SplitsNothing
from services.mall.payments.statements import StatementPage, read_page
from services.mall.payments.transfers import TransferOutcome, TransferRequest

_Kind = TypeVar("_Kind", PaymentOutcome, RefundOutcome, TransferOutcome)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Answer(NamedTuple):
    """What came back: a document, or why there is none. ``held``: the id is known with another request."""

    kind: Literal["unknown", "absent", "refused", "held"] = "unknown"
    reason: str = ""
    document: dict[str, Any] | None = None


class HttpProvider(SplitsNothing):
    """A provider over HTTP; see ``simulators/payments`` for the protocol. It splits nothing."""

    def __init__(self, base_url: str, timeout_seconds: float = 5.0, client: httpx.Client | None = None) -> None:
        self._client = client or _client(base_url, timeout_seconds)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def request_payment(self, request: PaymentRequest) -> PaymentOutcome:
        """Asks for a payment; a request that the provider refuses is ``declined``. Raises ProviderHoldsAnother."""
        return self._request_payment(request, {})

    def authorise(self, request: PaymentRequest) -> PaymentOutcome:
        """Asks for the money to be reserved, as ``request_payment`` asks for it. Raises ProviderHoldsAnother."""
        return self._request_payment(request, {"capture": "manual"})

    def capture(self, payment_id: UUID, amount_minor: int) -> PaymentOutcome:
        """Takes what is authorised, all or less of it."""
        return self._ends(payment_id, "capture", {"amount_minor": amount_minor})

    def void(self, payment_id: UUID) -> PaymentOutcome:
        """Lets go of what is authorised; what is on its way to be captured cannot be let go."""
        return self._ends(payment_id, "void", {})

    def action(self, request: PaymentRequest) -> PaymentAction | None:
        """Nothing: by this protocol a payment is made without its buyer."""
        del request
        return None

    def _ends(self, payment_id: UUID, how: str, body: dict[str, Any]) -> PaymentOutcome:
        answer = self._ask("POST", f"/payments/{payment_id}/{how}", body, key=f"{payment_id}-{how}")
        settled = answer.kind in ("held", "refused")  # it is not authorised any more, or never was
        return self.payment(payment_id) if settled else _of_payment(payment_id, answer)

    def _request_payment(self, request: PaymentRequest, more: dict[str, str]) -> PaymentOutcome:
        body = asdict(request) | {"payment_id": str(request.payment_id)} | more
        answer = self._ask("POST", "/payments", body, key=str(request.payment_id))
        held = answer.kind == "held"  # perhaps the same payment with another callback_url: what counts is the money
        outcome = self.payment(request.payment_id) if held else _of_payment(request.payment_id, answer)
        asked = (request.amount_minor, request.currency, request.method)
        if outcome.currency and asked != (outcome.amount_minor, outcome.currency, outcome.method):
            raise ProviderHoldsAnother(subject_id=str(request.payment_id))
        return outcome

    def payment(self, payment_id: UUID, again: bool = False) -> PaymentOutcome:
        """Where the payment stands now."""
        del again
        return _of_payment(payment_id, self._ask("GET", f"/payments/{payment_id}"))

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        """Asks for a refund; a request that the provider refuses is ``failed``. Raises ProviderHoldsAnother."""
        body = asdict(request) | {"refund_id": str(request.refund_id), "payment_id": str(request.payment_id)}
        answer = self._ask("POST", "/refunds", body, key=str(request.refund_id))
        held = answer.kind == "held"
        outcome = self.refund(request.refund_id, request.payment_id) if held else _of_refund(request.refund_id, answer)
        asked = (request.payment_id, request.amount_minor)
        if outcome.currency and asked != (outcome.payment_id, outcome.amount_minor):
            raise ProviderHoldsAnother(subject_id=str(request.refund_id))
        return outcome

    def refund(self, refund_id: UUID, payment_id: UUID) -> RefundOutcome:
        """Where the refund stands now."""
        return _of_refund(refund_id, self._ask("GET", f"/refunds/{refund_id}?payment_id={payment_id}"))

    def request_transfer(self, request: TransferRequest) -> TransferOutcome:
        """Asks for a transfer; a request that the provider refuses is ``failed``. Raises ProviderHoldsAnother."""
        body = asdict(request) | {"transfer_id": str(request.transfer_id)}
        answer = self._ask("POST", "/transfers", body, key=str(request.transfer_id))
        held = answer.kind == "held"
        outcome = self.transfer(request.transfer_id) if held else _of_transfer(request.transfer_id, answer)
        asked = (request.destination, request.amount_minor, request.currency)
        if outcome.currency and asked != (outcome.destination, outcome.amount_minor, outcome.currency):
            raise ProviderHoldsAnother(subject_id=str(request.transfer_id))
        return outcome

    def transfer(self, transfer_id: UUID) -> TransferOutcome:
        """Where the transfer stands now."""
        return _of_transfer(transfer_id, self._ask("GET", f"/transfers/{transfer_id}"))

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        """Where the dispute stands now."""
        answer = self._ask("GET", f"/disputes/{dispute_id}")
        return dispute_outcome(dispute_id, answer.kind, answer.document, answer.reason)

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        """All disputes of the payment; None when the provider did not say."""
        answer = self._ask("GET", f"/disputes?payment_id={payment_id}")
        return disputes_of_payment(payment_id, answer.kind, answer.document)

    def statement(self, day: str, after: str | None = None) -> StatementPage:
        """A page of the statement of a day; without an ``after``, the first."""
        path = httpx.URL(f"/statements/{day}", params={} if after is None else {"after": after})
        answer = self._ask("GET", str(path))
        return read_page(day, answer.document, answer.reason)

    def _ask(self, method: Literal["GET", "POST"], path: str, body: Any = None, key: str = "") -> _Answer:
        headers = {"Idempotency-Key": key} if key else None
        try:
            response = self._client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as failure:
            return _Answer("unknown", reason=f"no answer: {type(failure).__name__}")
        return _answer(method, response)


def _client(base_url: str, timeout_seconds: float) -> httpx.Client:
    address = httpx.URL(base_url)
    return httpx.Client(
        base_url=address,
        verify=address.scheme != "http",  # all known certificates are megabytes, and needed for nothing there
        timeout=httpx.Timeout(timeout_seconds, connect=2.0),
        # Shorter than the five seconds after which servers commonly close: a request must not meet a closed door.
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=3.0),
        trust_env=address.host not in LOOPBACK,  # a proxy does not find a neighbour on this machine
    )


def _answer(method: str, response: httpx.Response) -> _Answer:
    try:
        document = response.json()
    except (ValueError, RecursionError):
        document = None
    code = document.get("code") if isinstance(document, dict) else None
    # A refusal counts only with a code: without one it may come from a gateway that never asked the provider.
    match method, response.status_code, code:
        case (_, 200, _) | ("POST", 201, _) if isinstance(document, dict):
            return _Answer(document=document)
        case "GET", 404, str():
            return _Answer("absent", reason=code)
        case "POST", 409, str():
            return _Answer("held", reason=code)
        case "POST", 404, "no_such_payment":
            return _Answer("refused", reason="no_such_payment")
        case "POST", 400 | 422, str():
            return _Answer("refused", reason=code)
    return _Answer("unknown", reason=f"no usable answer: HTTP {response.status_code}")


def _outcome(kind: type[_Kind], id_name: str, subject_id: UUID, answer: _Answer, refused: str) -> _Kind:
    """What the answer says about the subject; ``refused`` is the word for a request that the provider refuses."""
    said: Callable[..., _Kind] = kind
    if answer.document is None:
        words = {"refused": refused, "absent": "absent"}
        return said(subject_id, words.get(answer.kind, "unknown"), reason=answer.reason)
    try:
        outcome = kind.read(answer.document)
    except ValueError as wrong:
        return said(subject_id, "unknown", reason=f"unreadable answer: {wrong}")
    if getattr(outcome, id_name) == subject_id:
        return outcome
    return said(subject_id, "unknown", reason=f"the answer is about another {id_name.removesuffix('_id')}")


def _of_payment(payment_id: UUID, answer: _Answer) -> PaymentOutcome:
    return _outcome(PaymentOutcome, "payment_id", payment_id, answer, refused="declined")


def _of_refund(refund_id: UUID, answer: _Answer) -> RefundOutcome:
    return _outcome(RefundOutcome, "refund_id", refund_id, answer, refused="failed")


def _of_transfer(transfer_id: UUID, answer: _Answer) -> TransferOutcome:
    return _outcome(TransferOutcome, "transfer_id", transfer_id, answer, refused="failed")
