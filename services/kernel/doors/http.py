"""The HTTP door of one service, made from its table of operations."""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ..metrics import Observe
from ..refusals import Malformed, Refusal, TooLarge
from . import forms, problems
from .admission import MOST_BYTES, Admission, expected_version, usable_key
from .headers import SafeHeaders
from .limits import Rates
from .openapi import document
from .operation import HTTP, Kind, Operation
from .tokens import Verifier
from .waiting import Waits, seconds_of

if TYPE_CHECKING:
    from ..service import Service


class BodyBrokenOff(Malformed):
    """The caller went away before all of the body had come."""

    sentence = "The connection ended before all of the body had come; send it again."


class Door:
    """Turns a request into a call on the service, and its outcome into a response."""

    def __init__(self, service: "Service", verifier: Verifier, rates: Rates, observe: Observe | None = None) -> None:
        self.service, self._admission, self._waits = service, Admission(verifier, rates), Waits(service)
        self._observe: Observe = observe or (lambda _operation, _status, _seconds: None)

    def routes(self) -> list[Route]:
        """One route a row, and the service's own document."""
        rows = [
            Route(operation.path, self._endpoint(operation), methods=[operation.method], name=operation.name)
            for operation in self.service.operations
            if HTTP in operation.doors
        ]
        return [*rows, Route("/openapi.json", self._document, methods=["GET"])]

    def _endpoint(self, operation: Operation) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            since = time.perf_counter()
            response = await answer(request)
            self._observe(operation.name, response.status_code, time.perf_counter() - since)
            return response

        async def answer(request: Request) -> Response:
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
        actor = self._admission.enter(operation, request.headers.get("authorization"), address)
        if operation.kind is Kind.RAW:
            answer: Response = await operation.does(self.service, request, actor)
            return answer
        if operation.kind is Kind.QUERY:
            asked = forms.asked(request.query_params)
            after, wait = asked.pop("after", None), self._wait(operation, asked)
            given = forms.parse(await limited_body(request)) if operation.has_body else asked
            fields = forms.load(operation, request.path_params, given)
            found, version = await self.service.ask(operation, actor, fields, after)
            if wait and await self._waits.until_ended(operation, actor, fields, wait, partial(_is_ending, request)):
                found, version = await self.service.ask(operation, actor, fields)
            return _json(found, 200, version)
        fields = forms.load(operation, request.path_params, forms.parse(await limited_body(request)))
        done = await self.service.do(operation, actor, fields, _key(request), _if_match(request), _correlation(request))
        return _json(done, operation.status, None)

    @staticmethod
    def _wait(operation: Operation, asked: dict[str, str]) -> int:
        """How many seconds somebody would wait for an answer, of a question that can wait."""
        return 0 if operation.has_ended is None else seconds_of(asked.pop("wait", None))

    async def _document(self, _request: Request) -> Response:
        return _json(document([self.service]), 200, None)


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


def _is_ending(request: Request) -> bool:
    """Whether the process is to end: who waits is answered now."""
    return bool(getattr(request.app.state, "is_ending", False))


def _key(request: Request) -> str | None:
    return usable_key(request.headers.get("idempotency-key"))


def _if_match(request: Request) -> int | None:
    return expected_version(request.headers.get("if-match"))


def _correlation(request: Request) -> str | None:
    return request.headers.get("correlation-id")
