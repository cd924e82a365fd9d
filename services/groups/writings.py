"""What was written in posts, reports and appeals: read from the facts, for those who may see it."""

from typing import Any
from uuid import UUID

from services.groups.domain import post_facts as facts
from services.groups.domain.post import Post
from services.kernel.domain import Fact
from services.kernel.store.eventstore import EventStore

Words = dict[str, str | None]
Step = dict[str, Any]


def words_of(store: EventStore, post_id: UUID) -> Words:
    """Title and text as they read now; what is forgotten reads None."""
    latest = store.latest(post_id, Post.Published, Post.Edited)
    assert isinstance(latest, facts.Published | facts.Edited), "a post begins with its words"
    return {"title": latest.title or None, "text": latest.text or None}


def case_of(store: EventStore, post_id: UUID, *, for_moderators: bool) -> list[Step]:
    """All that happened to a post, in order. Who reported and who decided is for moderators alone, and so are the words
    of reports: an author could tell by them who wrote them."""
    steps = [told for fact in _facts(store, post_id) if (told := _step(fact)) is not None]
    return steps if for_moderators else [_for_author(step) for step in steps if step["step"] != "dismissed"]


def _for_author(step: Step) -> Step:
    hidden = {"person_id": None}
    return step | hidden | ({"text": None} if step["step"] == "reported" else {})


def _facts(store: EventStore, post_id: UUID) -> list[Fact]:
    return [store.mapper.to_domain_event(row) for row in store.recorder.select_events(post_id)]


def _step(fact: Fact) -> Step | None:
    match fact:
        case facts.Published():
            return _told(fact, "published", fact.author_id, title=fact.title or None, text=fact.text or None)
        case facts.Edited():
            return _told(fact, "edited", fact.author_id, title=fact.title or None, text=fact.text or None)
        case facts.Deleted():
            return _told(fact, "deleted", fact.actor_id)
        case facts.Reported():
            return _told(fact, "reported", fact.reporter_id, code=fact.code, text=fact.text or None)
        case facts.ReportsDismissed():
            return _told(fact, "dismissed", fact.moderator_id)
        case facts.Removed():
            return _told(fact, "removed", fact.moderator_id, code=fact.code, text=fact.reason or None)
        case facts.Appealed():
            return _told(fact, "appealed", fact.author_id, text=fact.text or None)
        case facts.RemovalUpheld():
            return _told(fact, "upheld", fact.moderator_id, text=fact.reason or None)
        case facts.Restored():
            return _told(fact, "restored", fact.moderator_id, text=fact.reason or None)
        case _:
            return None


def _told(fact: Fact, step: str, person_id: UUID, **more: Any) -> Step:
    nothing = {"code": None, "title": None, "text": None}
    return nothing | {"step": step, "at": fact.effective_at, "person_id": person_id} | more
