"""What was answered is stored, whoever is killed right after: the whole platform, or the one process that answered."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.ground_apart import Apart
from tests.support.process import PlatformProcess
from tests.support.worlds import APART, Platform, World

PASSWORD = "a long enough secret"


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


@pytest.fixture
def platform(world: World, request: pytest.FixtureRequest, held: ExitStack, tmp_path: Path) -> Platform:
    """One of its own in one process; the one for everybody where it is several, of which one dies."""
    if world.name == APART:
        ground: Apart = request.getfixturevalue("apart")
        return ground.platform
    return held.enter_context(PlatformProcess(tmp_path / "data"))


def _killed(platform: Platform, held: ExitStack) -> Platform:
    """SIGKILL to who serves identity; what stands there once it runs again."""
    if isinstance(platform, PlatformProcess):
        platform.kill()
        return held.enter_context(PlatformProcess(platform.data))
    platform.kill("identity.serve")
    platform.start("identity.serve")
    return platform


def test_what_was_answered_is_there_and_the_same_key_gives_the_same_answer(platform: Platform, held: ExitStack) -> None:
    person = {"name": "林娜", "mail": f"lin.na.{uuid4()}@example.com", "password": PASSWORD}
    key = {"Idempotency-Key": str(uuid4())}
    first = platform.client().post("/identity/people", json=person, headers=key)
    assert first.status_code == 201, first.text
    client = _killed(platform, held).client()
    session = client.post("/identity/sessions", json={"mail": person["mail"], "password": PASSWORD})
    assert session.status_code == 200, session.text
    signed = {"Authorization": f"Bearer {session.json()['token']}"}
    assert client.get("/identity/people/me", headers=signed).json()["name"] == "林娜"
    assert client.post("/identity/people", json=person, headers=key).json() == first.json()
