"""What a buyer still has to do to pay, for the front end: asked of the provider each time, and stored nowhere."""

import asyncio
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.service import Service
from services.mall.payments.actions import PaymentAction
from services.mall.payments.port import PaymentProvider, PaymentRequest


async def payment_action(service: Service, request: Request, actor: Actor) -> Response:
    """Nothing, or a code to be scanned, or the secret to confirm a card with; once the view has come to ``after``.

    Raises NoSuchCheckout, BadPosition, Late.
    """
    asked = forms.load(service.by_name["payment_action"], request.path_params, forms.asked(request.query_params))
    action = await asyncio.to_thread(_action, service, actor, asked)
    told = {"kind": action.kind if action else None, "value": action.value if action else None}
    return Response(orjson.dumps(told), media_type="application/json")


def _action(service: Service, actor: Actor, asked: dict[str, Any]) -> PaymentAction | None:
    after = asked.pop("after")
    checkout, _ = service.ask_now(service.by_name["checkout"], actor, asked, after)
    provider: PaymentProvider | None = service.extras.get("provider")
    if provider is None or checkout["state"] != "open" or checkout["payment_id"] is None:
        return None
    payment = PaymentRequest(
        UUID(str(checkout["payment_id"])), checkout["total_minor"], checkout["currency"],
        str(checkout["payment_method"] or ""), str(service.extras.get("callback_url") or ""),
    )  # fmt: skip
    return provider.action(payment)
