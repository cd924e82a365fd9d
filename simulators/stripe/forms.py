"""How Stripe is asked and how it refuses: form fields with brackets, an API version, errors as JSON."""

from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.payments.problems import Refused

VERSION = "2026-10-28.endive"
WORDS = {
    "not_authorised": "payment_intent_unexpected_state", "more_than_authorised": "amount_too_large",
    "more_than_captured": "amount_too_large", "not_captured": "charge_not_captured",
    "insufficient_balance": "balance_insufficient", "no_such_destination": "resource_missing",
}  # fmt: skip
"""What Stripe calls what the book refuses."""


async def fields_of(request: Request) -> dict[str, Any]:
    """Form or query as nested objects: ``metadata[a]=b`` is ``{"metadata": {"a": "b"}}``, ``x[0]=y`` a list."""
    text = request.url.query if request.method == "GET" else (await request.body()).decode()
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first, _, rest = name.partition("[")
        if not rest:
            found[first] = value
            continue
        inner = rest.partition("]")[0]
        found.setdefault(first, {})[inner] = value
    return found


def ensure_known(fields: dict[str, Any], known: tuple[str, ...]) -> None:
    """Refuses a field that this operation does not have, as Stripe does."""
    for name in fields:
        if name == "payment_method_types":  # went away with 2026-09-30.endive
            raise Refused(400, "payment_method_types_no_longer_supported", "Take allowed_payment_method_types.")
        if name not in known:
            raise Refused(400, "parameter_unknown", f"Received unknown parameter: {name}")


def amount_of(fields: dict[str, Any], name: str = "amount") -> int:
    """A positive number of the smallest unit."""
    try:
        amount_minor = int(fields[name])
    except (KeyError, ValueError):
        raise Refused(400, "parameter_missing", f"Missing or wrong: {name}.") from None
    if amount_minor < 1:
        raise Refused(400, "parameter_invalid_integer", f"{name} must be greater than 0.")
    return amount_minor


async def answer_refused(_: Request, refused: Exception) -> Response:
    """A refusal as Stripe writes it."""
    assert isinstance(refused, Refused)
    status = 400 if refused.status in (409, 422) else refused.status
    code = "resource_missing" if status == 404 else WORDS.get(refused.code, refused.code)
    kinds = {401: "invalid_request_error", 500: "api_error"}
    kind = "idempotency_error" if refused.code == "key_reused" else kinds.get(status, "invalid_request_error")
    return JSONResponse({"error": {"type": kind, "code": code, "message": refused.detail}}, status)
