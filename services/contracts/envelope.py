"""What stands around a message on its way: CloudEvents 1.0 attributes, JSON event format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from .message import UnreadableMessage

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message as it travels: where it stands in its source's log, and its data unread.

    ``source`` is the name of a log ("mall"; nothing may assume that a service has only one),
    ``position`` the place in it. ``recorded_at`` is when Agora stored it, ``effective_at`` when it
    happened. Read ``data`` with ``catalogue.read``.
    """

    source: str
    position: int
    type: str
    subject: str
    recorded_at: datetime
    effective_at: datetime
    correlation_id: str
    causation_id: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        """Unique for ever, and the key by which a reader knows that it has seen it: "mall:42"."""
        return f"{self.source}:{self.position}"

    def attributes(self) -> dict[str, str]:
        """All but the data, by CloudEvents names. ``sequence`` is the position as decimal text; order by its number."""
        return {
            "specversion": SPEC_VERSION,
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.recorded_at.isoformat(),
            "sequence": str(self.position),
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
            "effectivetime": self.effective_at.isoformat(),
        }

    def to_dict(self) -> dict[str, Any]:
        """As a CloudEvent in JSON: ``attributes``, and the data with its type."""
        return {**self.attributes(), "datacontenttype": CONTENT_TYPE, "data": self.data}

    @classmethod
    def from_dict(cls, event: dict[str, Any]) -> Self:
        """The other way round; unknown attributes are left out. Raises ``UnreadableMessage``."""
        try:
            return cls(**_attributes(event))
        except (KeyError, TypeError, ValueError) as wrong:
            raise UnreadableMessage(str(event.get("type", "an event without a type")), repr(wrong)) from wrong


def _attributes(event: dict[str, Any]) -> dict[str, Any]:
    if event["specversion"] != SPEC_VERSION:
        raise ValueError(f"CloudEvents {SPEC_VERSION} is read, not {event['specversion']}")
    return {
        "source": event["source"],
        "position": int(event["sequence"]),
        "type": event["type"],
        "subject": event["subject"],
        "recorded_at": _aware(event["time"]),
        "effective_at": _aware(event["effectivetime"]),
        "correlation_id": event["correlationid"],
        "causation_id": event["causationid"],
        "data": dict(event["data"]),
    }


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment
