"""Real answers on a real platform: they reconcile, a repeat changes nothing, and a kill at any moment does no harm."""

import asyncio
import csv
import json
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from math import log2
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from services.cli import importing, reporting
from services.embedded import Platform
from services.importing import refusals
from services.importing.meetup import naming
from services.importing.meetup.closing import Closing
from services.importing.meetup.taking_in import Judged, judge, take_in
from services.importing.over_http import OverHttp
from services.serving import face
from services.settings import Settings
from tests.support import mortal
from tests.support.meetup_file import FIXTURE
from tests.support.mortal import Killed, digest

COMMANDS = 355
COMMUNITIES, NEAR = 10, 3


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge(FIXTURE, datetime.now(UTC))


def imported(judged: Judged, data: Path, after: int | None = None) -> Closing:
    return mortal.imported(partial(take_in, judged), data, after)


@pytest.fixture(scope="module")
def undisturbed(judged: Judged, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    closing = imported(judged, data)
    assert (closing.unmet, closing.tally.refused) == ([], [])
    assert closing.tally.new.total() == COMMANDS
    return data


def test_what_the_platform_says_is_what_the_file_says(judged: Judged, undisturbed: Path) -> None:
    figures = {one.what: one.platform for one in imported(judged, undisturbed).figures if one.platform is not None}
    assert figures == {
        "distinct answers": 92, "first answers": 57, "answers that change the one before": 16, "people": 55,
        "groups": 50, "members, organisers included": 107, "gatherings": 51, "gatherings without a venue": 6,
        "rows that answer to no venue": 12, "people who come": 38, "registrations that ended": 29,
        "seats, guests included": 165,
    }  # fmt: skip


def test_a_second_run_changes_nothing(judged: Judged, undisturbed: Path) -> None:
    before = digest(undisturbed)
    closing = imported(judged, undisturbed)
    assert (closing.tally.new.total(), closing.tally.known.total(), closing.unmet) == (0, COMMANDS, [])
    assert digest(undisturbed) == before


@pytest.mark.parametrize("after", [0, 1, 104, 150, 230, 290, 350])
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
        transport, headers = httpx.ASGITransport(app=face(platform)), {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://agora", headers=headers) as client:
            first = await take_in(judged, OverHttp(client), lambda _phase, _done: None)
            second = await take_in(judged, OverHttp(client), lambda _phase, _done: None)
        return first, second

    with Platform(Settings(data=tmp_path, rate="")) as platform:
        platform.start()
        first, second = asyncio.run(tell(platform))
    assert (first.unmet, second.unmet) == ([], [])
    assert (first.tally.new.total(), second.tally.new.total()) == (COMMANDS, 0)


def test_the_command_reports_in_tables_and_lists_all_that_is_odd(judged: Judged, tmp_path: Path) -> None:
    arguments = ["meetup", str(FIXTURE), "--data", str(tmp_path / "data"), "--odd", str(tmp_path / "odd.csv")]
    first = CliRunner().invoke(importing.app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
    again = CliRunner().invoke(importing.app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
    assert (first.exit_code, again.exit_code) == (0, 0)
    with (tmp_path / "odd.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(judged.findings)


def test_a_bad_file_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(FIXTURE.read_text().replace(",no,0,", ",perhaps,0,", 1))
    found = CliRunner().invoke(
        importing.app, ["meetup", str(tmp_path / "answers.csv"), "--data", str(tmp_path / "data")]
    )
    assert isinstance(found.exception, refusals.BadAnswer)
    assert "answers.csv line" in found.exception.detail
    assert not (tmp_path / "data").exists()


def neighbours(data: Path) -> list[dict[str, Any]]:
    words = ["neighbours", "--limit", str(COMMUNITIES), "--near", str(NEAR), "--data", str(data), "--json"]
    result = CliRunner().invoke(reporting.app, words)
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["items"])


def expected_neighbours(topics: dict[str, set[str]], group_id: str) -> list[tuple[str, float]]:
    """Worked out from the rows of the file alone."""
    having = Counter(topic for theirs in topics.values() for topic in theirs)
    mine = topics[group_id]

    def says(some: set[str]) -> float:
        return sum(log2(1 + len(topics) / having[topic]) for topic in some)

    found = [
        (one, round(says(mine & theirs) / says(mine | theirs), 3))
        for one, theirs in topics.items()
        if one != group_id and mine & theirs
    ]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:NEAR]


def test_ten_communities_have_the_neighbours_that_their_topics_say_each_with_its_reason(
    judged: Judged, undisturbed: Path
) -> None:
    topics = {str(naming.group(one)): set(row.topics) for one, row in judged.assembled.groups.items()}
    told = neighbours(undisturbed)
    assert len({one["group_id"] for one in told}) == COMMUNITIES
    assert sum(len(one["items"]) for one in told) >= COMMUNITIES
    for community in told:
        found = [(near["group_id"], near["likeness"]) for near in community["items"]]
        assert found == expected_neighbours(topics, community["group_id"])
        for near in community["items"]:
            shared = topics[community["group_id"]] & topics[near["group_id"]]
            assert set(near["shared"]) == shared
            assert all(f"{topic} (" in near["reason"] for topic in shared)


def test_neighbours_of_shuffled_topics_would_be_noticed(judged: Judged, undisturbed: Path) -> None:
    rows = list(judged.assembled.groups.items())
    shuffled = {
        str(naming.group(one)): set(rows[index - 1][1].topics) for index, (one, _) in enumerate(rows)
    }  # fmt: skip
    told = {one["group_id"]: [near["group_id"] for near in one["items"]] for one in neighbours(undisturbed)}
    assert told != {one: [near for near, _ in expected_neighbours(shuffled, one)] for one in told}
