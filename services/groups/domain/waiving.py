"""Conditions of a threshold that an invitation waives, by name.

A name is a kind of claim ("industry"), "tag:" and a kind of tag ("tag:city"), "member", or "fee". A condition that is
waived is not asked, whether it stands in a threshold as it is or in a ``not``.
"""

from collections.abc import Sequence

from services.contracts.thresholds import (
    CLAIM_KINDS,
    OPEN,
    AllOf,
    AnyOf,
    ClaimNeeded,
    MembershipNeeded,
    Not,
    TagNeeded,
    Threshold,
)

from . import joining_refusals

MEMBER, FEE, TAG = "member", "fee", "tag:"
WAIVES_LIMIT = 10


def waivable(names: Sequence[str]) -> list[str]:
    """The names, once each and in order. Raises ``WaiverUnknown``."""
    for name in names:
        if name not in (*CLAIM_KINDS, MEMBER, FEE) and not (name.startswith(TAG) and name != TAG):
            raise joining_refusals.WaiverUnknown(name=name, names=", ".join([*CLAIM_KINDS, MEMBER, FEE, f"{TAG}KIND"]))
    return sorted(set(names))


def waived(threshold: Threshold, names: Sequence[str]) -> Threshold:
    """The threshold with every condition of these names met."""
    return _waived(threshold, frozenset(names), wanted=True) if names else threshold


def asked_of(threshold: Threshold) -> set[str]:
    """The names of all conditions in a threshold."""
    match threshold:
        case AllOf(parts) | AnyOf(parts):
            return {name for part in parts for name in asked_of(part)}
        case Not(part):
            return asked_of(part)
        case _:
            name = _name_of(threshold)
            return set() if name is None else {name}


def _waived(part: Threshold, names: frozenset[str], wanted: bool) -> Threshold:
    match part:
        case AllOf(parts):
            return AllOf(tuple(_waived(inner, names, wanted) for inner in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_waived(inner, names, wanted) for inner in parts))
        case Not(inner):
            return Not(_waived(inner, names, not wanted))
        case _ if _name_of(part) in names:
            return OPEN if wanted else Not(OPEN)
        case _:
            return part


def _name_of(need: Threshold) -> str | None:
    """What a single condition is called when it is waived; an invitation waives itself by being one."""
    match need:
        case ClaimNeeded(kind=kind):
            return kind
        case TagNeeded(kind=kind):
            return f"{TAG}{kind}"
        case MembershipNeeded():
            return MEMBER
        case _:
            return None
