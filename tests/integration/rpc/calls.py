"""A caller that speaks nameko's protocol by hand, and can so send everything that no caller should."""

import json
from typing import Any, Self
from uuid import uuid4

import pika
import pika.exceptions

from tests.support.waiting import until

EXCHANGE = "nameko-rpc"


class Caller:
    """One connection with a queue for answers."""

    def __init__(self, url: str, token: str | None = "anna") -> None:
        self.context = {"authorization": f"Bearer {token}"} if token else {}
        self.reply_to = str(uuid4())
        self._answers: dict[str | None, list[dict[str, Any]]] = {}
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self._connection.channel()
        self.channel.exchange_declare(EXCHANGE, "topic", durable=True)
        queue = self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.queue_bind(queue, EXCHANGE, self.reply_to)
        self.channel.basic_consume(queue, self._on_answer, auto_ack=True)
        self.channel.confirm_delivery()

    def send(
        self, method: str | bytes, body: bytes | None = None, *, fields: dict[str, Any] | None = None,
        context: dict[str, Any] | None = None, service: str = "tally", exchange: str = EXCHANGE, **properties: Any,
    ) -> str:  # fmt: skip
        """Send a call, or something that is none; returns its correlation id."""
        call_id = properties.setdefault("correlation_id", str(uuid4()))
        spoken = {f"nameko.{name}": value for name, value in {**self.context, **(context or {})}.items()}
        properties = {
            "content_type": "application/json", "content_encoding": "utf-8", "reply_to": self.reply_to,
            "headers": spoken, **properties,
        }  # fmt: skip
        content = json.dumps({"args": [], "kwargs": fields or {}}).encode() if body is None else body
        key: Any = method if isinstance(method, bytes) else f"{service}.{method}"
        self.channel.basic_publish(exchange, key, content, pika.BasicProperties(**properties), mandatory=True)
        return str(call_id)

    def answers(self, call_id: str | None, count: int = 1) -> list[dict[str, Any]]:
        """So many answers to a call, as they came."""
        assert until(lambda: self._heard(call_id) >= count), f"fewer than {count} answers"
        return self._answers[call_id]

    def has_answer(self, call_id: str) -> bool:
        """Whether one has come by now."""
        return self._heard(call_id) > 0

    def call(self, method: str, context: dict[str, Any] | None = None, **fields: Any) -> Any:
        """The result of a call; an assertion fails when it is refused."""
        answer = self.answers(self.send(method, fields=fields, context=context))[0]
        assert answer["error"] is None, answer
        return answer["result"]

    def refused(self, method: str, context: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """The error of a call."""
        return error_of(self.answers(self.send(method, fields=fields, context=context))[0])

    def queued(self, queue: str = "rpc-tally") -> tuple[int, int]:
        """How many messages wait in a queue, and how many consumers it has; nothing and nobody where there is none."""
        channel = self._connection.channel()  # one of its own, since a queue that is not there closes it
        try:
            found = channel.queue_declare(queue, passive=True).method
        except pika.exceptions.ChannelClosedByBroker:
            return 0, 0
        channel.close()
        return found.message_count, found.consumer_count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection.is_open:
            self._connection.close()

    def _on_answer(self, _channel: Any, _method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        assert (properties.content_type, properties.content_encoding) == ("application/json", "utf-8")
        answer = json.loads(body)
        if properties.headers:
            answer["headers"] = properties.headers
        self._answers.setdefault(properties.correlation_id, []).append(answer)

    def _heard(self, call_id: str | None) -> int:
        self._connection.process_data_events(0)
        return len(self._answers.get(call_id, ()))


def error_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The problem document of a refused call; everything that each must have is checked on the way."""
    error = answer["error"]
    assert answer["result"] is None, answer
    (problem,) = error["exc_args"]
    assert error["exc_path"] == "agora.Refused"
    assert error["value"] == problem["detail"]
    assert len(problem["detail"]) > 20
    assert problem["type"] == f"urn:agora:problem:{problem['code']}"
    return {"name": error["exc_type"], **problem}
