"""What every answer tells a browser: guess no type, run nothing that is not ours, keep nothing of anybody's."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
# The page to try operations draws with styles of its own making and pictures within them; its scripts are files.
OWN_PAGE = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class SafeHeaders:
    """Wraps an application and adds the headers to each of its answers; one that it set itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the wrapped application does."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_safely)


def _complete(headers: MutableHeaders) -> None:
    kind = headers.get("content-type", "")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Content-Security-Policy", OWN_PAGE if kind.startswith("text/html") else NO_PAGE)
    if "json" in kind:
        headers.setdefault("Cache-Control", "no-store")
