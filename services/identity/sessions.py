"""Signing in: a password against its hash, and a token for who knows it. Hashing never blocks the event loop."""

import asyncio
from operator import methodcaller
from typing import Any
from uuid import uuid4

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.identity.domain.person import Person
from services.identity.domain.refusals import WrongCredentials
from services.identity.passwords import dummy_verify, ensure_acceptable, hashed, needs_rehash, verify
from services.identity.queries import person_with
from services.kernel.doors import forms
from services.kernel.doors.http import limited_body
from services.kernel.doors.operation import Actor
from services.kernel.service import Service


async def with_password_hash(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with the password's hash in its place. Raises what ensure_acceptable raises."""
    ready = dict(fields)
    password = ready.pop("password")
    ensure_acceptable(password, ready["mail"])
    ready["password_hash"] = await asyncio.to_thread(hashed, password)
    return ready


async def sign_in(service: Service, request: Request, _actor: Actor) -> Response:
    """A token for mail and password, with the roles of this moment. Raises WrongCredentials."""
    row = service.by_name["sign_in"]
    given = forms.load(row, {}, forms.parse(await limited_body(request)))
    person, fresh_hash = await asyncio.to_thread(_recognised, service, given["mail"], given["password"])
    if fresh_hash is not None:
        keep = methodcaller("keep_password_hash", person.id, fresh_hash)
        await service.decide(Actor(person.id), "keep_password_hash", keep)
    token, expires_at = service.extras["issuer"].issue(person.id, person.roles, uuid4())
    session = {"token": token, "token_type": "Bearer", "expires_at": expires_at, "person_id": person.id}
    answer = orjson.dumps(forms.dump(row, session))
    return Response(answer, headers={"Cache-Control": "no-store"}, media_type="application/json")


async def jwks(service: Service, _request: Request, _actor: Actor) -> Response:
    """The public keys by which tokens are checked."""
    return Response(orjson.dumps(service.extras["issuer"].jwks()), media_type="application/json")


def _recognised(service: Service, mail: str, password: str) -> tuple[Person, str | None]:
    """Who knows the password, and a fresh hash when the kept one is of an older strength.

    An unknown mail takes as long as a wrong password and looks the same.
    """
    person_id = person_with(service, mail)
    kept = service.recorder.side("password", str(person_id)) if person_id else None
    if kept is None:
        dummy_verify(password)
        raise WrongCredentials()
    person = service.store.load(Person, person_id) if person_id and verify(kept.decode(), password) else None
    if person is None:
        raise WrongCredentials()
    return person, hashed(password) if needs_rehash(kept.decode()) else None
