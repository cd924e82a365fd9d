"""What was written in an application: by the person, and by those who decided on it."""

from typing import Any
from uuid import UUID

from services.groups.domain import application_facts
from services.kernel.domain import Fact
from services.kernel.store.eventstore import EventStore

APPROVED, TAKEN_BACK = ("approved", "approval_taken_back")


def statement_and_decisions(store: EventStore, application_id: UUID, *, with_reviewers: bool) -> dict[str, Any]:
    """The statement, the answers, and every decision in order. What is forgotten reads None.

    Who decided, and who was for it meanwhile, is for reviewers alone.
    """
    rows = store.recorder.select_events(application_id)
    facts = [store.mapper.to_domain_event(row) for row in rows]
    applied = next(fact for fact in facts if isinstance(fact, application_facts.Applied))
    decisions = [told for fact in facts if (told := _decision(fact)) is not None]
    if not with_reviewers:
        outcomes = (told for told in decisions if told["decision"] not in (APPROVED, TAKEN_BACK))
        decisions = [told | {"reviewer_id": None} for told in outcomes]
    return {"statement": applied.statement or None, "answers": applied.answers or None, "decisions": decisions}


def _decision(fact: Fact) -> dict[str, Any] | None:
    match fact:
        case application_facts.Approved():
            return _told(fact, APPROVED, reviewer_id=fact.reviewer_id)
        case application_facts.ApprovalTakenBack():
            return _told(fact, TAKEN_BACK, reviewer_id=fact.reviewer_id)
        case application_facts.Admitted():
            return _told(fact, "admitted", reviewer_id=fact.reviewer_id)
        case application_facts.Refused():
            return _told(fact, "refused", reviewer_id=fact.reviewer_id, code=fact.code, reason=fact.reason or None)
        case application_facts.RefusalReversed():
            return _told(fact, "reversed", reviewer_id=fact.reviewer_id, reason=fact.reason or None)
        case application_facts.Withdrawn():
            return _told(fact, "withdrawn")
        case _:
            return None


def _told(fact: Fact, decision: str, **more: Any) -> dict[str, Any]:
    nothing = {"reviewer_id": None, "code": None, "reason": None}
    return nothing | {"decision": decision, "decided_at": fact.effective_at} | more
