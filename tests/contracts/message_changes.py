"""What was promised of every message, read from the kept AsyncAPI document; and every way in which code breaks it."""

from collections.abc import Iterator
from typing import Any

from services.contracts.pulling import ASKED

from .schema_changes import Comparison, Direction, changes

Document = dict[str, Any]

ADVICE = (
    "Messages of this type lie in logs for ever and others read them: leave it as it was, and say what is new in an "
    "optional field with a default, or in a class of the next VERSION beside this one."
)


def broken_for_readers(kept: Document, made: Document) -> list[str]:
    """Each break of a promise, as a sentence that names the message."""
    was, now = _promised(kept), _promised(made)
    return [
        f"{name}: {broken}." for name, promise in was.items() for broken in _broken(kept, made, promise, now.get(name))
    ]


def _promised(document: Document) -> dict[str, Document]:
    """Every message that is said, by its public type; the name, the service and the version are in the type."""
    said = document["components"]["messages"]
    return {name: message for name, message in said.items() if "payload" in message}


def _broken(kept: Document, made: Document, was: Document, now: Document | None) -> Iterator[str]:
    if now is None:
        yield "nobody says it any more; a NAME, SERVICE or VERSION is never changed and a message never taken back"
        return
    if was.get("x-subject") != now.get("x-subject"):
        yield f"its subject was {was.get('x-subject')}, is {now.get('x-subject')}: it is the order that readers keep"
    yield from (f"it is no longer said to {place}" for place in _places(kept, was) if place not in _places(made, now))
    around = Comparison(kept, made, Direction.GIVEN, "the headers")
    yield from changes(around, was.get("headers", {}), now.get("headers", {}))
    yield from changes(Comparison(kept, made, _direction(was)), was["payload"], now["payload"])


def _direction(message: Document) -> Direction:
    """What is said lies in logs; what is asked is read by us alone, and what is answered by them alone."""
    if "x-subject" in message:
        return Direction.KEPT
    return Direction.TAKEN if message["name"] == ASKED else Direction.GIVEN


def _places(document: Document, message: Document) -> list[str]:
    """Where a message is said: exchange and routing key."""
    said = {"$ref": f"#/components/messages/{message['name']}"}
    return [
        channel["title"]
        for channel in document["channels"].values()
        if said in channel["messages"].values() and channel["address"] is not None
    ]
