"""What was written in an application: by the person, and by those who decided on it."""

from typing import Any
from uuid import UUID

from services.groups.domain import Application
from services.kernel.domain import Fact
from services.kernel.store.eventstore import EventStore


def statement_and_decisions(store: EventStore, application_id: UUID, *, with_reviewers: bool) -> dict[str, Any]:
    """The statement, and every decision in order; who decided is for reviewers alone. What is forgotten reads None."""
    rows = store.recorder.select_events(application_id)
    facts = [store.mapper.to_domain_event(row) for row in rows]
    statements = [fact.statement or None for fact in facts if isinstance(fact, Application.Applied)]
    decisions = [told for fact in facts if (told := _decision(fact)) is not None]
    if not with_reviewers:
        decisions = [told | {"reviewer_id": None} for told in decisions]
    return {"statement": statements[0], "decisions": decisions}


def _decision(fact: Fact) -> dict[str, Any] | None:
    match fact:
        case Application.Admitted():
            return _told(fact, "admitted", reviewer_id=fact.reviewer_id)
        case Application.Refused():
            return _told(fact, "refused", reviewer_id=fact.reviewer_id, code=fact.code, reason=fact.reason or None)
        case Application.RefusalReversed():
            return _told(fact, "reversed", reviewer_id=fact.reviewer_id, reason=fact.reason or None)
        case Application.Withdrawn():
            return _told(fact, "withdrawn")
        case _:
            return None


def _told(fact: Fact, decision: str, **more: Any) -> dict[str, Any]:
    nothing = {"reviewer_id": None, "code": None, "reason": None}
    return nothing | {"decision": decision, "decided_at": fact.effective_at} | more
