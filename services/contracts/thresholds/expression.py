"""The forms of a threshold, as values, and how each is written as JSON."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

CLAIM_KINDS = ("real_name", "position", "education", "industry")


@dataclass(frozen=True, slots=True)
class ClaimNeeded:
    """A certified claim of a kind, of a level or higher, and of one code where a code is named."""

    kind: str
    level: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class InvitationNeeded:
    """An invitation that is still open."""


@dataclass(frozen=True, slots=True)
class TagNeeded:
    """A tag of a kind with exactly this value."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class MembershipNeeded:
    """Membership of the group with this id."""

    group_id: UUID


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not be met."""

    part: "Threshold"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must be met; without parts everybody meets it."""

    parts: tuple["Threshold", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part must be met."""

    parts: tuple["Threshold", ...]


Need = ClaimNeeded | InvitationNeeded | TagNeeded | MembershipNeeded
Threshold = Need | Not | AllOf | AnyOf

OPEN = AllOf()
"""The threshold that everybody meets."""


def to_data(threshold: Threshold) -> dict[str, Any]:
    """The threshold as JSON, always written the same way: ``parse(to_data(t)) == t``."""
    match threshold:
        case AllOf(parts):
            return {"all": [to_data(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_data(part) for part in parts]}
        case Not(part):
            return {"not": to_data(part)}
        case _:
            return need_to_data(threshold)


def need_to_data(need: Need) -> dict[str, Any]:
    """A single need, without anything combined, as JSON."""
    match need:
        case ClaimNeeded(kind, level, None):
            return {"claim": kind, "level": level}
        case ClaimNeeded(kind, level, code):
            return {"claim": kind, "level": level, "code": code}
        case TagNeeded(kind, value):
            return {"tag": kind, "value": value}
        case MembershipNeeded(group_id):
            return {"member": str(group_id)}
        case InvitationNeeded():
            return {"invitation": True}
