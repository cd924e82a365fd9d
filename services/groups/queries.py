"""What can be asked of groups. What somebody wrote is read from the facts, for those whom it concerns."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services.contracts.thresholds import evaluate, parse
from services.groups.decisions import statement_and_decisions
from services.groups.domain.refusals import NoSuchApplication, NoSuchGroup, NotReviewer, RosterForMembers
from services.groups.projections import applications as applying
from services.groups.projections import groups as founding
from services.groups.projections import roster as listing
from services.groups.projections.evidence import evidence_of
from services.groups.projections.invitations import open_invitations
from services.groups.projections.members import member, members, roles_of
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of
from services.kernel.service import Service

Answer = dict[str, Any]


class GroupsQueries:
    """Reads for somebody who asks."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def group(self, actor: Actor, group_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """A group with what it asks for. Raises NoSuchGroup."""
        with self._service.views.reading() as connection:
            return _group(connection, group_id)

    def groups(self, actor: Actor, limit: int, cursor: list[str] | None = None) -> Answer:  # noqa: ARG002 - for everybody
        """All groups, the oldest first."""
        rows = founding.groups
        with self._service.views.reading() as connection:
            page = page_of(connection, select(rows), (rows.c.founded_at, rows.c.group_id), limit, cursor)
        return {"items": [founding.shown(row) for row in page.rows], "next": page.next}

    def missing(self, actor: Actor, group_id: UUID) -> dict[str, Any]:
        """What the actor still lacks to be admitted, as an admission now would say it. Raises NoSuchGroup."""
        now = self._now()
        with self._service.views.reading() as connection:
            group = _group(connection, group_id)
            evidence = evidence_of(connection, actor.person_id)
            invited = _is_invited(connection, group_id, actor.person_id, now)
        verdict = evaluate(parse(group["threshold"]), replace(evidence, invitations=invited), now)
        needed = verdict.sentence()
        return {
            "group_id": group_id, "satisfied": verdict.satisfied, "missing": verdict.missing, "needed": needed,
            "sentence": f"You still need {needed}." if needed else "You meet what this group asks for.",
            "rules_version": group["rules_version"],
        }  # fmt: skip

    def applications(
        self, actor: Actor, group_id: UUID, limit: int, state: str | None = None, cursor: list[str] | None = None
    ) -> Answer:
        """The applications to a group, the oldest first, for its reviewers. Raises NoSuchGroup, NotReviewer."""
        rows = applying.applications
        found = select(rows).where(rows.c.group_id == str(group_id))
        if state is not None:
            found = found.where(rows.c.state == state)
        with self._service.views.reading() as connection:
            _group(connection, group_id)
            if not roles_of(connection, group_id, actor.person_id):
                raise NotReviewer(group_id=group_id)
            page = page_of(connection, found, (rows.c.applied_at, rows.c.application_id), limit, cursor)
        return {"items": [applying.shown(row) for row in page.rows], "next": page.next}

    def application(self, actor: Actor, application_id: UUID) -> dict[str, Any]:
        """An application in full, for the applicant and for who reviews the group. Raises NoSuchApplication."""
        with self._service.views.reading() as connection:
            row = applying.application_row(connection, application_id)
            if row is None:
                raise NoSuchApplication()
            reviews = bool(roles_of(connection, UUID(row["group_id"]), actor.person_id))
        if not reviews and row["person_id"] != str(actor.person_id):
            raise NoSuchApplication()
        return row | statement_and_decisions(self._service.store, application_id, with_reviewers=reviews)

    def roster(
        self, actor: Actor, group_id: UUID, limit: int, kind: str | None = None, code: str | None = None,
        cursor: list[str] | None = None,
    ) -> Answer:  # fmt: skip
        """The members of a group with their certified claims, the longest in first, for members.

        ``kind`` and ``code`` choose those who hold such a claim. Raises NoSuchGroup, RosterForMembers.
        """
        rows, now = members, self._now()
        with self._service.views.reading() as connection:
            _group(connection, group_id)
            if member(connection, group_id, actor.person_id) is None:
                raise RosterForMembers(group_id=group_id)
            chosen = listing.members_with(group_id, kind, code, now)
            page = page_of(connection, chosen, (rows.c.admitted_at, rows.c.person_id), limit, cursor)
            return {"items": listing.with_claims(connection, page.rows, now), "next": page.next}

    def _now(self) -> datetime:
        return self._service.clock.now()


def _group(connection: Connection, group_id: UUID) -> dict[str, Any]:
    row = founding.group_row(connection, group_id)
    if row is None:
        raise NoSuchGroup(group_id=group_id)
    return row


def _is_invited(connection: Connection, group_id: UUID, person_id: UUID, now: datetime) -> bool:
    if applying.is_applying_with_invitation(connection, group_id, person_id):
        return True
    return bool(open_invitations(connection, group_id, person_id, now))
