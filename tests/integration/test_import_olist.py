"""The import on a real platform: it reconciles, a repeat changes nothing, and a kill at any moment does no harm."""

import asyncio
import csv
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing as closes
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from services.cli import importing
from services.embedded import Platform
from services.importing import over_http, refusals
from services.importing.olist.closing import Closing
from services.importing.olist.taking_in import Judged, judge, take_in
from services.importing.over_http import OverHttp
from services.serving import face
from services.settings import Settings
from tests.support import mortal
from tests.support.mortal import Killed, digest
from tests.support.olist_files import FIXTURE, multiplied

COPIES = 6


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge(FIXTURE, datetime.now(UTC))


def imported(judged: Judged, data: Path, after: int | None = None) -> Closing:
    return mortal.imported(partial(take_in, judged), data, after)


@pytest.fixture(scope="module")
def undisturbed(judged: Judged, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    assert imported(judged, data).unmet == []
    return data


def test_every_kind_of_mess_is_recorded_and_reconciles(judged: Judged, tmp_path: Path) -> None:
    closing = imported(judged, tmp_path)
    assert closing.tally.refused == []
    assert closing.unmet == []
    assert closing.zero == {"BRL": 0}
    assert {one.account: one.books_minor for one in closing.balances} == {
        "provider": 17_243, "suspense_paid_without_lines": -7_234, "suspense_overpaid": -511,
        "suspense_underpaid": 502, "shares": -10_000, "unallocated": 0, "refunds_due": 0,
    }  # fmt: skip


def test_a_second_run_changes_nothing(judged: Judged, undisturbed: Path) -> None:
    before = digest(undisturbed)
    closing = imported(judged, undisturbed)
    assert (closing.tally.new.total(), closing.unmet) == (0, [])
    assert closing.tally.known.total() > 100
    assert digest(undisturbed) == before


@pytest.mark.parametrize("after", [0, 1, 14, 40, 77, 104])
def test_a_run_that_died_and_was_repeated_ends_with_the_same_facts(
    judged: Judged, undisturbed: Path, tmp_path: Path, after: int
) -> None:
    with pytest.raises(Killed):
        imported(judged, tmp_path, after)
    assert imported(judged, tmp_path).unmet == []
    assert digest(tmp_path) == digest(undisturbed)


def test_a_running_platform_is_told_over_http(judged: Judged, tmp_path: Path) -> None:
    async def tell(platform: Platform) -> tuple[Closing, Closing]:
        token, _ = platform.issuer.issue(uuid4(), {"operator"}, uuid4())
        transport = httpx.ASGITransport(app=face(platform))
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://agora", headers=headers) as client:
            first = await take_in(judged, OverHttp(client), lambda _phase, _done: None)
            second = await take_in(judged, OverHttp(client), lambda _phase, _done: None)
        return first, second

    with Platform(Settings(data=tmp_path, rate="")) as platform:
        platform.start()
        first, second = asyncio.run(tell(platform))
    assert (first.unmet, second.unmet) == ([], [])
    assert (first.tally.known.total(), second.tally.new.total()) == (0, 0)


def test_who_is_no_operator_is_turned_away(judged: Judged, tmp_path: Path) -> None:
    async def turned_away(platform: Platform) -> Closing:
        token, _ = platform.issuer.issue(uuid4(), set(), uuid4())
        transport = httpx.ASGITransport(app=face(platform))
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://agora", headers=headers) as client:
            return await take_in(judged, OverHttp(client), lambda _phase, _done: None)

    with Platform(Settings(data=tmp_path, rate="")) as platform:
        platform.start()
        with pytest.raises(refusals.TurnedAway):
            asyncio.run(turned_away(platform))


def test_the_command_reports_in_tables_and_lists_all_that_is_odd(judged: Judged, tmp_path: Path) -> None:
    arguments = ["olist", str(FIXTURE), "--data", str(tmp_path / "data"), "--odd", str(tmp_path / "odd.csv")]
    first = CliRunner().invoke(importing.app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
    again = CliRunner().invoke(importing.app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
    assert (first.exit_code, again.exit_code) == (0, 0)
    with (tmp_path / "odd.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(judged.findings)


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["--data", "D", "--url", "http://127.0.0.1:1"], refusals.EitherDataOrUrl),
        (["--url", "http://127.0.0.1:1"], refusals.TokenMissing),
        (["--url", "http://127.0.0.1:1", "--token", "t"], refusals.NotReached),
    ],
)
def test_what_cannot_be_is_refused(
    arguments: list[str], refusal: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(over_http, "ATTEMPTS", 1)
    found = CliRunner().invoke(importing.app, ["olist", str(FIXTURE), *arguments], env={"AGORA_TOKEN": ""})
    assert isinstance(found.exception, refusal)


def test_bad_files_leave_no_trace(tmp_path: Path) -> None:
    files = Path(shutil.copytree(FIXTURE, tmp_path / "set"))
    (files / "order_payments.csv").write_text((files / "order_payments.csv").read_text().replace("12.34", "12,34"))
    found = CliRunner().invoke(importing.app, ["olist", str(files), "--data", str(tmp_path / "data")])
    assert isinstance(found.exception, refusals.BrokenRow)
    assert "order_payments.csv line" in found.exception.detail
    assert not (tmp_path / "data").exists()


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return multiplied(tmp_path_factory.mktemp("larger"), COPIES)


def started(files: Path, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "services", "import", "olist", str(files), "--data", str(data)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ})


def finished(files: Path, data: Path) -> None:
    process = started(files, data)
    said, _ = process.communicate(timeout=100)
    assert process.returncode == 0, said
    assert "reconciles with its files" in said


def stored(data: Path, service: str) -> int:
    """How many facts a service has on disk, as somebody else sees it."""
    try:
        with closes(sqlite3.connect(f"file:{data / service / 'facts.db'}?mode=ro", uri=True, timeout=1)) as facts:
            return int(facts.execute("SELECT count(*) FROM facts").fetchone()[0])
    except sqlite3.Error:
        return 0


def kill_when(files: Path, data: Path, service: str, facts: int) -> None:
    """SIGKILL as soon as the service has stored so many."""
    process = started(files, data)
    until = time.monotonic() + 60
    try:
        while stored(data, service) < facts:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < until, f"{service} has {stored(data, service)} facts"
    finally:
        process.kill()
        process.communicate()


def test_sigkill_at_three_moments_and_a_repeat_end_with_the_same_digest(larger: Path, tmp_path: Path) -> None:
    for service, facts in [("identity", 60), ("mall", 30), ("mall", 300)]:
        kill_when(larger, tmp_path / "killed", service, facts)
    finished(larger, tmp_path / "killed")
    finished(larger, tmp_path / "undisturbed")
    assert digest(tmp_path / "killed") == digest(tmp_path / "undisturbed")
