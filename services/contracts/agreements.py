"""What the mall says of agreements between sellers and communities: that there is one, and until when. No terms."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from .message import Message


@dataclass(frozen=True, kw_only=True)
class AgreementMessage(Message):
    """A message about what a seller and a community have agreed on."""

    SERVICE: ClassVar[str] = "mall"
    SUBJECT: ClassVar[str] = "agreement_id"

    agreement_id: UUID
    seller_id: UUID
    group_id: UUID


@dataclass(frozen=True, kw_only=True)
class AgreementAccepted(AgreementMessage):
    """Seller and community have agreed: in place of what they had agreed on before."""

    NAME: ClassVar[str] = "agreement_accepted"

    number: int
    exclusive: bool
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AgreementEnded(AgreementMessage):
    """Nothing of it holds from a time on: one side has said so, or it has come to the end that was agreed on."""

    NAME: ClassVar[str] = "agreement_ended"

    ends_at: datetime


MESSAGES: tuple[type[Message], ...] = (AgreementAccepted, AgreementEnded)
