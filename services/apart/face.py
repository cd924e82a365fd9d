"""The HTTP face of one service that runs apart: its operations under its name, and whether it is ready."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router

from services.apart import figures
from services.apart.published_keys import PublishedKeys
from services.apart.readiness import obstacles
from services.kernel.doors.health import Health
from services.kernel.doors.http import Door, application
from services.kernel.doors.limits import Rates
from services.kernel.doors.tokens import Verifier
from services.kernel.metrics import Metrics
from services.kernel.service import Service


def face(service: Service, verifier: Verifier, keys: PublishedKeys | None, rate: str) -> Starlette:
    """One service as an ASGI application. ``keys`` None: the service issues the tokens itself."""
    metrics = Metrics(service.name)
    service.executor.commits.on_append = metrics.appended
    for figure in (figures.of_store, figures.of_readers, figures.of_views, service.blueprint.figures):
        metrics.read(partial(figure, service))
    door = Door(service, verifier, Rates(rate), metrics.requests("http"))
    own: list[BaseRoute] = [Mount(f"/{service.name}", Router(door.routes(), redirect_slashes=False))]
    return application([*own, *health_routes(Health(lambda: obstacles(service, keys), metrics.registry))])


def health_routes(health: Health) -> list[BaseRoute]:
    """The pages of ``health``. They may wait for a database, so they are made in a thread."""
    return [Route(path, _page(health, path)) for path in Health.PATHS]


def _page(health: Health, path: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(_request: Request) -> Response:
        status, media, body = health.page(path) if path == "/healthz" else await asyncio.to_thread(health.page, path)
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        return Response(content, status, media_type=media)

    return page
