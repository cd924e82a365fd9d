"""What waits for moderators, and what happened to a post; who shares it, and from where."""

from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, select

from services.groups.domain.refusals import NotReviewer
from services.groups.domain.writing_refusals import NoSuchPost
from services.groups.domain.written import SHOWN
from services.groups.projections import posts as writing
from services.groups.projections.members import members
from services.groups.projections.reports import codes_of, waiting
from services.groups.queries.reading import Answer
from services.groups.queries.writing import Row, ensure_reader, moderates, newest_first, readable_post
from services.groups.writings import case_of
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of
from services.kernel.service import Service


class ModerationQueries:
    """Reads of moderators and authors, and of both sides of a share."""

    _service: Service

    def reports(self, actor: Actor, group_id: UUID, limit: int, cursor: list[str] | None = None) -> Answer:
        """What waits for a decision, the oldest first. Raises NoSuchGroup, ReadingForMembers, NotReviewer."""
        found = select(waiting).where(waiting.c.group_id == str(group_id))
        with self._service.views.reading() as connection:
            ensure_reader(connection, actor, group_id)
            if not moderates(connection, actor, group_id):
                raise NotReviewer(group_id=group_id)
            page = page_of(connection, found, (waiting.c.since, waiting.c.post_id), limit, cursor)
            return {"items": [_waiting(connection, row) for row in page.rows], "next": page.next}

    def appeals(self, actor: Actor, limit: int, cursor: list[str] | None = None) -> Answer:  # noqa: ARG002 - operators
        """Appeals that nobody in their group can decide, the oldest first."""
        stuck = select(writing.posts.c.post_id).where(_is_stuck())
        found = select(waiting).where(waiting.c.post_id.in_(stuck))
        with self._service.views.reading() as connection:
            page = page_of(connection, found, (waiting.c.since, waiting.c.post_id), limit, cursor)
            return {"items": [_waiting(connection, row) for row in page.rows], "next": page.next}

    def case(self, actor: Actor, post_id: UUID) -> Answer:
        """All that happened to a post, for its author and its moderators; for an operator where one has to decide.
        Raises NoSuchPost."""
        with self._service.views.reading() as connection:
            row = writing.post_row(connection, post_id)
            if row is None:
                raise NoSuchPost()
            judges = moderates(connection, actor, UUID(row["group_id"])) or _waits_for_operator(connection, actor, row)
        is_author = row["author_id"] == str(actor.person_id)
        if not judges and not is_author:
            raise NoSuchPost()
        steps = case_of(self._service.store, post_id, for_moderators=judges and not is_author)
        named = {name: row[name] for name in ("post_id", "group_id", "author_id", "kind", "state", "appeal_until")}
        return named | {"appeal": row["appeal"], "steps": steps}

    def shares(self, actor: Actor, post_id: UUID, limit: int, cursor: list[str] | None = None) -> Answer:
        """Into which groups a post was shared, and by whom, the newest first. Raises NoSuchPost."""
        rows = writing.posts
        found = select(rows).where(rows.c.source_post_id == str(post_id), rows.c.state == SHOWN)
        with self._service.views.reading() as connection:
            readable_post(connection, actor, post_id)
            page = newest_first(connection, found, limit, cursor)
        return {"items": [writing.shown(row) for row in page.rows], "next": page.next}

    def shared(
        self, actor: Actor, group_id: UUID, direction: str, limit: int, cursor: list[str] | None = None
    ) -> Answer:  # fmt: skip
        """What was shared out of a group, or into it, the newest first. Raises NoSuchGroup, ReadingForMembers."""
        rows = writing.posts
        column = rows.c.source_group_id if direction == "out" else rows.c.group_id
        is_share = (column == str(group_id), rows.c.source_post_id.is_not(None), rows.c.state == SHOWN)
        with self._service.views.reading() as connection:
            ensure_reader(connection, actor, group_id)
            page = newest_first(connection, select(rows).where(*is_share), limit, cursor)
        return {"items": [writing.shown(row) for row in page.rows], "next": page.next}


def _waiting(connection: Connection, row: Row) -> Row:
    post = writing.post_row(connection, UUID(row["post_id"]))
    assert post is not None, "what was reported was published"
    codes = codes_of(connection, UUID(row["post_id"]))
    named = {name: post[name] for name in ("post_id", "group_id", "author_id", "kind", "state", "appeal")}
    return named | {"since": row["since"], "codes": [{"code": code, "reports": codes[code]} for code in codes]}


def _waits_for_operator(connection: Connection, actor: Actor, row: Row) -> bool:
    """An open appeal that nobody in its group can decide."""
    rows = writing.posts
    mine = select(rows.c.post_id).where(rows.c.post_id == row["post_id"], _is_stuck())
    return "operator" in actor.roles and connection.execute(mine).first() is not None


def _is_stuck() -> ColumnElement[bool]:
    """Of the posts: those with an appeal that nobody in their group can decide."""
    rows = writing.posts
    judges = select(members.c.person_id).where(
        members.c.group_id == rows.c.group_id, members.c.roles != "[]",
        members.c.person_id.not_in([rows.c.author_id, rows.c.moderator_id]),
    )  # fmt: skip
    return and_(rows.c.appeal == writing.APPEAL_OPEN, ~judges.exists())
