"""Thresholds and evidence for property tests, and an evaluator so naive that it can be read at a glance."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.contracts.thresholds import CLAIM_KINDS, Claim, Evidence
from tests.support.scenario import NOON

GROUPS = [UUID(int=number) for number in (0x100, 0x200)]
CODES = ["outdoors", "gadgets"]
TAGS = ["fishing", "hiking"]

claims = st.builds(
    Claim,
    kind=st.sampled_from(CLAIM_KINDS[:3]),
    level=st.integers(1, 3),
    code=st.none() | st.sampled_from(CODES),
    valid_until=st.none() | st.sampled_from([NOON + timedelta(days=days) for days in (-2, -1, 0, 1, 2)]),
    claim_id=st.uuids(version=4),
)
evidences = st.builds(
    Evidence,
    claims=st.lists(claims, max_size=5),
    tags=st.dictionaries(st.just("interest"), st.sets(st.sampled_from(TAGS))),
    invitations=st.booleans(),
    memberships=st.sets(st.sampled_from(GROUPS)),
)
needs: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"claim": st.sampled_from(CLAIM_KINDS[:3]), "level": st.integers(1, 3)}),
    st.fixed_dictionaries(
        {"claim": st.sampled_from(CLAIM_KINDS[:3]), "level": st.integers(1, 3), "code": st.sampled_from(CODES)}
    ),
    st.just({"invitation": True}),
    st.fixed_dictionaries({"tag": st.just("interest"), "value": st.sampled_from(TAGS)}),
    st.fixed_dictionaries({"member": st.sampled_from([str(group_id) for group_id in GROUPS])}),
)


def _combined(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
    )


positive = st.recursive(needs, _combined, max_leaves=8)
"""Thresholds without "not"."""
thresholds = st.recursive(
    needs, lambda inner: _combined(inner) | st.fixed_dictionaries({"not": inner}), max_leaves=8
).filter(lambda data: _depth(data) <= 8)
"""Thresholds of every form."""


def _depth(data: dict[str, Any]) -> int:
    parts = data.get("all") or data.get("any") or ([data["not"]] if "not" in data else [])
    return 1 + max(map(_depth, parts), default=0)


def naively(data: Any, evidence: Evidence, now: datetime) -> bool:
    """Whether the threshold is met: nothing else, and nothing clever."""
    if data is None:
        return True
    if "all" in data:
        return all(naively(part, evidence, now) for part in data["all"])
    if "any" in data:
        return any(naively(part, evidence, now) for part in data["any"])
    if "not" in data:
        return not naively(data["not"], evidence, now)
    if "claim" in data:
        return any(
            claim.kind == data["claim"]
            and claim.level >= data["level"]
            and ("code" not in data or claim.code == data["code"])
            and (claim.valid_until is None or claim.valid_until > now)
            for claim in evidence.claims
        )
    if "tag" in data:
        return data["value"] in evidence.tags.get(data["tag"], set())
    if "member" in data:
        return data["member"] in {str(group_id) for group_id in evidence.memberships}
    return evidence.invitations


def granted(evidence: Evidence, missing: list[dict[str, Any]], pick: int) -> Evidence:
    """The evidence with exactly what is missing added; ``pick`` chooses among alternatives."""
    for need in missing:
        evidence = _with(evidence, need, pick)
    return evidence


def _with(evidence: Evidence, need: dict[str, Any], pick: int) -> Evidence:
    claims, tags = list(evidence.claims), {kind: set(values) for kind, values in evidence.tags.items()}
    invitations, memberships = evidence.invitations, set(evidence.memberships)
    if "any" in need:
        return _with(evidence, need["any"][pick % len(need["any"])], pick)
    if "all" in need:
        return granted(evidence, need["all"], pick)
    if "claim" in need:
        claims.append(Claim(need["claim"], need["level"], need.get("code"), None, UUID(int=len(claims) + 1)))
    elif "tag" in need:
        tags.setdefault(need["tag"], set()).add(need["value"])
    elif "member" in need:
        memberships.add(UUID(need["member"]))
    else:
        invitations = True
    return Evidence(claims=claims, tags=tags, invitations=invitations, memberships=memberships)
