"""The HTTP door of one service, made from its table of operations."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ..refusals import Forbidden, Malformed, Refusal, TooLarge, Unauthenticated
from . import forms, problems
from .headers import SafeHeaders
from .limits import Rates
from .openapi import document
from .operation import Actor, Kind, Operation, Policy
from .tokens import Verifier

if TYPE_CHECKING:
    from ..service import Service

MOST_BYTES = 1_000_000


class BadKey(Malformed):
    """The Idempotency-Key is not usable."""

    sentence = "An Idempotency-Key is 1 to 200 visible ASCII characters; a fresh UUID for each request serves well."


class BadIfMatch(Malformed):
    """The If-Match header is not a version that Agora gave."""

    sentence = 'If-Match takes one version as it was given in an ETag, such as "7".'


class BodyBrokenOff(Malformed):
    """The caller went away before all of the body had come."""

    sentence = "The connection ended before all of the body had come; send it again."


class Door:
    """Turns a request into a call on the service, and its outcome into a response."""

    def __init__(self, service: "Service", verifier: Verifier, rates: Rates) -> None:
        self.service, self._verifier, self._rates = service, verifier, rates

    def routes(self) -> list[Route]:
        """One route a row, and the service's own document."""
        rows = [
            Route(operation.path, self._endpoint(operation), methods=[operation.method], name=operation.name)
            for operation in self.service.operations
        ]
        return [*rows, Route("/openapi.json", self._document, methods=["GET"])]

    def _endpoint(self, operation: Operation) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                return await self._serve(operation, request)
            except Refusal as refusal:
                return problems.refused(refusal)
            except HTTPException:
                raise
            except Exception as failure:  # noqa: BLE001  the edge: nothing of it may reach the caller
                return problems.unexpected(failure, request)

        return endpoint

    async def _serve(self, operation: Operation, request: Request) -> Response:
        address = request.client.host if request.client else "?"
        actor = self._identify(request, operation.policy, address)
        self._count(operation, actor, address)
        admit(operation.policy, actor)
        if operation.kind is Kind.RAW:
            answer: Response = await operation.does(self.service, request, actor)
            return answer
        if operation.kind is Kind.QUERY:
            asked = forms.asked(request.query_params)
            after = asked.pop("after", None)
            given = forms.parse(await limited_body(request)) if operation.has_body else asked
            fields = forms.load(operation, request.path_params, given)
            found, version = await self.service.ask(operation, actor, fields, after)
            return _json(found, 200, version)
        fields = forms.load(operation, request.path_params, forms.parse(await limited_body(request)))
        done = await self.service.do(operation, actor, fields, _key(request), _if_match(request), _correlation(request))
        return _json(done, operation.status, None)

    def _count(self, operation: Operation, actor: Actor, address: str) -> None:
        """A stricter rate of what anybody may do is by address: to ask as several people gives no more tries.

        History that an operator records comes in as fast as it can, and so does what is not to be counted.
        """
        if not operation.is_counted or (operation.records and "operator" in actor.roles):
            return
        who = str(actor.person_id) if actor.is_known else address
        self._rates.count(who)
        if operation.rate is not None:
            self._rates.count_of(operation.name, operation.rate, who if operation.policy.signed_in else address)

    def _identify(self, request: Request, policy: Policy, address: str) -> Actor:
        """Who asks. Where anybody may, a token that does not hold is nobody's: with it one can still sign in."""
        header = request.headers.get("authorization")
        if header is None:
            return Actor()
        scheme, _, token = header.partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise Unauthenticated()
            identified = self._verifier.verify(token.strip())
        except Unauthenticated:
            if policy.signed_in:
                self._rates.count(address)
                raise
            return Actor()
        return Actor(identified.person_id, identified.roles)

    async def _document(self, _request: Request) -> Response:
        return _json(document([self.service]), 200, None)


def admit(policy: Policy, actor: Actor) -> None:
    """Refuse at the door what the token alone can tell."""
    if policy.signed_in and not actor.is_known:
        raise Unauthenticated()
    if policy.role is not None and policy.role not in actor.roles:
        raise Forbidden(needs=policy.who)


async def limited_body(request: Request) -> bytes:
    """The body, read no further than the limit. Raises TooLarge, BodyBrokenOff."""
    body = bytearray()
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise TooLarge(limit_bytes=MOST_BYTES)
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise TooLarge(limit_bytes=MOST_BYTES)
    except ClientDisconnect:
        raise BodyBrokenOff() from None
    return bytes(body)


def application(routes: Any, **more: Any) -> Starlette:
    """A Starlette application in which every error is a problem document."""
    handlers: dict[Any, Any] = {
        HTTPException: problems.on_http_exception, Refusal: problems.on_refusal, Exception: problems.on_unexpected,
    }  # fmt: skip
    made = Starlette(routes=routes, exception_handlers=handlers, **more)
    made.add_middleware(SafeHeaders)
    made.router.redirect_slashes = False  # a redirect is made from the Host header, which anybody can write
    return made


def _json(body: Any, status: int, version: int | None) -> Response:
    headers = {"ETag": f'"{version}"'} if version is not None else None
    return Response(orjson.dumps(body, default=str), status, headers, media_type="application/json")


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
        raise BadKey()
    return key


def _if_match(request: Request) -> int | None:
    header = request.headers.get("if-match")
    if header is None:
        return None
    version = header.strip().removeprefix("W/").strip('"')
    if not version.isdecimal() or len(version) > 9:
        raise BadIfMatch()
    return int(version)


def _correlation(request: Request) -> str | None:
    return request.headers.get("correlation-id")
