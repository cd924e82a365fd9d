"""A new password for whoever holds the link that was mailed to her."""

import asyncio
from operator import methodcaller
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.identity.domain.password_reset import PasswordReset
from services.identity.domain.person import Person
from services.identity.domain.refusals import ResetLinkWrong
from services.identity.passwords import ensure_acceptable, hashed
from services.kernel.doors import forms
from services.kernel.doors.http import limited_body
from services.kernel.doors.operation import Actor
from services.kernel.service import Service


async def reset_password(service: Service, request: Request, _actor: Actor) -> Response:
    """The link is looked at before the password, and used up only with a password that is good enough.

    Raises ResetLinkWrong, ResetLinkReplaced, ResetLinkUsed, ResetLinkExpired, and what ensure_acceptable raises.
    """
    row = service.by_name["reset_password"]
    given = forms.load(row, {}, forms.parse(await limited_body(request)))
    person_id, number = service.extras["issuer"].read_reset_token(given["token"])
    password_hash = await asyncio.to_thread(_ready, service, person_id, number, given["password"])
    decide = methodcaller("reset_password", person_id, number, password_hash)
    done = await service.decide(Actor(person_id), "reset_password", decide)
    return Response(orjson.dumps(forms.dump(row, done)), media_type="application/json")


def _ready(service: Service, person_id: UUID, number: int, password: str) -> str:
    """The hash, once it is clear that the link opens and the password will do."""
    reset = service.store.load(PasswordReset, PasswordReset.create_id(person_id))
    if reset is None:
        raise ResetLinkWrong()
    reset.ensure_opens(number, service.clock.now())
    person = service.store.load(Person, person_id)
    if person is None or person.is_forgotten:
        raise ResetLinkWrong()
    ensure_acceptable(password, person.mail or "")
    return hashed(password)
