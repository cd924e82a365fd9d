"""Views that the disk has lost: said in one sentence, and made again from the facts, which nobody has touched."""

import asyncio
import random
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.auditing import audit_directory
from services.cli import rebuilding
from services.cli.operating import CONSOLE
from services.embedded import Platform
from services.importing.caller import InProcess
from services.importing.meetup.taking_in import judge, take_in
from services.kernel.clock import Clock
from services.kernel.flow.views_database import ViewsDamaged
from services.settings import Settings
from tests.support.meetup_file import FIXTURE

HEADER, PAGE = 100, 4_096


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A platform that has something to show."""
    data = tmp_path / "data"
    with Platform(Settings(data=data)) as platform:
        judged = judge(FIXTURE, Clock().now())
        asyncio.run(take_in(judged, InProcess(platform, CONSOLE), lambda _phase, _done: None))
        platform.settle()
    return data


def overwrite(file: Path, where: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(where)
        opened.write(random.Random(where).randbytes(3 * PAGE))


def open_and_read(data: Path) -> None:
    with Platform(Settings(data=data)) as platform:
        for service in platform.services.values():
            service.views.digests()


def rebuild(data: Path, *options: str) -> int:
    app = typer.Typer()
    app.command()(rebuilding.rebuild)
    result = CliRunner().invoke(app, ["--data", str(data), *options])
    assert result.exception is None or isinstance(result.exception, (ViewsDamaged, SystemExit)), result.exception
    return result.exit_code


@pytest.mark.parametrize("where", [0, PAGE, 3 * PAGE])
def test_damaged_views_are_named_and_made_again(directory: Path, where: int) -> None:
    before = audit_directory(directory).digest
    overwrite(directory / "events" / "views.db", where)
    with pytest.raises(ViewsDamaged, match=r"events/views.db .*rebuild --take-over"):
        open_and_read(directory)
    assert rebuild(directory) == 1
    assert rebuild(directory, "--take-over") == 0
    open_and_read(directory)
    assert rebuild(directory) == 0
    assert audit_directory(directory).digest == before


def test_views_that_are_sound_are_not_thrown_away(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[Path] = []
    monkeypatch.setattr("services.kernel.flow.sqlite_views._remove", dropped.append)
    rebuilding._drop_damaged(directory)
    assert dropped == []
