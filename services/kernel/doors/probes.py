"""The pages of ``health`` on a port of their own, for processes without an HTTP door: one small thread."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import orjson

from .health import Health


class Probes:
    """Serves the pages until the end of the block. ``port`` 0 takes a free one; ``url`` says which."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        """Raises OSError when it cannot listen there."""
        self._server = ThreadingHTTPServer((host, port), _handler(health))
        self._server.daemon_threads = True
        self.url = f"http://{host}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="probes", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(health: Health) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        server_version, sys_version = "agora", ""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path in Health.PATHS:
                status, media, body = health.page(path)
            else:
                status, media, body = 404, "application/json", {"status": "there is no such page"}
            content = body if isinstance(body, bytes) else orjson.dumps(body)
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: probes come every few seconds."""

    return Handler
