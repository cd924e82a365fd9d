"""Asks another service through its nameko door, without nameko: a process that loads neither eventlet nor a patch.

A request goes to the exchange ``nameko-rpc`` under ``service.method``; the answer comes back through the same
exchange to a queue of our own, under a key that nobody else has.
"""

import threading
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import orjson
import pika

from ..refusals import Refusal, Unready
from .broker_line import BrokerBlocks, BrokerLost, BrokerSilent, Line
from .exchanges import NOT_FOUND

EXCHANGE = "nameko-rpc"
CALL_SECONDS = 10.0


class NobodyServes(Unready):
    """No process of the service has ever opened its door at this broker."""

    sentence = "Nobody serves {service} at this message broker; start its rpc process."


class NobodyAnswers(Unready):
    """The request was delivered, and no answer came in time."""

    sentence = "{service} has not answered {method} within {seconds} seconds; ask again."


class AnswerUnreadable(Unready):
    """The answer is not in the form of nameko's answers."""

    sentence = "What {service} answered to {method} cannot be read."


class RefusedThere(Refusal):
    """The other service refused. ``kind`` is the name of its refusal's class, ``members`` what it says beside."""

    sentence = "{service} refused {method} ({reason})."

    def __init__(self, service: str, method: str, error: Mapping[str, Any]) -> None:
        self.kind, self.reason = str(error.get("exc_type")), str(error.get("value"))
        first = (error.get("exc_args") or [None])[0]
        self.members: dict[str, Any] = first if isinstance(first, dict) else {}
        super().__init__(service=service, method=method, reason=f"{self.kind}: {self.reason}")


class RpcClient:
    """Calls methods over one connection, which is opened when it is needed and again when it is lost.

    For one thread; two that call at once wait for each other. ``caller`` names us in the broker and in the call stack.
    """

    def __init__(self, url: str, caller: str = "agora", *, call_seconds: float = CALL_SECONDS) -> None:
        self._url, self._caller, self._seconds = url, caller, call_seconds
        self._line: Line | None = None
        self._reply_key = ""
        self._awaited = ""
        self._answer: bytes | None = None
        self._is_returned = False
        self._lock = threading.Lock()

    def call(
        self, service: str, method: str, fields: Mapping[str, Any] | None = None, *,
        context: Mapping[str, str] | None = None, is_repeatable: bool = False,
    ) -> Any:  # fmt: skip
        """What the method answers to ``fields`` (keyword arguments, JSON values).

        ``context`` goes along as nameko's context ({"authorization": "Bearer ..."}). A call that ``is_repeatable``
        is made a second time when the connection breaks under it: it must do no harm twice.
        Raises NobodyServes, NobodyAnswers, AnswerUnreadable, RefusedThere, BrokerLost, BrokerSilent, BrokerBlocks.
        """
        with self._lock:
            try:
                return self._call(service, method, fields or {}, context or {})
            except BrokerLost:
                if not is_repeatable:
                    raise
                return self._call(service, method, fields or {}, context or {})

    def close(self) -> None:
        """Let go of the connection; the next call opens another."""
        with self._lock:
            self._forget(Line.close)

    def _call(self, service: str, method: str, fields: Mapping[str, Any], context: Mapping[str, str]) -> Any:
        line = self._ready()
        try:
            line.refuse_blocked()
            self._send(line, f"{service}.{method}", fields, context)
            line.wait(lambda: self._answer is not None or self._is_returned, self._seconds, "answered")
        except BrokerSilent as late:
            self._forget(Line.drop)  # it may be dead without knowing, and the next call shall not find out again
            raise NobodyAnswers(service=service, method=method, seconds=self._seconds) from late
        except BrokerBlocks:  # the connection stays: each new one would hang in the broker until it has memory again
            raise
        except BaseException:
            self._forget(Line.drop)
            raise
        if self._answer is None:
            raise NobodyServes(service=service)
        return _result(service, method, self._answer)

    def _send(self, line: Line, key: str, fields: Mapping[str, Any], context: Mapping[str, str]) -> None:
        call_id = self._awaited = str(uuid4())
        self._answer, self._is_returned = None, False
        headers = {f"nameko.{name}": value for name, value in context.items()}
        properties = pika.BasicProperties(
            content_type="application/json", content_encoding="utf-8", reply_to=self._reply_key,
            correlation_id=call_id, message_id=call_id, expiration=str(int(self._seconds * 1000)),
            headers={**headers, "nameko.call_id_stack": [f"{self._caller}.{call_id}"]},
        )  # fmt: skip
        body = orjson.dumps({"args": [], "kwargs": dict(fields)})
        line.channel.basic_publish(EXCHANGE, key, body, properties, mandatory=True)

    def _ready(self) -> Line:
        """An open line: one that has died since the last call is replaced before anything is sent over it."""
        if self._line is not None:
            try:
                self._line.breathe()
            except BrokerLost:
                self._forget(Line.drop)
        if self._line is None:
            self._line = self._opened()
        return self._line

    def _opened(self, makes_exchange: bool = False) -> Line:
        """The exchange is made only where it is missing: that takes a right that not everybody has."""
        line = Line(self._url, f"{self._caller} calls", connect_seconds=self._seconds)
        try:
            self._open_reply_queue(line, makes_exchange)
        except BrokerLost:
            line.drop()
            if makes_exchange or line.refused_with != NOT_FOUND:
                raise
            return self._opened(makes_exchange=True)
        except BaseException:
            line.drop()
            raise
        return line

    def _open_reply_queue(self, line: Line, makes_exchange: bool) -> None:
        self._reply_key, ready = str(uuid4()), list[object]()
        queue = f"rpc.reply-{self._caller}-{self._reply_key}"
        channel = line.channel
        channel.add_on_return_callback(self._on_return)
        channel.exchange_declare(EXCHANGE, "topic", passive=not makes_exchange, durable=True, callback=ready.append)
        channel.queue_declare(
            queue, exclusive=True, auto_delete=True, arguments={"x-queue-type": "classic"}, callback=ready.append
        )
        channel.queue_bind(queue, EXCHANGE, self._reply_key, callback=ready.append)
        channel.basic_consume(queue, self._on_answer, auto_ack=True, callback=ready.append)
        line.wait(lambda: len(ready) == 4, self._seconds, "opened a queue for answers")

    def _on_answer(self, _channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        if properties.correlation_id == self._awaited:  # anything else answers a question that was given up
            self._answer = body

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        self._is_returned = self._is_returned or properties.correlation_id == self._awaited

    def _forget(self, let_go: Any) -> None:
        line, self._line = self._line, None
        if line is not None:
            let_go(line)


def _result(service: str, method: str, body: bytes) -> Any:
    try:
        answer = orjson.loads(body)
        error, result = answer["error"], answer["result"]
    except (orjson.JSONDecodeError, TypeError, KeyError, IndexError) as wrong:
        raise AnswerUnreadable(service=service, method=method) from wrong
    if error is None:
        return result
    raise RefusedThere(service, method, error if isinstance(error, dict) else {})
