"""Deciding a threshold: met or not, what is missing, what the answer rests on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .evidence import Claim, Evidence
from .expression import AllOf, AnyOf, ClaimNeeded, Need, Not, Threshold, need_to_data
from .wording import sentence_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a threshold is met, and why.

    ``missing`` lists what is still to be had, all of it; each entry is a need as in a threshold
    (a claim that ran out also has ``expired_at``), ``{"not": need}`` for what must not be there,
    or ``{"any": [...]}`` of which one alternative is enough; an alternative of several needs is
    ``{"all": [...]}``. ``relied_on`` are the claims without which it would not be met, as
    ``{claim_id, kind, level, code, valid_until}``; both are JSON values.
    """

    satisfied: bool
    missing: list[dict[str, Any]] = field(default_factory=list)
    relied_on: list[dict[str, Any]] = field(default_factory=list)

    def sentence(self) -> str:
        """What is missing, in English, to stand behind "You still need"; empty when nothing is."""
        return sentence_of(self.missing)


def evaluate(threshold: Threshold, evidence: Evidence, now: datetime) -> Verdict:
    """Hold a threshold against what is known of a person at a moment (aware UTC)."""
    outcome = _weigh(threshold, evidence, now, wanted=True)
    if outcome.missing:
        return Verdict(satisfied=False, missing=outcome.missing)
    return Verdict(satisfied=True, relied_on=[claim.to_data() for claim in outcome.claims])


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Of one part: what is missing, or else the claims that meet it."""

    missing: list[dict[str, Any]]
    claims: list[Claim]


def _weigh(part: Threshold, evidence: Evidence, now: datetime, wanted: bool) -> _Outcome:
    """``not`` is carried down to the single needs, so that what is missing is always said of one need.

    By De Morgan, where a part is not wanted, "all of it" reads "one of it, not" and the other way round.
    """
    match part:
        case Not(inner):
            return _weigh(inner, evidence, now, not wanted)
        case AllOf(parts) | AnyOf(parts):
            outcomes = [_weigh(inner, evidence, now, wanted) for inner in parts]
            return _every(outcomes) if isinstance(part, AllOf) is wanted else _one(outcomes)
        case _:
            return _single(part, evidence, now, wanted)


def _every(outcomes: Sequence[_Outcome]) -> _Outcome:
    missing = _distinct([need for outcome in outcomes for need in outcome.missing])
    return _Outcome(missing, [] if missing else _distinct([c for outcome in outcomes for c in outcome.claims]))


def _one(outcomes: Sequence[_Outcome]) -> _Outcome:
    met = [outcome for outcome in outcomes if not outcome.missing]
    if met:
        return min(met, key=lambda outcome: len(outcome.claims))
    ways = _distinct([way for outcome in outcomes for way in _alternatives(outcome.missing)])
    return _Outcome(ways if len(ways) == 1 else [{"any": ways}], [])


def _alternatives(missing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What one alternative lacks, as entries of the ``any`` around it; an ``any`` in it dissolves."""
    if len(missing) > 1:
        return [{"all": missing}]
    ways: list[dict[str, Any]] = missing[0].get("any", missing)
    return ways


def _single(need: Need, evidence: Evidence, now: datetime, wanted: bool) -> _Outcome:
    if evidence.holds(need, now) is not wanted:
        return _Outcome([_lacking(need, evidence, now) if wanted else {"not": need_to_data(need)}], [])
    best = evidence.best(need, now) if wanted and isinstance(need, ClaimNeeded) else None
    return _Outcome([], [] if best is None else [best])


def _lacking(need: Need, evidence: Evidence, now: datetime) -> dict[str, Any]:
    expired_at = evidence.expired_at(need, now) if isinstance(need, ClaimNeeded) else None
    return need_to_data(need) | ({} if expired_at is None else {"expired_at": expired_at.isoformat()})


def _distinct(entries: list[Any]) -> list[Any]:
    return [entry for index, entry in enumerate(entries) if entry not in entries[:index]]
