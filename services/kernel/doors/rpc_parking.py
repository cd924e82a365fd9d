"""What came to the door and is no call: one parked row each, with its cause. Nothing of its content is kept.

A row is named by a keyed digest of what came, so that the same message, delivered again, is the same row.
"""

import hashlib
from typing import TYPE_CHECKING

from ..flow.parking import as_far_as_there_is_room
from ..refusals import Refusal
from ..store.recorder import Entry, ParkedRow
from .rpc_reading import Delivery

if TYPE_CHECKING:
    from ..service import Service

SOURCE = STAGE = "rpc"
LONGEST_TYPE = 120


def park(service: "Service", delivery: Delivery, cause: Refusal) -> None:
    """Store a row about it, unless there are too many; one that is there stays. Raises what the store raises."""
    row = ParkedRow(
        name=f"rpc:{service.keys.blinded(_digest(delivery))}", source=SOURCE, position=0, subject="",
        type=_shown(delivery.routing_key), stage=STAGE, cause=cause.detail, parked_at=service.clock.now(),
    )  # fmt: skip
    if rows := as_far_as_there_is_room([row], service.recorder):
        service.recorder.append([Entry(parked=rows)])


def _digest(delivery: Delivery) -> str:
    try:
        about = repr((delivery.routing_key, dict(delivery.properties), dict(delivery.headers)))
    except RecursionError:  # nested headers that can be read just so
        about = delivery.routing_key
    return hashlib.sha256(about.encode("utf-8", "replace") + delivery.body).hexdigest()


def _shown(routing_key: str) -> str:
    """A routing key is anybody's text: what every store and every terminal can show of it."""
    return "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in routing_key)[:LONGEST_TYPE]
