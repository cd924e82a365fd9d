"""``agora demo`` as somebody meets it: as a program, on platforms of its own and of others."""

import asyncio
import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.demo.playing import Stage, play
from services.demo.refusals import FiguresDiffer, PlatformDidNotStart
from services.demo.stage import OwnPlatform
from tests.support.worlds import Platform, World

DEMO = [sys.executable, "-m", "services", "demo"]
MAIL, PASSWORD = "operator@demo.example", "correct horse battery"
PROJECT = Path(__file__).parents[2]
SECONDS = 200
pytestmark = pytest.mark.timeout(500)


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program, from its start to its end."""
    known = os.environ | environment
    return subprocess.run(
        [*DEMO, *options], cwd=PROJECT, env=known, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.fixture(scope="module")
def platform(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Somebody else's platform: its clock is real, and the demo comes again and again."""
    with world.platform_with_operator(tmp_path_factory.mktemp("platform"), MAIL, PASSWORD) as running:
        yield running


def test_plays_the_story_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ended = run("--once", TMPDIR=str(tmp_path))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "figures are right" in ended.stdout
    assert "is released" in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_plays_twice_on_a_platform_whose_clock_is_real(platform: Platform) -> None:
    session = httpx.post(f"{platform.url}/identity/sessions", json={"mail": MAIL, "password": PASSWORD}).json()
    for _ in range(2):
        ended = run("--once", "--url", platform.url, "--token", session["token"])
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "The clock of this platform is real" in ended.stdout


class Altering(httpx.AsyncBaseTransport):
    """The network, on which one figure of one kind of answer is changed by one."""

    def __init__(self, path: str, figure: str) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._path, self._figure = path, figure

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        body = json.loads(await response.aread())
        if request.method == "GET" and request.url.path.startswith(self._path):
            _raise_by_one(body, self._figure)
        told = [one for one in response.headers.items() if one[0].startswith("agora-")]
        return httpx.Response(response.status_code, json=body, headers=told)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _raise_by_one(part: Any, figure: str) -> None:
    if isinstance(part, dict) and isinstance(part.get(figure), int):
        part[figure] += 1
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _raise_by_one(inner, figure)


@pytest.mark.in_one_process
@pytest.mark.parametrize(
    ("path", "figure"),
    [
        ("/mall/listings", "available"),
        ("/mall/orders", "community"),
        ("/mall/books", "balance_minor"),
        ("/mall/shelves", "gross_minor"),
    ],
)
def test_fails_when_a_figure_is_off(platform: Platform, path: str, figure: str) -> None:
    stage = Stage(platform.url, is_own=False, mail=MAIL, password=PASSWORD)
    with pytest.raises(FiguresDiffer):
        asyncio.run(play(stage, Altering(path, figure)))


def test_stays_up_and_its_commands_work_when_pasted(tmp_path: Path) -> None:
    assert run("--once", "--data", str(tmp_path)).returncode == 0
    demo = subprocess.Popen([*DEMO, "--data", str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    try:
        shown = _read_until(demo, "Ctrl-C stops it")
        pasted = [line for line in shown if line.startswith(("curl ", "TOKEN="))]
        shelf, answer = _paste(pasted)
        assert len(shelf["items"]) == 2
        assert answer["sold"] is True
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=SECONDS)
    assert demo.returncode == 0
    assert not _is_held(tmp_path)


def test_says_why_a_platform_does_not_start(tmp_path: Path) -> None:
    with OwnPlatform(tmp_path), pytest.raises(PlatformDidNotStart, match="in use by process"), OwnPlatform(tmp_path):
        pass


def test_wants_a_token_for_an_address() -> None:
    ended = run("--url", "http://127.0.0.1:9")
    assert ended.returncode == 1
    assert "--token" in ended.stderr


def test_says_when_nobody_answers() -> None:
    ended = run("--url", "http://127.0.0.1:9", "--token", "a-token")
    assert ended.returncode == 1
    assert "No platform answers at http://127.0.0.1:9" in " ".join(ended.stderr.split())


def _read_until(demo: "subprocess.Popen[str]", wanted: str) -> list[str]:
    assert demo.stdout is not None
    lines: list[str] = []
    for line in demo.stdout:
        lines.append(line.rstrip("\n"))
        if wanted in line:
            return lines
    raise AssertionError("\n".join(lines))


def _paste(lines: list[str]) -> list[Any]:
    done = subprocess.run(
        ["bash", "-e", "-c", "\necho\n".join(lines)], capture_output=True, text=True, timeout=SECONDS, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def _is_held(directory: Path) -> bool:
    with (directory / "lock").open("rb+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
