"""A directory with something in it, and its backups."""

import os
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.backups.keeping import PERSON, SECRET, done
from tests.support.everybody import Everybody
from tests.support.ground import Embedded
from tests.support.surface_goods import ordered


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox in which somebody ordered, did not pay, and the time for it is over."""
    directory = tmp_path_factory.mktemp("live") / "data"
    with closing(Embedded(directory, SECRET)) as ground:
        everybody = Everybody(ground)
        everybody.ask("POST", "/identity/people", json=PERSON)
        ordered(everybody)
        ground.settle()
        ground.platform.clock.advance(timedelta(minutes=61))
        ground.platform.settle()
    return directory


@pytest.fixture(scope="module")
def kept(live: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backups: ``facts`` and ``keys``."""
    folder = tmp_path_factory.mktemp("kept")
    done("backup", folder / "facts", "--data", live)
    done("backup", folder / "keys", "--keys", "--data", live)
    return folder


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AGORA_")]:
        monkeypatch.delenv(name)
