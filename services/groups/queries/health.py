"""How a community does, by definitions that have a version: what anybody can count again from its facts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select

from services.contracts.floor import told
from services.groups.projections.activity import CAME, WENT, movements, written
from services.groups.projections.members import members
from services.groups.queries.audience import ensure_known, ensure_may_ask
from services.kernel.doors.operation import Actor
from services.kernel.service import Service

DEFINITIONS = "health.v1"
"""Raised when a figure means something else."""
DAYS = 30
SHARE = "share"
"""Passing on what others wrote is no contribution of one's own."""
LEADERS = "leaders"


class HealthQueries:
    """Reads of those who lead a community."""

    _service: Service

    def health(self, actor: Actor, group_id: UUID) -> dict[str, Any]:
        """Who came and went in the last days, who wrote, how much of it was adverts. Raises NoSuchGroup, NotLeader."""
        now = self._service.clock.now()
        with self._service.views.reading() as connection:
            ensure_known(connection, group_id)
            ensure_may_ask(connection, actor, group_id)
            figures = _moves(connection, str(group_id), now) | _writing(connection, str(group_id), now)
            here = _count(connection, members.c.person_id, members.c.group_id == str(group_id))
        is_quiet = not (figures["newcomers"] or figures["posts_by_leaders"] or figures["posts_by_members"])
        return {
            "group_id": group_id, "definitions": DEFINITIONS, "at": now, "days": DAYS, "members": here,
            "is_quiet": is_quiet, **figures,
        }  # fmt: skip


def _moves(connection: Connection, group_id: str, now: datetime) -> dict[str, Any]:
    mine = (movements.c.group_id == group_id, movements.c.moved_at > _since(now))
    return {
        "newcomers": _count(connection, movements.c.place, *mine, movements.c.what == CAME),
        "gone": _count(connection, movements.c.place, *mine, movements.c.what == WENT),
    }


def _writing(connection: Connection, group_id: str, now: datetime) -> dict[str, Any]:
    recent = (written.c.group_id == group_id, written.c.is_shown, written.c.written_at > _since(now))
    own = (*recent, written.c.kind != SHARE)
    posts = _count(connection, written.c.post_id, *recent)
    adverts = _count(connection, written.c.post_id, *recent, written.c.is_advert)
    answers = written.alias()
    is_answered = select(1).where(answers.c.question_id == written.c.post_id, answers.c.is_shown).exists()
    asked = (*recent, written.c.kind == "question")
    return {
        "writers": told(_count(connection, written.c.author_id, *own)),
        "posts_by_leaders": _count(connection, written.c.post_id, *own, written.c.lane == LEADERS),
        "posts_by_members": _count(connection, written.c.post_id, *own, written.c.lane != LEADERS),
        "adverts": adverts,
        "advert_percent": round(100 * adverts / posts) if posts else None,
        "questions": _count(connection, written.c.post_id, *asked),
        "questions_answered": _count(connection, written.c.post_id, *asked, is_answered),
    }


def _count(connection: Connection, column: ColumnElement[Any], *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count(column.distinct())).where(*where)).scalar_one())


def _since(now: datetime) -> str:
    return (now - timedelta(days=DAYS)).astimezone(UTC).isoformat()
