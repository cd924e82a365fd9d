"""A wire before a server that answers everything with itself."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator

import pytest

from .postgres_talk import IDLE, SSL_REQUEST, PostgresTalk
from .wire import RESET, Moment, Way, Wire, Wires

DIE = b"die"
SECONDS = 5.0
NOT_YET_SECONDS = 0.1


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while chunk := self.request.recv(1024):
            if chunk == DIE:
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                self.request.close()
                return
            self.server.heard.append(chunk)  # type: ignore[attr-defined]
            self.request.sendall(chunk)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever is reset is expected to be."""


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Echo) as made:
        made.heard = list[bytes]()  # type: ignore[attr-defined]
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def wire(server: _Server) -> Iterator[Wire]:
    with Wires() as wires:
        yield wires.to("127.0.0.1", server.server_address[1], is_overheard=True)


@pytest.fixture
def client(wire: Wire) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", wire.port), timeout=SECONDS) as made:
        made.sendall(b"hello")
        assert made.recv(10) == b"hello"
        yield made


def is_silent(client: socket.socket) -> bool:
    """Whether nothing comes for a moment."""
    client.settimeout(NOT_YET_SECONDS)
    try:
        return client.recv(10) is None
    except TimeoutError:
        return True
    finally:
        client.settimeout(SECONDS)


@pytest.mark.parametrize("way", Way)
def test_what_is_held_comes_later(wire: Wire, client: socket.socket, server: _Server, way: Way) -> None:
    wire.hold(way)
    client.sendall(b"are you there?")
    assert is_silent(client)
    assert (b"are you there?" in server.heard) is (way is Way.DOWN)  # type: ignore[attr-defined]
    wire.let_go()
    assert client.recv(100) == b"are you there?"


def test_a_reset_is_told_to_both(wire: Wire, client: socket.socket) -> None:
    wire.reset()
    with pytest.raises(ConnectionResetError):
        client.recv(10)


def test_a_server_that_dies_is_told_to_its_client(client: socket.socket) -> None:
    client.sendall(DIE)
    with pytest.raises(ConnectionResetError):
        client.recv(10)


def test_what_was_held_when_it_was_reset_is_lost(wire: Wire, client: socket.socket, server: _Server) -> None:
    wire.hold(Way.UP)
    client.sendall(b"lost")
    assert is_silent(client)
    wire.reset()
    wire.let_go()
    with pytest.raises(ConnectionResetError):
        client.recv(10)
    assert b"lost" not in server.heard  # type: ignore[attr-defined]


def test_a_slow_wire_is_slow(wire: Wire, client: socket.socket) -> None:
    wire.delay_seconds = NOT_YET_SECONDS
    client.sendall(b"slow")
    assert is_silent(client)
    assert client.recv(10) == b"slow"


def test_whoever_ends_is_told_so(wire: Wire, client: socket.socket) -> None:
    client.shutdown(socket.SHUT_WR)
    assert client.recv(10) == b""


def message(kind: bytes, body: bytes = b"") -> bytes:
    """As a client of PostgreSQL sends it."""
    return kind + struct.pack(">I", len(body) + 4) + body


STARTING = struct.pack(">II", 8, SSL_REQUEST) + struct.pack(">II", 13, 196608) + b"user\0"
PREPARED = message(b"P", b"one\0SELECT facts.append($1)\0\0\0") + message(b"S")
CARRIED_OUT = message(b"B", b"\0one\0" + b"\0" * 6) + message(b"E", b"\0" * 5) + message(b"S")
READ = message(b"P", b"\0SELECT 1\0\0\0") + message(b"B", b"\0\0" + b"\0" * 6) + message(b"S")


@pytest.mark.parametrize(
    ("said", "stores"),
    [
        (PREPARED, False),
        (PREPARED + CARRIED_OUT, True),
        (PREPARED + READ, False),
        (PREPARED + message(b"P", b"one\0SELECT 2\0\0\0") + CARRIED_OUT, False),
        (READ, False),
        (message(b"Q", b"commit\0"), True),
        (message(b"Q", b"BEGIN\0"), False),
    ],
)
def test_a_request_that_stores_is_known_however_it_comes(said: bytes, stores: bool) -> None:
    whole, pieces = PostgresTalk(), PostgresTalk()
    assert whole.hear(STARTING + said) is stores
    assert any([pieces.hear(bytes([each])) for each in STARTING + said]) is stores  # noqa: C419  all of them


@pytest.mark.parametrize("moment", Moment)
def test_the_answer_to_what_is_stored_is_lost_once(wire: Wire, server: _Server, moment: Moment) -> None:
    asked = message(b"Q", b"COMMIT\0") + IDLE
    for is_lost in (True, False):
        with socket.create_connection(("127.0.0.1", wire.port), timeout=SECONDS) as client:
            client.sendall(STARTING)
            assert client.recv(100) == STARTING
            if is_lost:
                wire.lose_answers(iter([moment]))
                client.sendall(asked)
                with pytest.raises(ConnectionResetError):
                    client.recv(100)
                if moment is not Moment.DURING:
                    assert (asked in server.heard) is (moment is Moment.AFTER)  # type: ignore[attr-defined]
            else:
                client.sendall(asked)
                assert client.recv(100) == asked
    assert wire.lost_answers == 1
