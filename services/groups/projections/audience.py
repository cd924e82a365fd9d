"""Whom figures about a community tell of: its members as they were when five had last come or gone."""

from typing import ClassVar

from sqlalchemy import Connection, MetaData

from services.contracts.floor import PRIVACY_FLOOR
from services.groups.domain import group_facts as facts
from services.kernel.dispatch import when
from services.kernel.flow.batches import Batches, batched_table
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
audience = batched_table("audience_v1", _metadata, "group_id", "person_id")
batches = Batches(audience, PRIVACY_FLOOR)


class AudienceView(Projection):
    """One row a person whom figures about a group tell of, or will."""

    name: ClassVar[str] = "audience"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(facts.Founded)
    def founded(self, connection: Connection, fact: facts.Founded, place: Place) -> None:
        """The owner is the first."""
        batches.come(connection, str(fact.group_id), str(fact.owner_id))

    @when(facts.MemberAdmitted)
    def admitted(self, connection: Connection, fact: facts.MemberAdmitted, place: Place) -> None:
        """One more."""
        batches.come(connection, str(fact.originator_id), str(fact.person_id))

    @when(facts.MemberLeft, facts.MemberRemoved)
    def gone(self, connection: Connection, fact: facts.MemberLeft | facts.MemberRemoved, place: Place) -> None:
        """One less, for whatever reason."""
        batches.go(connection, str(fact.originator_id), str(fact.person_id))
