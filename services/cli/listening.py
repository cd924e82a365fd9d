"""How much, and how long, a caller may take before a request is even there: the server itself bounds neither."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 * 1024
REQUEST_SECONDS = 60.0
"""From the first byte, or from the connection, until all of the body has come."""


class Departing:
    """A transport that drops what is written once it closes: whoever hung up is no error, and is not told anything."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Send, unless nobody is there any more."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class BoundedProtocol(HttpToolsProtocol):
    """One connection. A head that is too long, or a request that does not end, ends the connection."""

    _patience: asyncio.TimerHandle | None = None
    _head_bytes: int | None = None
    """What came while the head was not complete; None outside a head."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, Departing(transport)))
        self._begin_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        has_begun = self._head_bytes is not None
        super().data_received(data)
        if has_begun and self._head_bytes is not None:  # what a head begins in may be the end of a body before it
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of this request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        self._begin_waiting()

    def on_headers_complete(self) -> None:
        self._head_bytes = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._end_waiting()
        super().on_message_complete()

    def _begin_waiting(self) -> None:
        self._end_waiting()
        self._patience = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _end_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
