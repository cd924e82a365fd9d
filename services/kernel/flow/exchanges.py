"""Exchanges that belong to somebody else: looked for first, made only where they are missing.

To look for one needs no right; to make one needs the right that also lets whoever has it delete it. So a service of a
platform with rights has it for its own exchange alone, and where nobody said anything of rights all are made as needed.
"""

from typing import Any

NOT_FOUND = 404


def ensure_exchange(connection: Any, name: str) -> None:
    """Make the topic exchange ``name`` unless it is there; ``connection`` is kombu's or py-amqp's.

    Each look has a channel of its own, since one that finds nothing is closed by the broker. Raises what they raise.
    """
    channel = connection.channel()
    try:
        channel.exchange_declare(name, "topic", passive=True, auto_delete=False)
    except connection.channel_errors as failure:
        if getattr(failure, "code", None) != NOT_FOUND:
            raise
        channel = connection.channel()
        channel.exchange_declare(name, "topic", durable=True, auto_delete=False)
    channel.close()
