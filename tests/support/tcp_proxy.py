"""A wire between a client and a server that a test can cut, or leave connected while nothing comes through."""

import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 65_536


class TcpProxy:
    """Listens on a free port and passes everything on to a server. Use it as a context."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._lost: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._flows = threading.Event()
        self._flows.set()
        self._lock = threading.Lock()
        self._cut_after_bytes: int | None = None
        self.lets_in = True
        """Whether new connections come through; otherwise they end at once, as where no server is."""
        self._start(self._accept)

    @classmethod
    def before(cls, url: str) -> tuple[Self, str]:
        """A proxy before the server of a URL, and the URL through it."""
        parts = urlsplit(url)
        proxy = cls(parts.hostname or "", parts.port or 0)
        login = parts.netloc.rpartition("@")[0]
        return proxy, urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{proxy.port}"))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """End all connections at once; new ones are let through."""
        with self._lock:
            ended, self._sockets = self._sockets, []
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def cut_after(self, sent_bytes: int) -> None:
        """Cut as soon as clients have sent so many more bytes."""
        self._cut_after_bytes = sent_bytes

    def stall(self) -> None:
        """Stay connected, and let nothing through in either direction."""
        self._flows.clear()

    def lose(self) -> None:
        """Connections that are there stay, and whatever is sent over them is lost; new ones are as they should be."""
        with self._lock:
            self._lost.update(self._sockets)

    def flow(self) -> None:
        """Let everything through again."""
        self._flows.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._flows.set()
        self.cut()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self.lets_in:
                client.close()
                continue
            try:
                server = socket.create_connection(self._server)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._sockets += [client, server]
            self._start(self._pass_on, client, server, True)
            self._start(self._pass_on, server, client, False)

    def _pass_on(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                self._flows.wait()
                if source in self._lost:
                    continue
                if is_client and self._is_to_be_cut(len(chunk)):
                    self.cut()
                target.sendall(chunk)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _is_to_be_cut(self, sent_bytes: int) -> bool:
        if self._cut_after_bytes is None:
            return False
        self._cut_after_bytes -= sent_bytes
        if self._cut_after_bytes > 0:
            return False
        self._cut_after_bytes = None
        return True

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
