"""What is known of one person when a threshold is decided."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from .expression import ClaimNeeded, InvitationNeeded, MembershipNeeded, Need, TagNeeded


@dataclass(frozen=True, slots=True)
class Claim:
    """A certified claim; it counts until ``valid_until`` (for ever when that is None)."""

    kind: str
    level: int
    code: str | None
    valid_until: datetime | None
    claim_id: UUID

    def answers(self, need: ClaimNeeded) -> bool:
        """Whether it is the claim that is asked for, whatever its date."""
        return self.kind == need.kind and self.level >= need.level and need.code in (None, self.code)

    def counts_at(self, now: datetime) -> bool:
        """Whether it is still valid at this moment; the moment it ends it is not."""
        return self.valid_until is None or now < self.valid_until

    def to_data(self) -> dict[str, Any]:
        """As a decision keeps it: ``{claim_id, kind, level, code, valid_until}``, JSON values."""
        return {
            "claim_id": str(self.claim_id),
            "kind": self.kind,
            "level": self.level,
            "code": self.code,
            "valid_until": None if self.valid_until is None else self.valid_until.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """The claims, tags (values by kind), memberships and invitation of one person."""

    claims: Sequence[Claim] = ()
    tags: Mapping[str, Set[str]] = field(default_factory=dict)
    invitations: bool = False
    memberships: Set[UUID] = frozenset()

    def holds(self, need: Need, now: datetime) -> bool:
        """Whether this single need is met at this moment."""
        match need:
            case ClaimNeeded():
                return self.best(need, now) is not None
            case TagNeeded(kind, value):
                return value in self.tags.get(kind, ())
            case MembershipNeeded(group_id):
                return group_id in self.memberships
            case InvitationNeeded():
                return self.invitations

    def best(self, need: ClaimNeeded, now: datetime) -> Claim | None:
        """The valid claim to rely on: of the highest level, then of the longest validity."""
        fitting = [claim for claim in self.claims if claim.answers(need) and claim.counts_at(now)]
        return max(fitting, key=_worth, default=None)

    def expired_at(self, need: ClaimNeeded, now: datetime) -> datetime | None:
        """When the last claim that would have done expired; None when there was never one."""
        ends = [c.valid_until for c in self.claims if c.valid_until is not None and c.answers(need)]
        return max((end for end in ends if end <= now), default=None)


def _worth(claim: Claim) -> tuple[int, bool, float, str]:
    until = 0.0 if claim.valid_until is None else claim.valid_until.timestamp()
    return claim.level, claim.valid_until is None, until, str(claim.claim_id)
