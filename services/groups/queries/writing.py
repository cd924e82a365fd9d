"""What can be asked about sections, adverts and posts; the words are read from the facts."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from services.groups.domain.adverts import GROUP_WINDOW, MEMBER_WINDOW, free_at
from services.groups.domain.writing_refusals import NoSuchPost, ReadingForMembers
from services.groups.domain.written import ANSWER, SHOWN
from services.groups.projections import posts as writing
from services.groups.projections.adverts import counted_in, quota_of
from services.groups.projections.members import member, roles_of
from services.groups.projections.sections import openness_of, sections_of
from services.groups.queries.reading import Answer, group_or_refuse
from services.groups.writings import words_of
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Page, page_of
from services.kernel.service import Service

Row = dict[str, Any]


class WritingQueries:
    """Reads of those who are in a group, or of everybody where it lets everybody read."""

    _service: Service

    def sections(self, actor: Actor, group_id: UUID) -> Answer:  # noqa: ARG002 - for everybody
        """The sections of a group, who reads there, and what may leave. Raises NoSuchGroup."""
        with self._service.views.reading() as connection:
            group_or_refuse(connection, group_id)
            openness = openness_of(connection, group_id)
            return {"group_id": group_id, "items": sections_of(connection, group_id)} | openness

    def adverts(self, actor: Actor, group_id: UUID) -> Answer:
        """How many adverts the group takes, and when the actor's next one is possible. Raises NoSuchGroup,
        ReadingForMembers."""
        now = self._service.clock.now()
        with self._service.views.reading() as connection:
            group_or_refuse(connection, group_id)
            if member(connection, group_id, actor.person_id) is None:
                raise ReadingForMembers(group_id=group_id)
            of_member, of_group = quota_of(connection, group_id)
            counted = counted_in(connection, group_id, (now - MEMBER_WINDOW).astimezone(UTC).isoformat())
        mine = [one for one in counted if one["member_id"] == str(actor.person_id)]
        next_at = None
        if of_member and of_group:
            ends = free_at(mine, of_member, MEMBER_WINDOW, now), free_at(counted, of_group, GROUP_WINDOW, now)
            next_at = max((end for end in ends if end), default=now)
        return {
            "group_id": group_id, "of_member": of_member, "of_group": of_group, "counted": len(mine), "next_at": next_at
        }  # fmt: skip

    def posts(self, actor: Actor, group_id: UUID, limit: int, cursor: list[str] | None = None, **chosen: Any) -> Answer:
        """What stands in a group, pinned first, then the newest. Raises NoSuchGroup, ReadingForMembers."""
        rows = writing.posts
        found = select(rows).where(rows.c.group_id == str(group_id), rows.c.state == SHOWN, rows.c.kind != ANSWER)
        for name, value in chosen.items():
            found = found.where(rows.c[name] == (value if isinstance(value, bool) else str(value)))
        with self._service.views.reading() as connection:
            ensure_reader(connection, actor, group_id)
            page = page_of(connection, found, (rows.c.pinned.desc(), rows.c.place.desc()), limit, cursor)
            return self._page(connection, page)

    def post(self, actor: Actor, post_id: UUID) -> Answer:
        """One post that is shown. Raises NoSuchPost."""
        with self._service.views.reading() as connection:
            row = readable_post(connection, actor, post_id)
            if row["state"] != SHOWN:
                raise NoSuchPost()
            return self._shown(connection, [row])[0]

    def answers(self, actor: Actor, post_id: UUID, limit: int, cursor: list[str] | None = None) -> Answer:
        """The answers to a question, the oldest first. Raises NoSuchPost."""
        rows = writing.posts
        found = select(rows).where(rows.c.question_id == str(post_id), rows.c.state == SHOWN)
        with self._service.views.reading() as connection:
            question = readable_post(connection, actor, post_id)
            if question["state"] != SHOWN:
                raise NoSuchPost()
            answers = self._page(connection, page_of(connection, found, (rows.c.place,), limit, cursor))
        for answer in answers["items"]:
            answer["is_accepted"] = answer["post_id"] == question["accepted_answer_id"]
        return answers

    def _page(self, connection: Connection, page: Page) -> Answer:
        rows = [writing.shown(row) for row in page.rows]
        return {"items": self._shown(connection, rows), "next": page.next}

    def _shown(self, connection: Connection, rows: Sequence[Row]) -> list[Row]:
        """With their words, what they are shared from, and how many answers and shares they have."""
        ids = [row["post_id"] for row in rows]
        answers = writing.numbers_by(connection, "question_id", ids)
        shares = writing.numbers_by(connection, "source_post_id", ids)
        return [
            row
            | words_of(self._service.store, UUID(row["post_id"]))
            | {"answers": answers.get(row["post_id"], 0), "shares": shares.get(row["post_id"], 0)}
            | {"source": self._source(connection, row)}
            for row in rows
        ]

    def _source(self, connection: Connection, row: Row) -> Answer | None:
        """What a share shows: nothing any more once the source is gone, or withdrawn from sharing."""
        if row["source_post_id"] is None:
            return None
        source = writing.post_row(connection, UUID(row["source_post_id"]))
        is_shown = source is not None and source["state"] == SHOWN and source["is_shareable"]
        words = (
            words_of(self._service.store, UUID(row["source_post_id"])) if is_shown else {"title": None, "text": None}
        )
        names = ("post_id", "group_id", "author_id")
        return {name: row[f"source_{name}"] for name in names} | words | {"is_shown": is_shown}


def ensure_reader(connection: Connection, actor: Actor, group_id: UUID) -> None:
    """Raises NoSuchGroup, ReadingForMembers."""
    group_or_refuse(connection, group_id)
    if not _reads(connection, actor, group_id):
        raise ReadingForMembers(group_id=group_id)


def readable_post(connection: Connection, actor: Actor, post_id: UUID) -> Row:
    """A post, shown or not, that the actor may know of. Raises NoSuchPost."""
    row = writing.post_row(connection, post_id)
    if row is None or not (
        row["author_id"] == str(actor.person_id) or _reads(connection, actor, UUID(row["group_id"]))
    ):
        raise NoSuchPost()
    return row


def moderates(connection: Connection, actor: Actor, group_id: UUID) -> bool:
    """Whether the actor owns, leads or reviews the group."""
    return bool(roles_of(connection, group_id, actor.person_id))


def newest_first(connection: Connection, found: Select[Any], limit: int, cursor: list[str] | None) -> Page:
    """A page of posts by their places."""
    return page_of(connection, found, (writing.posts.c.place.desc(),), limit, cursor)


def _reads(connection: Connection, actor: Actor, group_id: UUID) -> bool:
    is_member = member(connection, group_id, actor.person_id) is not None
    return is_member or openness_of(connection, group_id)["is_public"]
