"""What can be asked about coming in. What somebody wrote is read from the facts, for those whom it concerns."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from services.contracts.thresholds import evaluate, parse
from services.groups.decisions import statement_and_decisions
from services.groups.domain.refusals import NoSuchApplication, NotReviewer
from services.groups.domain.waiving import FEE, waived
from services.groups.projections import applications as applying
from services.groups.projections import invitations as inviting
from services.groups.projections.evidence import evidence_of
from services.groups.projections.members import roles_of
from services.groups.queries.reading import Answer, Reading, group_or_refuse
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of

NOTHING_IS = "You meet what this group asks for."


class JoiningQueries(Reading):
    """What is missing, who applied, who is invited."""

    def missing(self, actor: Actor, group_id: UUID) -> dict[str, Any]:
        """What the actor still lacks to be admitted, as an admission now would say it. Raises NoSuchGroup."""
        now = self._now()
        with self._service.views.reading() as connection:
            group = group_or_refuse(connection, group_id)
            evidence = evidence_of(connection, actor.person_id)
            application = applying.open_application(connection, group_id, actor.person_id)
            usable = inviting.usable_by(connection, group_id, actor.person_id, now)
        invited = usable is not None or bool(application and application["invitation_id"])
        waives = {name for row in (application, usable) if row for name in row["waives"]}
        threshold = waived(parse(group["threshold"]), sorted(waives))
        verdict = evaluate(threshold, replace(evidence, invitations=invited), now)
        paid = FEE in waives or bool(application and application["fee_paid"])
        fee = {name: None if paid else group[name] for name in ("fee_minor", "fee_currency")}
        needed = verdict.sentence()
        if fee["fee_minor"] is not None:
            lacking = f"the fee of {fee['fee_minor']} (minor units of {fee['fee_currency']})"
            needed = f"{needed}, and {lacking}" if needed else lacking
        return fee | {
            "group_id": group_id,
            "satisfied": not needed,
            "missing": verdict.missing,
            "needed": needed,
            "sentence": f"You still need {needed}." if needed else NOTHING_IS,
            "rules_version": group["rules_version"],
            "questions_version": group["questions_version"],
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
            _require_reviewer(connection, group_id, actor)
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
        approved_by = row["approved_by"] if reviews else []
        written = statement_and_decisions(self._service.store, application_id, with_reviewers=reviews)
        return row | {"approved_by": approved_by} | written

    def invitations(self, actor: Actor, group_id: UUID, limit: int, cursor: list[str] | None = None) -> Answer:
        """The invitations of a group, the oldest first, for its reviewers. Raises NoSuchGroup, NotReviewer."""
        rows = inviting.invitations
        with self._service.views.reading() as connection:
            _require_reviewer(connection, group_id, actor)
            return self._invited(connection, select(rows).where(rows.c.group_id == str(group_id)), limit, cursor)

    def my_invitations(self, actor: Actor, limit: int, cursor: list[str] | None = None) -> Answer:
        """The invitations of the actor to whatever group, the oldest first."""
        rows = inviting.invitations
        with self._service.views.glancing() as connection:
            mine = select(rows).where(rows.c.person_id == str(actor.person_id))
            return self._invited(connection, mine, limit, cursor)

    def _invited(self, connection: Connection, found: Select[Any], limit: int, cursor: list[str] | None) -> Answer:
        rows, now = inviting.invitations, self._now()
        page = page_of(connection, found, (rows.c.issued_at, rows.c.invitation_id), limit, cursor)
        return {"items": [inviting.as_of(row, now) for row in page.rows], "next": page.next}


def _require_reviewer(connection: Connection, group_id: UUID, actor: Actor) -> None:
    group_or_refuse(connection, group_id)
    if not roles_of(connection, group_id, actor.person_id):
        raise NotReviewer(group_id=group_id)
