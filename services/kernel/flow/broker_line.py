"""One connection to the broker with one channel, driven by whoever waits for something on it: no thread of its own.

Nothing on it waits without a limit, whatever the broker does: gone, silent, or blocking its publishers because it is
short of memory or disk. Whoever waits is told which of these it was.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

import pika
from pika.adapters.select_connection import IOLoop
from pika.exceptions import AMQPError

from ..refusals import Unready

HEARTBEAT_SECONDS = 60
CONNECT_SECONDS = 10.0
FAREWELL_SECONDS = 2.0
TURNS_AT_ONCE = 3
logging.getLogger("pika").setLevel(logging.CRITICAL)  # what it has to say is raised, and logged by whoever waits


class BrokerLost(Unready):
    """The broker cannot be reached, or has ended the connection."""

    sentence = "The message broker is not there ({why}); it is tried again."


class BrokerSilent(Unready):
    """The broker did not do what was asked in time, and did not say why."""

    sentence = "The message broker has not {awaited} within {seconds} seconds; it is tried again."


class BrokerBlocks(Unready):
    """The broker takes in nothing from anybody: it is short of memory or disk space."""

    sentence = "The message broker takes in nothing at present ({why}); give it memory or disk space."


class Line:
    """An open connection and its channel. Not for two threads at once.

    ``name`` is what the broker lists it under. Raises BrokerLost or BrokerSilent when it cannot be opened.
    """

    def __init__(
        self, url: str, name: str, *, heartbeat_seconds: int = HEARTBEAT_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:  # fmt: skip
        self.blocked_by: str | None = None
        self.refused_with = 0
        """The code by which the broker has closed the channel, such as 404."""
        self._lost: str | None = None
        self._is_open = self._is_closed = self._is_dropped = False
        self._loop = IOLoop()
        self._loop.activate_poller()
        self._connection = pika.SelectConnection(
            _parameters(url, name, heartbeat_seconds, connect_seconds),
            on_open_callback=self._opened, on_open_error_callback=self._ended, on_close_callback=self._ended,
            custom_ioloop=self._loop,
        )  # fmt: skip
        try:
            self.wait(lambda: self._is_open, connect_seconds, "let us in")
            self.channel = self._open_channel(connect_seconds)
        except BaseException:
            self.drop()
            raise

    def wait(self, until: Callable[[], bool], seconds: float, awaited: str) -> None:
        """Serve the connection until something is so.

        Raises BrokerLost, or after ``seconds`` BrokerBlocks or BrokerSilent: the broker has not ``awaited``.
        """
        deadline = time.monotonic() + seconds
        while not until():
            self._refuse_lost()
            left = deadline - time.monotonic()
            if left <= 0:
                self.refuse_blocked()
                raise BrokerSilent(awaited=awaited, seconds=seconds)
            self._turn(left)

    def refuse_blocked(self) -> None:
        """Raises BrokerBlocks while the broker takes in nothing."""
        if self.blocked_by is not None:
            raise BrokerBlocks(why=self.blocked_by)

    def breathe(self) -> None:
        """Serve what has come meanwhile, heartbeats above all, without waiting. Raises BrokerLost."""
        for _ in range(TURNS_AT_ONCE):  # what came, and the end that may lie behind it
            self._turn(0)
            self._refuse_lost()

    def close(self) -> None:
        """Say goodbye, but not for long, and let go."""
        if self._connection.is_open:
            self._connection.close()
            self._turn_until_closed(FAREWELL_SECONDS)
        self.drop()

    def drop(self) -> None:
        """Let go of the connection at once, as one does with a broker that does not answer."""
        if self._is_dropped:
            return
        if not self._is_closed:
            # The only way that pika has to end a connection without asking the other side; its own heartbeat does it.
            self._connection._terminate_stream(AMQPError("dropped"))
            self._turn_until_closed(FAREWELL_SECONDS)
        self._is_dropped = True
        self._loop.close()

    def _open_channel(self, seconds: float) -> Any:
        opened: list[Any] = []
        channel = self._connection.channel(on_open_callback=opened.append)
        channel.add_on_close_callback(self._channel_ended)
        self.wait(lambda: bool(opened), seconds, "opened a channel")
        return channel

    def _turn(self, seconds: float) -> None:
        """Wait for one event, for so long at most, and serve it."""
        bound = self._loop.call_later(max(0.0, seconds), lambda: None)
        try:
            self._loop.poll()
            self._loop.process_timeouts()
        except (AMQPError, OSError) as failure:
            self._lost = self._lost or _reason(failure)
        finally:
            self._loop.remove_timeout(bound)

    def _turn_until_closed(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._is_closed and time.monotonic() < deadline:
            self._turn(deadline - time.monotonic())

    def _refuse_lost(self) -> None:
        if self._lost is not None:
            raise BrokerLost(why=self._lost)

    def _opened(self, connection: Any) -> None:
        self._is_open = True
        connection.add_on_connection_blocked_callback(self._blocked)
        connection.add_on_connection_unblocked_callback(self._unblocked)

    def _ended(self, _connection: Any, cause: object) -> None:
        self._is_closed = True
        self._lost = self._lost or _reason(cause)

    def _channel_ended(self, _channel: Any, cause: object) -> None:
        self.refused_with = getattr(cause, "reply_code", 0)
        self._lost = self._lost or _reason(cause)

    def _blocked(self, _connection: Any, frame: Any) -> None:
        self.blocked_by = str(frame.method.reason)

    def _unblocked(self, _connection: Any, _frame: Any) -> None:
        self.blocked_by = None


def _parameters(url: str, name: str, heartbeat_seconds: int, connect_seconds: float) -> Any:
    parameters = pika.URLParameters(url)
    parameters.heartbeat = heartbeat_seconds
    parameters.connection_attempts = 1
    parameters.socket_timeout = parameters.stack_timeout = connect_seconds
    parameters.client_properties = {"connection_name": name}
    return parameters


def _reason(cause: object) -> str:
    """What happened, in one line: pika wraps it in several layers."""
    inner = getattr(cause, "exceptions", None) or [getattr(cause, "exception", None), *getattr(cause, "args", ())]
    wrapped = [one for one in inner if isinstance(one, BaseException)]
    if wrapped:
        return _reason(wrapped[-1])
    return " ".join(str(cause).split())[:300] or type(cause).__name__
