"""A partner that has known nothing reads everything, however often it is killed, and arrives at the same figures."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.auditing import audit_directory
from tests.e2e.conftest import APART, EMBEDDED
from tests.support.ground_apart import Apart
from tests.support.platform_apart import PlatformApart
from tests.support.process import PLAIN, PlatformProcess

ROOT = Path(__file__).parents[2]
OLIST = ROOT / "tests" / "fixtures" / "olist"
EVERYTHING = ["feed:identity", "feed:groups", "feed:mall", "feed:events", "counts"]
SECONDS = 200
pytestmark = pytest.mark.timeout(500)


@dataclass(frozen=True, slots=True)
class Traded:
    """A platform on which much has happened, and a partner of it that was registered after everything."""

    platform: PlatformProcess | PlatformApart
    partner_id: str
    key: str

    def answer(self, path: str, **parameters: Any) -> httpx.Response:
        """What the platform answers to the partner."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = httpx.get(f"{self.platform.url}/partners{path}", params=parameters, headers=headers, **PLAIN)
        assert answer.status_code == 200, answer.text
        return answer

    def ask(self, path: str, **parameters: Any) -> Any:
        """What is in it."""
        return self.answer(path, **parameters).json()

    def latest(self) -> dict[str, int]:
        """By source, the position of the latest message in the journal."""
        said, cursor = {"identity": 0, "groups": 0, "mall": 0, "events": 0}, dict[str, str]()
        while (page := self.answer("/feed", limit=1000, **cursor)).json():
            said |= {event["source"]: int(event["sequence"]) for event in page.json()}
            cursor = {"cursor": page.headers["agora-cursor"]}
        return said

    def consumer(self, store: Path, *options: str) -> subprocess.Popen[str]:
        """The example as a program of its own."""
        command = [
            sys.executable,
            "-m",
            "partner_consumer",
            "--url",
            self.platform.url,
            "--store",
            str(store),
            *options,
        ]
        environment = os.environ | {"AGORA_PARTNER_KEY": self.key}
        return subprocess.Popen(
            command, cwd=ROOT / "examples", env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def read(self, store: Path) -> str:
        """What it prints when it has read everything."""
        with self.consumer(store) as consumer:
            said, complained = consumer.communicate(timeout=SECONDS)
        assert consumer.returncode == 0, complained
        assert f"{self.ask('/feed/count')['count']} events, digest" in complained
        return said

    def report(self, *options: str) -> str:
        """What ``agora report --as-partner`` prints."""
        return agora("report", "--as-partner", "--url", self.platform.url, *options, AGORA_PARTNER_KEY=self.key)


def agora(*words: str, **environment: str) -> str:
    """The command, which succeeds."""
    ended = subprocess.run(
        [sys.executable, "-m", "services", *words], env=os.environ | {"COLUMNS": "200"} | environment,
        capture_output=True, text=True, timeout=SECONDS, check=False, cwd=ROOT,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module", params=[EMBEDDED, APART])
def traded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traded]:
    if request.param == APART:
        ground: Apart = request.getfixturevalue("apart")
        yield registered(ground.platform, ground.request)
        return
    with PlatformProcess(tmp_path_factory.mktemp("traded") / "data") as platform:
        agora("demo", "--once", "--url", platform.url, "--token", platform.token(None, "operator", "certifier"))
        with httpx.Client(base_url=platform.url, timeout=30) as client:
            yield registered(platform, client.request)


def registered(platform: PlatformProcess | PlatformApart, request: Callable[..., httpx.Response]) -> Traded:
    """History is taken in, then a partner is registered; waits until everybody has heard everything."""
    token = platform.token(None, "operator", "certifier")
    agora("import", "olist", str(OLIST), "--url", platform.url, "--token", token)
    body = {"name": f"Alpine Club {uuid4()}", "scopes": EVERYTHING}
    made = request("POST", "/partners/partners", json=body, headers={"Authorization": f"Bearer {token}"}).json()
    traded = Traded(platform, made["partner_id"], made["key"])
    until(lambda: is_settled(traded, request))
    return traded


def until(is_so: Callable[[], bool]) -> None:
    """Ask again until it is so."""
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def is_settled(traded: Traded, request: Callable[..., httpx.Response]) -> bool:
    """Whether the journal holds all that was said: nobody is behind, and it ends where the figures do."""
    behind = request("GET", "/readyz").json().get("behind", {})
    if any(lag for reader in behind.values() for lag in reader.values()):
        return False
    return bool(traded.latest() == traded.ask("/counts")["at"])


def position_of(store: Path) -> int:
    """How far a consumer has come, as its file says; 0 while it has none."""
    if not store.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5)) as rows:
            return int((rows.execute("SELECT position FROM place").fetchone() or [0])[0])
    except sqlite3.OperationalError:  # the tables are not there yet
        return 0


