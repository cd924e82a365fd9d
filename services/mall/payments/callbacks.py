"""What the payment provider calls back: verified, decided once however often it comes, answered with 204."""

from starlette.requests import Request
from starlette.responses import Response

from services.kernel.domain import derived_id
from services.kernel.doors.http import limited_body
from services.kernel.doors.operation import PUBLIC, Actor, command
from services.kernel.service import Service
from services.mall.payments.outcomes import tell
from services.mall.payments.port import BadSignature, verify_callback

PROVIDER = Actor(derived_id("mall", "payment provider"))
TOLD = command(
    "told_by_provider", "/payments/callback", tell, policy=PUBLIC, summary="The outcome of a payment or a refund."
)
"""How an outcome is decided: the provider's id of the event is the key, so that it is decided once."""


async def payment_callback(service: Service, request: Request, _actor: Actor) -> Response:
    """Takes in what the provider says.

    Raises BadSignature, CallbackNotJson, CallbackIncomplete, and what the commands raise: the provider sends
    it again then, and what a person has to settle stays in its list of what was not confirmed.
    """
    secret, body = service.extras.get("callback_secret"), await limited_body(request)
    if not secret:  # nothing is signed with a secret that nobody has
        raise BadSignature()
    event = verify_callback(request.headers, body, secret)
    await service.do(TOLD, PROVIDER, {"outcome": event.outcome}, event.event_id)
    return Response(status_code=204)
