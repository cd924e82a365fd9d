"""Every message there is, by its public type."""

from . import agreements, events, groups, identity, mall, payouts
from .envelope import Envelope
from .message import Message

MESSAGES: dict[str, type[Message]] = {
    message.type_name(): message
    for message in (
        *identity.MESSAGES, *groups.MESSAGES, *mall.MESSAGES, *payouts.MESSAGES, *agreements.MESSAGES, *events.MESSAGES,
    )
}  # fmt: skip
"""Public type ("agora.mall.order_paid.v1") to class."""


def read(envelope: Envelope) -> Message | None:
    """The message in an envelope; None for a type that is not known here, which a reader passes over.

    Raises ``UnreadableMessage`` when the data is not what the type promises.
    """
    message = MESSAGES.get(envelope.type)
    return None if message is None else message.from_data(envelope.data)
