"""Sends answers: each is confirmed by the broker, or it was not sent. Connections are kept, one for each answer on its
way, and the time that a broker may take is bounded: one that has raised an alarm takes what it gets and says nothing.
"""

from typing import Any

from .rpc_answers import Answer
from .rpc_nameko import get_rpc_exchange, kombu

CONFIRM_SECONDS = 10.0
CONNECT_SECONDS = 5.0
PERSISTENT = 2


class Replies:
    """Answers on their way to whoever asked; safe for any number of green threads."""

    def __init__(self, amqp_url: str) -> None:
        self._amqp_url = amqp_url
        self._exchange = get_rpc_exchange()
        self._exchange.no_declare = True  # whoever takes calls has seen to it
        self._idle: list[Any] = []

    def send(self, answer: Answer, reply_to: str, correlation_id: str | None) -> None:
        """Returns once the broker has it; one that nobody waits for any more is dropped there.

        Raises what the connection raises, after a second try with a new one when it was an old one that failed.
        """
        while self._idle:
            try:
                return self._publish(self._idle.pop(), answer, reply_to, correlation_id)
            except Exception:  # noqa: BLE001  an old connection may be gone; the others are as old
                self.close()
        self._publish(self._opened(), answer, reply_to, correlation_id)

    def close(self) -> None:
        """Let go of the connections that are not in use."""
        while self._idle:
            _drop(self._idle.pop())

    def _publish(self, producer: Any, answer: Answer, reply_to: str, correlation_id: str | None) -> None:
        try:
            producer.publish(
                answer.body, exchange=self._exchange, routing_key=reply_to, correlation_id=correlation_id,
                content_type="application/json", content_encoding="utf-8", delivery_mode=PERSISTENT,
                headers={} if answer.version is None else {"etag": f'"{answer.version}"'},
                confirm_timeout=CONFIRM_SECONDS,
            )  # fmt: skip
        except BaseException:
            _drop(producer)
            raise
        self._idle.append(producer)

    def _opened(self) -> Any:
        connection = kombu.Connection(
            self._amqp_url, connect_timeout=CONNECT_SECONDS, transport_options={"confirm_publish": True}
        )
        try:
            connection.connect()
            return kombu.Producer(connection.default_channel, self._exchange)
        except BaseException:
            connection.collect()
            raise


def _drop(producer: Any) -> None:
    """Close without a word: the other side may not be there."""
    producer.connection.collect()
