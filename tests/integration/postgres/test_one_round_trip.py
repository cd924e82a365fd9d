"""What goes over the wire for one append, as the driver's own trace tells it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import Tracking
from psycopg.pq import Trace

from services.kernel.store.postgres import appending
from services.kernel.store.postgres.arrays import Array, Bigints, Blobs, Booleans, Texts, Uuids
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import Entry
from tests.support.recorder_contract import fact, kept, known, parked, whole

SHAPES = {
    "one fact": [Entry([fact(1, uuid4())])],
    "nothing": [Entry()],
    "no fact": [Entry(tracking=[Tracking("mall", 9)])],
    "everything": [Entry(parked=[parked(5)], sides=[]), whole(facts=[fact(1)], released=["mall:5"])],
    "a big batch": [Entry([fact(1, uuid4(), b"x" * 2_000)], known(uuid4())) for _ in range(300)],
    "big and small numbers": [
        Entry(kept=[kept(2**40)], tracking=[Tracking("mall", 2**40), Tracking("groups", 40_000)])
    ],
}


@contextmanager
def traced(recorder: DatabaseRecorder, into: Path) -> Iterator[list[str]]:
    """The messages that the next append sends, by their names."""
    sent: list[str] = []
    with into.open("wb") as file:
        with recorder._writing.one() as connection:
            connection.pgconn.trace(file.fileno())
            connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS | Trace.REGRESS_MODE)
        yield sent
        with recorder._writing.one() as connection:
            connection.pgconn.untrace()
    lines = into.read_text(errors="replace").splitlines()
    sent += [line.split("\t")[2] for line in lines if line.startswith("F\t")]


@pytest.mark.parametrize("entries", SHAPES.values(), ids=SHAPES.keys())
def test_an_append_is_one_statement_that_the_server_knows_already(
    recorder: DatabaseRecorder, entries: Sequence[Entry], tmp_path: Path
) -> None:
    for first in (Entry([fact(1, uuid4())]), Entry()):  # the first on a connection tells the server what is to come
        recorder.append([first])
    with traced(recorder, tmp_path / "wire") as sent:
        recorder.append(entries)
    assert sent == ["Bind", "Describe", "Execute", "Sync"]


def test_lists_as_the_driver_takes_them_are_another_statement_for_every_shape(
    recorder: DatabaseRecorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {Uuids: "uuid", Bigints: "bigint", Texts: "text", Blobs: "bytea", Booleans: "boolean"}
    plain = f"SELECT facts.append({', '.join(f'%s::{names[kind]}[]' for kind in appending._KINDS)})"
    monkeypatch.setattr(appending, "APPEND", plain)
    monkeypatch.setattr("services.kernel.store.postgres.recorder.arguments", _as_lists)
    recorder.append([Entry([fact(1, uuid4())])])
    with traced(recorder, tmp_path / "wire") as sent:
        recorder.append([Entry([fact(1, uuid4())], tracking=[Tracking("mall", 40_000)])])
    assert "Parse" in sent


def _as_lists(entries: Sequence[Entry]) -> list[list[object]]:
    made: list[Array] = appending.arguments(entries)
    return [list(one.values) for one in made]
