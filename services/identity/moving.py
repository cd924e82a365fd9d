"""Moving the clock of a sandbox, so that days can pass in a trial."""

from datetime import timedelta

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.kernel.doors import forms
from services.kernel.doors.http import limited_body
from services.kernel.doors.operation import Actor
from services.kernel.service import Service


async def move_clock(service: Service, request: Request, _actor: Actor) -> Response:
    """Time goes forward for all services. Raises SandboxOff, NotForward."""
    row = service.by_name["move_clock"]
    given = forms.load(row, {}, forms.parse(await limited_body(request)))
    now = service.clock.advance(timedelta(seconds=given["seconds"]))
    return Response(orjson.dumps(forms.dump(row, {"now": now, "is_sandbox": True})), media_type="application/json")
