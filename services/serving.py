"""The HTTP face of the embedded platform: every service under its name, one document, a page to try it."""

import importlib.resources
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from services.embedded import Platform
from services.kernel.doors.http import Door, application
from services.kernel.doors.limits import Rates
from services.kernel.doors.openapi import document
from services.kernel.doors.tokens import Verifier
from services.pages import page_routes

TRY_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Agora: try it</title>
<link rel="stylesheet" href="/try/static/swagger-ui.css"></head>
<body><div id="page"></div>
<script src="/try/static/swagger-ui-bundle.js"></script>
<script src="/try/start.js"></script>
</body></html>"""
TRY_SCRIPT = """SwaggerUIBundle({url: "/openapi.json", dom_id: "#page", persistAuthorization: true});"""


def face(platform: Platform) -> Starlette:
    """The whole platform as one ASGI application."""
    issuer = platform.issuer
    verifier = Verifier(issuer.jwks)
    rates = Rates(platform.settings.rate)
    mounts: list[BaseRoute] = [
        Mount(f"/{name}", Router(Door(service, verifier, rates).routes(), redirect_slashes=False))
        for name, service in platform.services.items()
    ]
    merged = orjson.dumps(document(platform.services.values(), prefix=True))
    return application([*mounts, *pages(merged), Route("/healthz", _alive), Route("/readyz", _ready(platform))])


def pages(merged: bytes) -> list[BaseRoute]:
    """What a browser sees: the first page, the one document, a page to try operations."""
    static = Path(str(importlib.resources.files("swagger_ui"))) / "static"
    return [
        *page_routes(),
        Route("/openapi.json", _answer(Response(merged, media_type="application/json"))),
        Route("/try", _answer(HTMLResponse(TRY_PAGE))),
        Route("/try/start.js", _answer(Response(TRY_SCRIPT, media_type="text/javascript"))),
        Mount("/try/static", StaticFiles(directory=static)),
    ]


def _answer(response: Response) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_request: Request) -> Response:
        return response

    return endpoint


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _ready(platform: Platform) -> Callable[[Request], Awaitable[Response]]:
    async def ready(_request: Request) -> Response:
        stuck = platform.stuck()
        lag = {name: platform.lag(name) for name in platform.services}
        body = {
            "status": "stuck" if stuck else "ready",
            "stuck": [one.partition(":")[0] for one in stuck],
            "behind": lag,
        }
        return JSONResponse(body, 503 if stuck else 200)

    return ready
