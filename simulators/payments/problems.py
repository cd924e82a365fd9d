"""What the provider refuses, as RFC 9457 problem documents."""

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


class Refused(Exception):
    """A request that the provider refuses: a status, a code for programs, a sentence for people."""

    def __init__(self, status: int, code: str, detail: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.errors = status, code, detail, errors


def problem(status: int, code: str, detail: str, errors: dict[str, Any] | None = None) -> Response:
    """The problem document for one refusal."""
    document: dict[str, Any] = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    if errors:
        document["errors"] = errors
    return Response(json.dumps(document), status, media_type="application/problem+json")


async def answer_refused(_: Request, refused: Exception) -> Response:
    """Turns a ``Refused`` into its document."""
    assert isinstance(refused, Refused)
    return problem(refused.status, refused.code, refused.detail, refused.errors)


async def answer_http_exception(_: Request, exception: Exception) -> Response:
    """Turns an unknown path or method into a document."""
    assert isinstance(exception, HTTPException)
    return problem(exception.status_code, "no_such_operation", f"{exception.detail}.")
