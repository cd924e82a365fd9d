"""Every application and how it stands, without what anybody wrote in it."""

import json
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, MetaData, Table, Text, func, select

from services.groups.domain import application_facts as facts
from services.groups.domain import group_facts
from services.groups.domain.application import ADMITTED, REFUSED, WITHDRAWN
from services.groups.domain.candidacy import OPEN
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

_metadata = MetaData()
applications = Table(
    "applications_v2",
    _metadata,
    Column("application_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("rules_version", BigInteger, nullable=False),
    Column("invitation_id", Text),
    Column("waives", Text, nullable=False),
    Column("fee_paid", Boolean, nullable=False),
    Column("approvals", Text, nullable=False),
    Column("questions_version", BigInteger, nullable=False),
    Column("questions", Text, nullable=False),
    Column("missing", Text, nullable=False),
    Column("code", Text),
    Column("later_application_id", Text),
    Column("applied_at", Text, nullable=False),
    Column("decided_at", Text),
    Column("version", BigInteger, nullable=False),
    Index("applications_v2_in_order", "group_id", "applied_at", "application_id"),
    Index("applications_v2_of_person", "person_id", "group_id"),
)

asked = Table(
    "asked_questions_v2",
    _metadata,
    Column("group_id", Text, primary_key=True),
    Column("questions", Text, nullable=False),
)
_LISTS = ("missing", "waives", "approvals", "questions")


class ApplicationsView(Projection):
    """One row an application. ``missing`` is what was missing when it was made, ``questions`` what was asked then."""

    name: ClassVar[str] = "applications"
    version: ClassVar[int] = 2
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(facts.Applied)
    def applied(self, connection: Connection, fact: facts.Applied, place: Place) -> None:
        """It is open."""
        row = {
            "application_id": str(fact.originator_id), "group_id": str(fact.group_id), "number": fact.number,
            "person_id": str(fact.person_id), "state": OPEN, "rules_version": fact.rules_version,
            "invitation_id": None if fact.invitation_id is None else str(fact.invitation_id),
            "missing": json.dumps(fact.missing), "applied_at": place.effective_at.isoformat(),
            "version": fact.originator_version, "waives": json.dumps(fact.waives), "fee_paid": fact.fee_paid,
            "approvals": "[]", "questions_version": fact.questions_version,
            "questions": _asked_by(connection, fact.group_id),
        }  # fmt: skip
        connection.execute(applications.insert().values(row))

    @when(group_facts.QuestionsSet)
    def asked(self, connection: Connection, fact: group_facts.QuestionsSet, place: Place) -> None:
        """Later applications answer these."""
        row = {"questions": json.dumps(fact.questions)}
        statement = insert(asked).values(group_id=str(fact.originator_id), **row)
        connection.execute(statement.on_conflict_do_update(index_elements=["group_id"], set_=row))

    @when(facts.RulesAccepted)
    def rules_accepted(self, connection: Connection, fact: facts.RulesAccepted, place: Place) -> None:
        """By the applicant."""
        _change(connection, fact, rules_version=fact.rules_version)

    @when(facts.Invited)
    def invited(self, connection: Connection, fact: facts.Invited, place: Place) -> None:
        """An invitation came."""
        _change(connection, fact, invitation_id=str(fact.invitation_id), waives=json.dumps(fact.waives))

    @when(facts.FeePaid)
    def fee_paid(self, connection: Connection, fact: facts.FeePaid, place: Place) -> None:
        """The fee came."""
        _change(connection, fact, fee_paid=True)

    @when(facts.Approved)
    def approved(self, connection: Connection, fact: facts.Approved, place: Place) -> None:
        """One more is for it."""
        _change(connection, fact, approvals=json.dumps([*_approvals(connection, fact), str(fact.reviewer_id)]))

    @when(facts.ApprovalTakenBack)
    def approval_taken_back(self, connection: Connection, fact: facts.ApprovalTakenBack, place: Place) -> None:
        """One less is for it."""
        left = [one for one in _approvals(connection, fact) if one != str(fact.reviewer_id)]
        _change(connection, fact, approvals=json.dumps(left))

    @when(facts.Admitted)
    def admitted(self, connection: Connection, fact: facts.Admitted, place: Place) -> None:
        """The person is a member."""
        _change(connection, fact, state=ADMITTED, decided_at=place.effective_at.isoformat())

    @when(facts.Refused)
    def refused(self, connection: Connection, fact: facts.Refused, place: Place) -> None:
        """With a code; the reason is for those whom it concerns."""
        at = place.effective_at.isoformat()
        _change(connection, fact, state=REFUSED, code=fact.code, decided_at=at, approvals="[]")

    @when(facts.RefusalReversed)
    def reversed(self, connection: Connection, fact: facts.RefusalReversed, place: Place) -> None:
        """It is open again."""
        _change(connection, fact, state=OPEN, code=None, decided_at=None)

    @when(facts.Withdrawn)
    def withdrawn(self, connection: Connection, fact: facts.Withdrawn, place: Place) -> None:
        """By the person."""
        _change(connection, fact, state=WITHDRAWN, decided_at=place.effective_at.isoformat())

    @when(facts.Superseded)
    def superseded(self, connection: Connection, fact: facts.Superseded, place: Place) -> None:
        """A later one counts."""
        _change(connection, fact, later_application_id=str(fact.later_application_id))


def application_row(connection: Connection, application_id: UUID) -> dict[str, Any] | None:
    """An application as the view has it, or None."""
    mine = select(applications).where(applications.c.application_id == str(application_id))
    row = connection.execute(mine).mappings().first()
    return None if row is None else shown(dict(row))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its lists read."""
    read = row | {name: json.loads(row[name]) for name in _LISTS}
    return read | {"approvals": len(read["approvals"]), "approved_by": read["approvals"]}


def latest_number(connection: Connection, group_id: UUID, person_id: UUID) -> int:
    """The number of the latest application that this view knows of; 0 before the first."""
    mine = (applications.c.group_id == str(group_id), applications.c.person_id == str(person_id))
    return int(connection.execute(select(func.max(applications.c.number)).where(*mine)).scalar() or 0)


def open_application(connection: Connection, group_id: UUID, person_id: UUID) -> dict[str, Any] | None:
    """The open application of a person to a group, or None."""
    mine = (applications.c.group_id == str(group_id), applications.c.person_id == str(person_id))
    found = select(applications).where(*mine, applications.c.state == OPEN)
    row = connection.execute(found).mappings().first()
    return None if row is None else shown(dict(row))


def open_applications_of(connection: Connection, person_id: UUID) -> list[UUID]:
    """The applications of a person, in whatever group, that are not decided."""
    mine = select(applications.c.application_id).where(
        applications.c.person_id == str(person_id), applications.c.state == OPEN
    )
    in_order = mine.order_by(applications.c.application_id)
    return [UUID(application_id) for application_id in connection.execute(in_order).scalars()]


def approved_and_open(
    connection: Connection, *, group_id: UUID | None = None, person_id: UUID | None = None, most: int,
    after: UUID | None = None,
) -> list[UUID]:  # fmt: skip
    """Open applications that somebody is for, by their ids, from the one ``after`` on: to a group, or of a person."""
    found = select(applications.c.application_id).where(applications.c.state == OPEN, applications.c.approvals != "[]")
    if group_id is not None:
        found = found.where(applications.c.group_id == str(group_id))
    if person_id is not None:
        found = found.where(applications.c.person_id == str(person_id))
    if after is not None:
        found = found.where(applications.c.application_id > str(after))
    in_order = found.order_by(applications.c.application_id).limit(most)
    return [UUID(application_id) for application_id in connection.execute(in_order).scalars()]


def _asked_by(connection: Connection, group_id: UUID) -> str:
    mine = select(asked.c.questions).where(asked.c.group_id == str(group_id))
    return str(connection.execute(mine).scalar() or "[]")


def _approvals(connection: Connection, fact: Fact) -> list[str]:
    mine = select(applications.c.approvals).where(applications.c.application_id == str(fact.originator_id))
    found: list[str] = json.loads(connection.execute(mine).scalar_one())
    return found


def _change(connection: Connection, fact: Fact, **values: Any) -> None:
    mine = applications.c.application_id == str(fact.originator_id)
    connection.execute(applications.update().where(mine).values(version=fact.originator_version, **values))
