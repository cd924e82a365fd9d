"""Each refusal of the functions that store, taken away: what it keeps out would be stored."""

import re

import pytest
from eventsourcing.persistence import Tracking

from services.kernel.store.clashes import NotParked, PositionSeen, SideTaken, VersionConflict
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import Entry, SideRow
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import OTHER, STREAM, fact

TAKEN = SideRow("mail", "a", b"1", unique=True)
REFUSED: dict[str, tuple[str, Entry, type[Exception]]] = {
    "AG001": ("facts.store_facts", Entry([fact(3)]), VersionConflict),
    "AG002": ("facts.refuse_outdated", Entry([fact(1, OTHER)], reads={STREAM: 0}), VersionConflict),
    "AG003": ("facts.store_tracking", Entry([fact(1, OTHER)], tracking=[Tracking("mall", 5)]), PositionSeen),
    "AG004": ("facts.store_sides", Entry([fact(1, OTHER)], sides=[TAKEN]), SideTaken),
    "AG005": ("facts.park", Entry([fact(1, OTHER)], released=["mall:6"]), NotParked),
}


@pytest.mark.parametrize("code", REFUSED)
def test_without_the_guard_it_would_be_stored(code: str, databases: OwnDatabases, recorder: DatabaseRecorder) -> None:
    function, entry, clash = REFUSED[code]
    recorder.append([Entry([fact(1)], tracking=[Tracking("mall", 5)], sides=[TAKEN])])
    with pytest.raises(clash):
        recorder.append([entry])
    assert recorder.position() == 1
    with databases.without(_raised(databases, function, code), function):
        recorder.append([entry])
    assert recorder.position() == 2


def _raised(databases: OwnDatabases, function: str, code: str) -> str:
    """The statement that refuses, as it stands in the function."""
    with databases.superuser() as connection:
        (written,) = connection.execute("SELECT pg_get_functiondef(%s::regproc)", (function,)).fetchone() or ("",)
    found = re.search(rf"RAISE EXCEPTION USING ERRCODE = '{code}'[^;]*;", written)
    assert found
    return found[0]
