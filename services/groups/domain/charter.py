"""What a group asks of whoever wants in, and whether somebody brings it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.contracts.thresholds import (
    OPEN,
    Evidence,
    MalformedThreshold,
    Threshold,
    Verdict,
    evaluate,
    parse,
    to_data,
)
from services.kernel.domain import Refusal

from . import joining_refusals, refusals
from .questions import Question, answered
from .roster import Roster
from .waiving import FEE, asked_of, waived

REVIEWERS_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for an admission: evidence, the accepted version of the rules (0: none), a fee, waived conditions."""

    evidence: Evidence = field(default_factory=Evidence)
    rules_version: int = 0
    fee_paid: bool = False
    waives: Sequence[str] = ()


class Charter(Roster):
    """The conditions of an admission, held against what somebody brings.

    ``fee_minor`` is paid outside; the group records that it was. ``questions_version`` 0 asks nothing.
    """

    threshold: dict[str, Any] | None
    rules_version: int
    questions: list[Question]
    questions_version: int
    reviewers_needed: int
    fee_minor: int | None
    fee_currency: str | None

    def judge(self, evidence: Evidence, now: datetime, waives: Sequence[str] = ()) -> Verdict:
        """Whether a person with this evidence meets the threshold, less what is waived, and what is missing."""
        return evaluate(waived(parse(self.threshold), waives), evidence, now)

    def asks_fee(self, waives: Sequence[str]) -> bool:
        """Whether a fee is asked of somebody for whom this is waived."""
        return self.fee_minor is not None and FEE not in waives

    def obstacle(self, grounds: Grounds, now: datetime) -> Refusal | None:
        """What an admission on these grounds would be refused for; None when nothing stands in its way.

        An older version of the rules, accepted in time, still holds.
        """
        if not 1 <= grounds.rules_version <= self.rules_version:
            return refusals.RulesNotAccepted(rules_version=self.rules_version)
        verdict = self.judge(grounds.evidence, now, grounds.waives)
        if not verdict.satisfied:
            return refusals.ThresholdNotMet(missing=verdict.missing, needed=verdict.sentence())
        if self.asks_fee(grounds.waives) and not grounds.fee_paid:
            return joining_refusals.FeeNotPaid(fee_minor=self.fee_minor, fee_currency=self.fee_currency)
        return None

    def reasons(self, grounds: Grounds, now: datetime) -> list[dict[str, Any]]:
        """What an admission on these grounds relies on: claims, a fee, and the conditions that it was spared."""
        verdict = self.judge(grounds.evidence, now, grounds.waives)
        fee = {"fee_minor": self.fee_minor, "fee_currency": self.fee_currency}
        paid = [fee] if self.asks_fee(grounds.waives) and grounds.fee_paid else []
        spared = set() if self.judge(grounds.evidence, now).satisfied else asked_of(parse(self.threshold))
        spared |= {FEE} if self.fee_minor is not None and not grounds.fee_paid else set()
        return [*verdict.relied_on, *paid, *({"waived": name} for name in sorted(spared.intersection(grounds.waives)))]

    def require_acceptance(self, rules_version: int) -> None:
        """Raises ``RulesNotAccepted`` unless the rules are accepted as they stand now."""
        if rules_version != self.rules_version:
            raise refusals.RulesNotAccepted(rules_version=self.rules_version)

    def require_answers(self, questions_version: int | None, answers: Sequence[str] | None) -> list[str] | None:
        """The answers to the questions as they stand now; None when none are asked.

        Raises ``QuestionsChanged``, ``AnswersTooMany``, ``AnswersMissing``.
        """
        if (questions_version or 0) != self.questions_version:
            raise joining_refusals.QuestionsChanged(questions_version=self.questions_version)
        return answered(self.questions, answers or [])


def canonical(threshold: object) -> dict[str, Any] | None:
    """A threshold as it is stored, always written the same way. Raises ``ThresholdMalformed``."""
    try:
        parsed: Threshold = parse(threshold)
    except MalformedThreshold as wrong:
        raise refusals.ThresholdMalformed(path=wrong.path, problem=wrong.problem) from wrong
    return None if parsed == OPEN else to_data(parsed)


def check_admission(reviewers_needed: int, fee_minor: int | None, fee_currency: str | None) -> None:
    """Raises ``ReviewersOutOfRange``, ``FeeIncomplete``."""
    if not 1 <= reviewers_needed <= REVIEWERS_LIMIT:
        raise joining_refusals.ReviewersOutOfRange(most=REVIEWERS_LIMIT)
    if (fee_minor is None) is not (fee_currency is None) or (fee_minor is not None and fee_minor < 1):
        raise joining_refusals.FeeIncomplete()
