"""Another service of which nothing is known but its messages."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.contracts.envelope import Envelope
from services.contracts.message import Message
from services.kernel.flow.outbox import Page
from tests.support.scenario import ANNA, NOON


def envelope_of(
    message: Message, position: int, source: str | None = None, at: datetime = NOON, command_id: UUID = ANNA
) -> Envelope:
    """A message as its service tells it from its log: what a command led to."""
    return Envelope(
        source=source or message.SERVICE, position=position, type=message.type, subject=message.subject,
        recorded_at=at, effective_at=at, correlation_id=str(command_id), causation_id=str(command_id),
        data=message.to_data(),
    )  # fmt: skip


@dataclass
class OtherService:
    """Says what a test has it say, at every position or at every so many."""

    source: str
    positions_each: int = 1
    said: list[Envelope] = field(default_factory=list)

    def say(self, message: Message, at: datetime, command_id: UUID = ANNA) -> Envelope:
        """One message more."""
        position = self.positions_each * len(self.said) + 1
        self.said.append(envelope_of(message, position, self.source, at, command_id))
        return self.said[-1]

    def messages(self, after: int, limit: int = 500) -> Page:
        """As an outbox tells them."""
        found = [one for one in self.said if one.position > after][:limit]
        return Page(found, found[-1].position if found else after)