def killed(consumer: subprocess.Popen[str], reached: Callable[[], int], goal: int) -> int:
    """Kill a consumer once it has reached something; how far that is afterwards."""
    with consumer:
        until(lambda: reached() >= goal or consumer.poll() is not None)
        consumer.kill()
        consumer.communicate()
    return reached()


def test_ends_with_the_figures_of_the_platform_byte_for_byte(traded: Traded, tmp_path: Path) -> None:
    ours, theirs = traded.read(tmp_path / "club.db"), traded.report("--json")
    assert ours == theirs
    told = json.loads(ours)
    assert len(told["groups"]) >= 2
    assert told["totals"]["orders"]["paid"] > 10
    assert told["totals"]["orders"]["cancelled"] > 0
    assert told["totals"]["orders"]["refunded"] > 0 or isinstance(traded.platform, PlatformApart)


def test_ends_with_the_same_figures_however_often_it_is_killed(traded: Traded, tmp_path: Path) -> None:
    store, end = tmp_path / "club.db", int(traded.ask("/feed/count")["through"])
    killed_at = []
    for part in (1, 2, 3, 4):
        killed_at.append(killed(traded.consumer(store, "--limit", "1"), lambda: position_of(store), part * end // 6))
    assert 0 < killed_at[0] < killed_at[-1] < end
    assert traded.read(store) == traded.report("--json")


def test_a_page_that_was_taken_back_by_a_kill_is_read_again(traded: Traded, tmp_path: Path) -> None:
    """Large pages: the kill comes while a page of hundreds is under way, more often than not."""
    store = tmp_path / "club.db"
    for _ in range(3):
        killed(traded.consumer(store, "--limit", "1000"), store.exists, 1)
    assert traded.read(store) == traded.report("--json")


def test_what_happens_later_is_read_from_where_it_was(traded: Traded, tmp_path: Path) -> None:
    store = tmp_path / "club.db"
    before = traded.read(store)
    assert traded.read(store) == before
    with traded.consumer(store, "--follow") as consumer:
        person = {"name": "Lin", "mail": f"lin.{time.time_ns()}@example.org", "password": "a quiet river at noon"}
        httpx.post(f"{traded.platform.url}/identity/people", json=person).raise_for_status()
        reached = json.loads(before)["at"]["identity"]
        until(lambda: traded.ask("/counts")["at"]["identity"] > reached)
        through = int(traded.ask("/feed/count")["through"])
        until(lambda: position_of(store) >= through)
        consumer.kill()
        consumer.communicate()
    assert traded.read(store) == traded.report("--json") != before


def test_a_partner_without_every_feed_is_told_what_it_takes(traded: Traded, tmp_path: Path) -> None:
    client = traded.platform.client(traded.platform.token(None, "operator"))
    body = {"name": f"Mall only {uuid4()}", "scopes": ["feed:mall"]}
    made = client.post("/partners/partners", json=body).json()
    with Traded(traded.platform, made["partner_id"], made["key"]).consumer(tmp_path / "club.db") as consumer:
        said, complained = consumer.communicate(timeout=SECONDS)
    assert consumer.returncode == 1
    assert said == ""
    assert "this takes a key for every feed" in complained


def test_a_key_that_is_not_good_ends_it_in_a_sentence(traded: Traded, tmp_path: Path) -> None:
    with Traded(traded.platform, "", "agp_nonsense").consumer(tmp_path / "club.db") as consumer:
        _, complained = consumer.communicate(timeout=SECONDS)
    assert consumer.returncode == 1
    assert complained.startswith("partners.key_not_good: This API key is not good")


def test_the_figures_are_those_of_the_mall(traded: Traded) -> None:
    """The mall makes them from its sales and its ledger, partners from messages alone."""
    token = traded.platform.token(None, "operator")
    client = traded.platform.client(token)
    told = {row["listing_id"]: row["sold"] for row in json.loads(traded.report("--json"))["listings"]}
    compared = 0
    for row in client.get("/mall/sales/listings", params={"limit": 1000}).json()["items"]:
        sold = told[row["listing_id"]]
        (amounts,) = [one for one in sold["amounts"] if one["currency"] == row["currency"]]
        assert {name: sold[name] for name in ("orders", "units")} == {name: row[name] for name in ("orders", "units")}
        assert amounts["gross_minor"] == row["gross_minor"]
        assert amounts["net_minor"] == row["net_minor"]
        compared += 1
    assert compared > 5


def test_the_table_shows_what_the_numbers_say(traded: Traded) -> None:
    shown = traded.report()
    assert "What a partner can know" in shown
    assert "By group" in shown
    assert "By listing" in shown


@pytest.mark.parametrize("traded", [EMBEDDED], indirect=True)
def test_a_directory_gives_the_same_figures_and_its_audit_holds(traded: Traded) -> None:
    """The last test of this world: it ends the platform."""
    theirs = traded.report("--json")
    data = traded.platform.data
    assert traded.platform.stop() == 0
    assert agora("report", "--as-partner", "--data", str(data), "--partner", traded.partner_id, "--json") == theirs
    assert audit_directory(data).findings == []
