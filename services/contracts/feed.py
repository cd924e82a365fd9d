"""The feed of partners over HTTP, as parts of the AsyncAPI document: every message of all services in one order."""

from typing import Any

from . import attributes

Part = dict[str, Any]

PATH = "/partners/feed"
MEDIA = "application/cloudevents-batch+json"
CHANNEL, BATCH = "partners.feed", "events.batch"
ENTRANCE: Part = {
    "host": "{host}", "protocol": "https", "title": "The entrance",
    "description": "Where HTTP is asked; a partner sends the key that an operator gave it.",
    "variables": {"host": {"default": "localhost"}}, "security": [{"type": "http", "scheme": "bearer"}],
}  # fmt: skip
_ASKED: Part = {
    "type": "object",
    "properties": {
        "cursor": {"type": "string", "description": "Agora-Cursor of the last answer; without, from the first."},
        "types": {"type": "string", "description": "Public types, separated by commas; without, all."},
        "limit": {"type": "integer", "description": "How many at most."},
        "wait": {"type": "integer", "description": "How many seconds to wait for an event when there is none yet."},
    },
}


def feed_channel() -> Part:
    """Where the feed is."""
    return {
        "address": PATH, "title": "The feed of partners", "servers": [{"$ref": "#/servers/entrance"}],
        "messages": {BATCH: {"$ref": f"#/components/messages/{BATCH}"}},
    }  # fmt: skip


def feed_operation() -> Part:
    """How a partner reads it."""
    return {
        "action": "receive", "channel": {"$ref": f"#/channels/{CHANNEL}"}, "title": "A partner reads the feed",
        "description": "Agora-Cursor is where to go on, Agora-Through the position in the journal that it stands for, "
        "Agora-Digest a digest of everything up to there (for keys with all feeds), Agora-Head where it ends.",
        "messages": [{"$ref": f"#/channels/{CHANNEL}/messages/{BATCH}"}],
        "bindings": {"http": {"method": "GET", "query": _ASKED, "bindingVersion": "0.3.0"}},
    }  # fmt: skip


def feed_message() -> Part:
    """A batch of events. An id of a person, and what one wrote of oneself, is what this partner knows it as."""
    event = attributes.event()
    journal = {"type": "string", "pattern": "^[0-9]+$", "description": "The position in the journal of the feed."}
    properties = {**event["properties"], "journal": journal}
    told = {**event, "required": list(properties), "properties": properties}
    return {
        "name": BATCH, "title": "A batch of events", "contentType": MEDIA,
        "summary": "Events in CloudEvents' JSON batch format, in the order of the journal.",
        "payload": {"type": "array", "items": told},
    }  # fmt: skip
