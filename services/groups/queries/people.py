"""What can be asked about communities and their people."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services.groups.domain.refusals import NotLeader, RosterForMembers
from services.groups.domain.roster import LEADER, OWNER
from services.groups.projections import groups as founding
from services.groups.projections import introductions as introducing
from services.groups.projections import roster as listing
from services.groups.projections.acquaintance import suggested_for
from services.groups.projections.members import behind_the_rules, member, members, roles_of
from services.groups.queries.joining import JoiningQueries
from services.groups.queries.reading import Answer, group_or_refuse
from services.groups.templates import catalogue
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of


class PeopleQueries(JoiningQueries):
    """Who is there, what it takes to be, who asks to be."""

    def templates(self, actor: Actor, language: str) -> Answer:  # noqa: ARG002 - for everybody
        """What a group can be founded from, in one language."""
        return {"items": catalogue(language)}

    def group(self, actor: Actor, group_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """A group with what it asks for. Raises NoSuchGroup."""
        with self._service.views.glancing() as connection:
            return group_or_refuse(connection, group_id)

    def groups(
        self, actor: Actor, limit: int, tag: str | None = None, cursor: list[str] | None = None  # noqa: ARG002
    ) -> Answer:  # fmt: skip
        """All groups, or those that are found by a tag, the oldest first."""
        rows = founding.groups
        found = select(rows) if tag is None else select(rows).where(founding.with_tag(tag))
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, (rows.c.founded_at, rows.c.group_id), limit, cursor)
        return {"items": [founding.shown(row) for row in page.rows], "next": page.next}

    def roster(
        self, actor: Actor, group_id: UUID, limit: int, cursor: list[str] | None = None, **wanted: str
    ) -> Answer:  # fmt: skip
        """The members of a group with what they let members see, the longest in first, for members.

        ``wanted`` as in ``Wanted``: what is hidden is found by no filter. Raises NoSuchGroup, RosterForMembers.
        """
        rows, now = members, self._now()
        with self._service.views.reading() as connection:
            _require_member(connection, group_id, actor)
            chosen = listing.members_with(group_id, listing.Wanted(**wanted), now)
            page = page_of(connection, chosen, (rows.c.admitted_at, rows.c.person_id), limit, cursor)
            items = listing.with_cards(connection, group_id, listing.with_roles(page.rows), now)
        return {"items": items, "next": page.next}

    def rules_pending(self, actor: Actor, group_id: UUID, limit: int, cursor: list[str] | None = None) -> Answer:
        """The members who have not accepted the present rules, for leaders. Raises NoSuchGroup, NotLeader."""
        with self._service.views.reading() as connection:
            group = group_or_refuse(connection, group_id)
            if not {OWNER, LEADER}.intersection(roles_of(connection, group_id, actor.person_id)):
                raise NotLeader(group_id=group_id)
            behind = behind_the_rules(group_id, group["rules_version"])
            page = page_of(connection, behind, (members.c.admitted_at, members.c.person_id), limit, cursor)
        return {"rules_version": group["rules_version"], "items": listing.with_roles(page.rows), "next": page.next}

    def introductions(self, actor: Actor, group_id: UUID, limit: int, cursor: list[str] | None = None) -> Answer:
        """Newcomers, the newest first, each with a card and whom to meet, for members.

        Raises NoSuchGroup, RosterForMembers.
        """
        rows, now = introducing.introductions, self._now()
        order = (rows.c.introduced_at.desc(), rows.c.introduction_id)
        with self._service.views.reading() as connection:
            _require_member(connection, group_id, actor)
            page = page_of(connection, introducing.newcomers_of(group_id), order, limit, cursor)
            welcomed = introducing.welcomed_by(connection, [row["introduction_id"] for row in page.rows])
            cards = listing.with_cards(connection, group_id, page.rows, now)
            items = [
                card | _welcomes(welcomed.get(card["introduction_id"], set()), actor)
                | {"suggested": suggested_for(connection, group_id, card["person_id"], now)}
                for card in cards
            ]  # fmt: skip
            introduced, done = introducing.welcomed_count(connection, group_id)
        return {"introduced": introduced, "welcomed": done, "items": items, "next": page.next}


def _welcomes(by: set[str], actor: Actor) -> dict[str, Any]:
    return {"welcomes": len(by), "welcomed_by_you": str(actor.person_id) in by}


def _require_member(connection: Connection, group_id: UUID, actor: Actor) -> None:
    group_or_refuse(connection, group_id)
    if member(connection, group_id, actor.person_id) is None:
        raise RosterForMembers(group_id=group_id)
