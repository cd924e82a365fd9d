"""The one table from refusals to HTTP, and the RFC 9457 body of every error."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import orjson
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from .. import refusals
from ..flow.failures import cause_of, is_passing
from ..refusals import Refusal, Unready

STATUSES: dict[type[Refusal], int] = {
    refusals.Unauthenticated: 401,
    refusals.Forbidden: 403,
    refusals.Missing: 404,
    refusals.Conflicting: 409,
    refusals.Stale: 412,
    refusals.TooLarge: 413,
    refusals.Malformed: 400,
    refusals.TooMany: 429,
    refusals.Unready: 503,
    refusals.Late: 504,
}
log = structlog.get_logger()


def status_of(kind: type[Refusal]) -> int:
    """The status of a refusal: that of its nearest kind in the table. KeyError when it has none."""
    return next(STATUSES[each] for each in kind.__mro__ if each in STATUSES)


def contents(status: int, code: str, detail: str, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The members of a problem document (RFC 9457), whichever door it leaves by."""
    body = {"type": f"urn:agora:problem:{code}", "title": code, "status": status, "code": code, "detail": detail}
    return {**(extra or {}), **body}


def contents_of(refusal: Refusal) -> dict[str, Any]:
    """The members of a refusal's problem document. One with ``errors`` by field is 422."""
    status = 422 if "errors" in refusal.facts else status_of(type(refusal))
    return contents(status, refusal.code, refusal.detail, refusal.facts)


def contents_unexpected(error_id: str) -> dict[str, Any]:
    """The members of the problem document of an error of ours: an id to ask about, never a text."""
    detail = f"Something went wrong on our side; ask the operator about error {error_id}."
    return contents(500, "agora.unexpected", detail, {"error_id": error_id})


def written(members: Mapping[str, Any]) -> bytes:
    """A problem document as JSON. The errors of a list are told by index: a number as a key."""
    return orjson.dumps(members, default=str, option=orjson.OPT_NON_STR_KEYS)


def problem(status: int, code: str, detail: str, extra: Mapping[str, Any] | None = None) -> Response:
    """An RFC 9457 problem document."""
    return _response(contents(status, code, detail, extra))


def _response(members: Mapping[str, Any]) -> Response:
    headers, status = {}, int(members["status"])
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after_seconds" in members:
        headers["Retry-After"] = str(members["retry_after_seconds"])
    return Response(written(members), status, headers, media_type="application/problem+json")


def refused(refusal: Refusal) -> Response:
    """The problem document of a refusal."""
    return _response(contents_of(refusal))


def unexpected(failure: Exception, request: Request) -> Response:
    """An error of ours: an id to ask about, never a text. One that passes by itself is not ours: try again."""
    if is_passing(failure):
        log.warning("not ready", path=request.url.path, cause=cause_of(failure))
        return refused(Unready())
    error_id = str(uuid4())
    log.error("unexpected error", error_id=error_id, path=request.url.path, exc_info=failure)
    return _response(contents_unexpected(error_id))


async def on_http_exception(request: Request, failure: Exception) -> Response:
    """What the router itself refuses: no such path, no such method."""
    assert isinstance(failure, HTTPException)
    if failure.status_code == 405:
        refusal = problem(405, "agora.method_not_allowed", f"{request.method} is not possible here; see /openapi.json.")
        refusal.headers["Allow"] = (failure.headers or {}).get("Allow", "")
        return refusal
    if failure.status_code == 404:
        return problem(404, "agora.no_such_path", "There is nothing at this path; see /openapi.json.")
    return problem(failure.status_code, "agora.http", "The request cannot be served.")


async def on_refusal(_request: Request, failure: Exception) -> Response:
    """A refusal that reached the edge."""
    assert isinstance(failure, Refusal)
    return refused(failure)


async def on_unexpected(request: Request, failure: Exception) -> Response:
    """Anything else."""
    return unexpected(failure, request)
