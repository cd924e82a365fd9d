"""What the payment provider calls back: verified, decided once however often it comes, answered with 204."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from services.kernel.domain import derived_id
from services.kernel.doors.http import limited_body
from services.kernel.doors.operation import PUBLIC, Actor, command
from services.kernel.service import Service
from services.mall.payments.outcomes import apart, is_final, tell
from services.mall.payments.payment_errands import PaymentErrands
from services.mall.payments.port import BadSignature, CallbackEvent, PaymentOutcome, RefundOutcome, verify_callback
from services.mall.payments.refund_errands import RefundErrands

PROVIDER = Actor(derived_id("mall", "payment provider"))
TOLD = command(
    "told_by_provider", "/payments/callback", tell, policy=PUBLIC, secrets=frozenset({"paid_with"}),
    summary="The outcome of a payment or a refund.",
)  # fmt: skip
"""How an outcome is decided: the provider's id of the event is the key, so that it is decided once, and its digest
has nothing of what was paid with."""


async def payment_callback(service: Service, request: Request, _actor: Actor) -> Response:
    """Takes in what the provider says.

    Raises BadSignature, CallbackNotJson, CallbackIncomplete, and what the commands raise: the provider sends
    it again then, and what a person has to settle stays in its list of what was not confirmed.
    """
    event = await _event(service, request.headers, await limited_body(request))
    if event is None:
        return Response(status_code=204)
    outcome, key = event.outcome, event.event_id
    if isinstance(outcome, PaymentOutcome) and outcome.status == "authorised":
        outcome = await asyncio.to_thread(PaymentErrands(service).authorised, outcome)
        key = f"{key}.{outcome.status}"
    elif isinstance(outcome, RefundOutcome):
        outcome = await asyncio.to_thread(RefundErrands(service).believed, outcome)
        key = key if outcome == event.outcome else f"{key}.{outcome.status}"
    if not is_final(outcome) and outcome.status != "opened":
        return Response(status_code=503)  # nothing is known yet: it comes again, and is asked for besides
    bare, paid_with = apart(outcome)
    await service.do(TOLD, PROVIDER, {"outcome": bare, "paid_with": paid_with}, key)
    return Response(status_code=204)


async def _event(service: Service, headers: Mapping[str, str], body: bytes) -> CallbackEvent | None:
    """What is told, as the provider of this service tells it; None for what decides nothing."""
    read, secret = service.extras.get("read_callback"), service.extras.get("callback_secret")
    if read is not None:
        told: CallbackEvent | None = await asyncio.to_thread(read, headers, body)  # which may ask the provider
        return told
    if not secret:  # nothing is signed with a secret that nobody has
        raise BadSignature()
    return verify_callback(headers, body, secret)
