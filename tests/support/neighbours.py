"""Two services that talk: the tallies tell who counted, the echo counts along and keeps a view of what it heard.

Everything the echo keeps is a count, so that whatever is taken in twice shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text

from services.contracts import catalogue
from services.contracts.message import Message
from services.kernel.blueprint import Blueprint
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert
from tests.support import tally
from tests.support.tally import Tallies, TalliesView, Tally

ECHO_ID = UUID(int=0xEC40)


@dataclass(frozen=True, kw_only=True)
class PersonCounted(Message):
    """Somebody counted something."""

    NAME: ClassVar[str] = "person_counted"
    SERVICE: ClassVar[str] = "tally"
    SUBJECT: ClassVar[str] = "person_id"

    person_id: UUID
    kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CountedInGroup(PersonCounted):
    """The same where groups count."""

    SERVICE: ClassVar[str] = "groups"


SAID: dict[str, type[PersonCounted]] = {one.SERVICE: one for one in (PersonCounted, CountedInGroup)}
"""By service, what is said of counting."""


@pytest.fixture(autouse=True)
def counting_is_understood() -> Iterator[None]:
    """These messages are in the catalogue: for tests of packages whose conftest takes this fixture in."""
    with pytest.MonkeyPatch.context() as patched:
        for message in SAID.values():
            patched.setitem(catalogue.MESSAGES, message.type_name(), message)
        yield


metadata = MetaData()
heard = Table(
    "heard_v1",
    metadata,
    Column("tally_id", Text, primary_key=True),
    Column("times", BigInteger, nullable=False),
    Column("latest", BigInteger, nullable=False),
)


@singledispatch
def publish(fact: Fact) -> Message | None:
    """Every count is told; everything else stays inside."""
    return None


@publish.register
def _counted(fact: Tally.Counted) -> Message:
    return PersonCounted(person_id=fact.by_person_id, kind="counted", value=str(fact.originator_id))


class HeardView(Projection):
    """How often each tally of the neighbour was counted."""

    name, hears, metadata = "heard", frozenset({"tally"}), metadata

    @when(PersonCounted)
    def told(self, connection: Connection, message: PersonCounted, place: Place) -> None:
        row = insert(heard).values(tally_id=message.value, times=1, latest=place.position)
        again = {"times": heard.c.times + 1, "latest": place.position}
        connection.execute(row.on_conflict_do_update(index_elements=["tally_id"], set_=again))


class EchoesView(TalliesView):
    """The echo's own tallies."""

    name, hears = "echoes", frozenset({"echo"})


def count_along(application: Tallies, message: PersonCounted, place: Place) -> None:
    """Whenever somebody counts there, one is counted here."""
    mine = application.unit.find(Tally, ECHO_ID)
    if mine is None:
        mine = Tally(tally_id=ECHO_ID, name="echo")
        application.unit.add(mine)
    mine.count_one(message.person_id, None)


reactions: dict[type[Message], Any] = dict.fromkeys(SAID.values(), count_along)
talking = replace(tally.blueprint, publish=publish)
echo: Blueprint = replace(
    tally.blueprint, name="echo", projections=[HeardView, EchoesView], operations=[], reactions=reactions
)
