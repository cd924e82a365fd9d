"""Every application and how it stands, without what anybody wrote in it."""

import json
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, func, select

from services.groups.domain import Application
from services.groups.domain.application import ADMITTED, OPEN, REFUSED, WITHDRAWN
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
applications = Table(
    "applications_v1",
    _metadata,
    Column("application_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("rules_version", BigInteger, nullable=False),
    Column("invitation_id", Text),
    Column("missing", Text, nullable=False),
    Column("code", Text),
    Column("later_application_id", Text),
    Column("applied_at", Text, nullable=False),
    Column("decided_at", Text),
    Column("version", BigInteger, nullable=False),
    Index("applications_v1_in_order", "group_id", "applied_at", "application_id"),
    Index("applications_v1_of_person", "group_id", "person_id"),
)


class ApplicationsView(Projection):
    """One row an application. ``missing`` is what was missing when it was made."""

    name: ClassVar[str] = "applications"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Application.Applied)
    def applied(self, connection: Connection, fact: Application.Applied, place: Place) -> None:
        """It is open."""
        row = {
            "application_id": str(fact.originator_id), "group_id": str(fact.group_id), "number": fact.number,
            "person_id": str(fact.person_id), "state": OPEN, "rules_version": fact.rules_version,
            "invitation_id": None if fact.invitation_id is None else str(fact.invitation_id),
            "missing": json.dumps(fact.missing), "applied_at": place.effective_at.isoformat(),
            "version": fact.originator_version,
        }  # fmt: skip
        connection.execute(applications.insert().values(row))

    @when(Application.Admitted)
    def admitted(self, connection: Connection, fact: Application.Admitted, place: Place) -> None:
        """The person is a member."""
        _change(connection, fact, state=ADMITTED, decided_at=place.effective_at.isoformat())

    @when(Application.Refused)
    def refused(self, connection: Connection, fact: Application.Refused, place: Place) -> None:
        """With a code; the reason is for those whom it concerns."""
        _change(connection, fact, state=REFUSED, code=fact.code, decided_at=place.effective_at.isoformat())

    @when(Application.RefusalReversed)
    def reversed(self, connection: Connection, fact: Application.RefusalReversed, place: Place) -> None:
        """It is open again."""
        _change(connection, fact, state=OPEN, code=None, decided_at=None)

    @when(Application.Withdrawn)
    def withdrawn(self, connection: Connection, fact: Application.Withdrawn, place: Place) -> None:
        """By the person."""
        _change(connection, fact, state=WITHDRAWN, decided_at=place.effective_at.isoformat())

    @when(Application.Superseded)
    def superseded(self, connection: Connection, fact: Application.Superseded, place: Place) -> None:
        """A later one counts."""
        _change(connection, fact, later_application_id=str(fact.later_application_id))


def application_row(connection: Connection, application_id: UUID) -> dict[str, Any] | None:
    """An application as the view has it, or None."""
    mine = select(applications).where(applications.c.application_id == str(application_id))
    row = connection.execute(mine).mappings().first()
    return None if row is None else shown(dict(row))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its list read."""
    return row | {"missing": json.loads(row["missing"])}


def latest_number(connection: Connection, group_id: UUID, person_id: UUID) -> int:
    """The number of the latest application that this view knows of; 0 before the first."""
    mine = (applications.c.group_id == str(group_id), applications.c.person_id == str(person_id))
    return int(connection.execute(select(func.max(applications.c.number)).where(*mine)).scalar() or 0)


def is_applying_with_invitation(connection: Connection, group_id: UUID, person_id: UUID) -> bool:
    """Whether the person's open application has used an invitation, which counts until it is decided."""
    mine = (applications.c.group_id == str(group_id), applications.c.person_id == str(person_id))
    invited = (applications.c.state == OPEN, applications.c.invitation_id.is_not(None))
    return connection.execute(select(applications.c.number).where(*mine, *invited)).first() is not None


def _change(connection: Connection, fact: Fact, **values: Any) -> None:
    mine = applications.c.application_id == str(fact.originator_id)
    connection.execute(applications.update().where(mine).values(version=fact.originator_version, **values))
