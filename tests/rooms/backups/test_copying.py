"""A store copied into another: the same facts, positions, links, commands, tracking, side and due rows, messages."""

from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import Tracking

from services.kernel.store import copying
from services.kernel.store.copying import CopyDiffers, NotEmpty, copy
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.recorder import CommandRow, DueRow, Entry, SideRow
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support.recorder_contract import OTHER, STREAM, fact, kept, parked
from tests.support.scenario import NOON

NOTHING_BEFORE, SEVERAL, NONE, LAST = uuid4(), uuid4(), uuid4(), uuid4()


def command(command_id: object) -> CommandRow:
    return CommandRow(command_id, b"digest", '{"id": "订单"}')  # type: ignore[arg-type]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A store with one of everything, and commands before the first fact, with several facts, with none."""
    path = tmp_path / "from" / "facts.db"
    with closing(SQLiteRecorder(path)) as recorder:
        recorder.append([Entry(command=command(NOTHING_BEFORE))])
        recorder.append([Entry([fact(1), fact(2)], command(SEVERAL)), Entry(command=command(NONE))])
        recorder.append([Entry([fact(1, OTHER)]), Entry([fact(3)], command(LAST), [Tracking("identity", 7)])])
        recorder.append([Entry(sides=[SideRow("mail", "a\0🐝", b"1")], due=[DueRow("close", "b", NOON)])])
        recorder.append([Entry(kept=[kept(1), kept(2)], parked=[parked(3), parked(4, stage="behind")])])
    return path


def all_of(path: Path) -> tuple[object, ...]:
    with FileAtRest(path) as store:
        return (
            list(store.rows()), store.head(), list(store.commands()), store.trackings(), store.due_rows(),
            list(store.all_sides()), store.kept(0, 100), store.kept_head(), store.parked(100),
        )  # fmt: skip


@pytest.mark.parametrize("page", [1, 2, 500])
def test_everything_is_copied_as_it_was(
    filled: Path, tmp_path: Path, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "FACTS", page)
    monkeypatch.setattr(copying, "ROWS", page)
    told: list[int] = []
    with FileAtRest(filled) as source, closing(SQLiteRecorder(tmp_path / "to" / "facts.db")) as target:
        assert copy("mall", source, target, told.append) == 4
    assert all_of(tmp_path / "to" / "facts.db") == all_of(filled)
    assert told[-1] == 4


def test_what_is_there_is_never_added_to(filled: Path, tmp_path: Path) -> None:
    with FileAtRest(filled) as source, closing(SQLiteRecorder(tmp_path / "to" / "facts.db")) as target:
        target.append([Entry([fact(1, uuid4())])])
        before = target.head()
        with pytest.raises(NotEmpty, match="mall"):
            copy("mall", source, target)
        assert target.head() == before


def test_a_store_whose_chain_does_not_hold_is_not_passed_on_as_sound(filled: Path, tmp_path: Path) -> None:
    with closing(SQLiteRecorder(filled)) as recorder:
        recorder._writer.execute("UPDATE facts SET state = x'7b2278223a317d' WHERE position = 2")
    to = SQLiteRecorder(tmp_path / "to" / "facts.db")
    with FileAtRest(filled) as source, closing(to) as target, pytest.raises(CopyDiffers, match="audit"):
        copy("mall", source, target)


def test_writers_beside_it_change_nothing_of_a_copy(filled: Path, tmp_path: Path) -> None:
    before = all_of(filled)
    with FileAtRest(filled) as source, closing(SQLiteRecorder(tmp_path / "to" / "facts.db")) as target:
        with closing(SQLiteRecorder(filled)) as other:
            other.append([Entry([fact(4, STREAM)], command(uuid4()))])
        copy("mall", source, target)
    assert all_of(tmp_path / "to" / "facts.db") == before
