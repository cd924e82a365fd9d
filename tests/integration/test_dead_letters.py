"""``agora dead``: what a service could not handle is listed, shown, retried and dropped."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import OperationalError
from sqlalchemy import select
from typer.testing import CliRunner, Result

from services.apart.opening import NoSuchService
from services.auditing import NoStores
from services.cli.commands import app
from services.cli.dead import SAYS, NameOrAll, NameOrStage
from services.deadletters import NotNow, ParkedAtSeveral
from services.embedded import DirectoryInUse, Platform
from services.groups.projections.known_people import KnownPeople
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.flow import intake, parking
from services.kernel.flow.retrying import NothingKept, NothingParked, WaitsBehind
from services.kernel.refusals import Refusal
from services.kernel.store.recorder import Entry, ParkedRow
from services.known.people import claims
from services.settings import Settings
from tests.support.scenario import NOON

ANNA, BORIS = UUID(int=0xA00), UUID(int=0xA01)
OPERATOR = Actor(UUID(int=0xF), frozenset({"operator", "certifier"}))
STRANGE = ParkedRow(
    name="unreadable:5f0c", source="mall", position=0, subject="", type="", stage=parking.UNREADABLE,
    cause="Its body is not JSON.", parked_at=NOON,
)  # fmt: skip


def do(platform: Platform, operation_name: str, **told: Any) -> None:
    identity = platform.services["identity"]
    operation = identity.by_name[operation_name]
    path = {name: str(told.pop(name)) for name in list(told) if "{" + name + "}" in operation.path}
    fields = forms.load(operation, path, told | {"happened_at": "2026-01-02T03:04:05+00:00"})
    asyncio.run(identity.do(operation, OPERATOR, fields, key=str(uuid4())))


def is_broken(*_: object) -> None:
    raise ValueError("a bug, and what Anna wrote")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Groups cannot take in Anna's first claim: her second one waits behind it, and Boris has his."""
    monkeypatch.setattr(intake, "pause", lambda _seconds: None)
    certified = KnownPeople.certified
    with monkeypatch.context() as patched, Platform(Settings(data=tmp_path)) as platform:
        patched.setattr(KnownPeople, "certified", lambda self, connection, message, place: (
            is_broken() if message.person_id == ANNA else certified(self, connection, message, place)))  # fmt: skip
        for person in (ANNA, BORIS):
            do(platform, "record_person", person_id=person, name="Somebody", tags=[])
        for person in (ANNA, BORIS, ANNA):
            do(platform, "record_claim", claim_id=uuid4(), person_id=str(person), kind="real_name", value="Anna",
               level=2)  # fmt: skip
        platform.settle()
    return tmp_path


def dead(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["dead", *words, "--data", str(data)], env={"COLUMNS": "200"})


def refusal(result: Result) -> Refusal:
    assert isinstance(result.exception, Refusal), (result.output, result.exception)
    return result.exception


def names(data: Path) -> dict[str, str]:
    """What is parked at groups, by name, with its stage."""
    with Platform(Settings(data=data)) as platform:
        return {row.name: row.stage for row in platform.services["groups"].recorder.parked(10)}


def known_claims(data: Path) -> list[str]:
    with Platform(Settings(data=data)) as platform, platform.services["groups"].views.reading() as connection:
        return sorted(connection.execute(select(claims.c.person_id)).scalars())


def first_and_second(data: Path) -> tuple[str, str]:
    first, second = names(data)
    return first, second


def test_lists_what_is_parked_with_its_cause(data: Path) -> None:
    listed = dead(data, "list")
    assert listed.exit_code == 0
    assert "2 parked" in listed.output
    first, _ = first_and_second(data)
    assert f"It waits for {first}." in listed.output
    assert "builtins.ValueError in tests.integration.test_dead_letters.is_broken" in listed.output
    assert "Anna" not in listed.output
    assert "Nothing is parked." in dead(data, "list", "--service", "mall").output


def test_shows_one_with_all_that_is_known_of_it(data: Path) -> None:
    first, second = first_and_second(data)
    shown = dead(data, "show", first, "--service", "groups")
    for told in (first, "agora.identity.claim_certified.v1", str(ANNA), SAYS["views"], '"kind": "real_name"', second):
        assert told in shown.output
    assert "nobody" in dead(data, "show", second).output


def test_retries_one_and_what_waits_behind_it(data: Path) -> None:
    first, second = first_and_second(data)
    assert known_claims(data) == [str(BORIS)]
    retried = dead(data, "retry", first)
    assert (retried.exit_code, retried.output) == (0, f"{first} is handled.\n{second} is handled.\n")
    assert (names(data), known_claims(data)) == ({}, [str(ANNA), str(ANNA), str(BORIS)])


def test_what_fails_again_stays_and_the_exit_code_says_so(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = first_and_second(data)
    with monkeypatch.context() as patched:
        patched.setattr(KnownPeople, "certified", is_broken)
        again = dead(data, "retry", "--all")
    assert again.exit_code == 1
    assert f"{first} stays parked: builtins.ValueError" in again.output
    assert names(data) == {first: "views", second: "behind"}
    assert dead(data, "retry", "--all").exit_code == 0
    assert "Nothing is parked." in dead(data, "retry", "--all").output


def test_drops_one_for_good_and_handles_what_waited_for_it(data: Path) -> None:
    first, second = first_and_second(data)
    dropped = dead(data, "drop", first)
    assert dropped.output == f"{first} is dropped.\n{second} is handled.\n"
    assert (names(data), known_claims(data)) == ({}, [str(ANNA), str(BORIS)])


def test_refuses_in_words(data: Path) -> None:
    first, second = first_and_second(data)
    assert isinstance(refusal(dead(data, "retry", second)), WaitsBehind)
    assert isinstance(refusal(dead(data, "drop", second)), WaitsBehind)
    assert isinstance(refusal(dead(data, "show", "mall:99")), NothingParked)
    assert isinstance(refusal(dead(data, "list", "--service", "malls")), NoSuchService)
    assert isinstance(refusal(dead(data, "retry")), NameOrAll)
    assert isinstance(refusal(dead(data, "retry", first, "--all")), NameOrAll)
    assert isinstance(refusal(dead(data / "nowhere", "list")), NoStores)
    with Platform(Settings(data=data)):
        assert isinstance(refusal(dead(data, "list")), DirectoryInUse)


def test_what_was_no_message_is_dropped_and_not_retried(data: Path) -> None:
    with Platform(Settings(data=data)) as platform:
        platform.services["groups"].recorder.append([Entry(parked=[STRANGE])])
        platform.services["mall"].recorder.append([Entry(parked=[STRANGE, replace(STRANGE, name="groups:1")])])
    assert isinstance(refusal(dead(data, "drop", STRANGE.name)), ParkedAtSeveral)
    assert isinstance(refusal(dead(data, "retry", STRANGE.name, "--service", "groups")), NothingKept)
    assert "Its body was not kept." in dead(data, "show", "groups:1").output
    everything = dead(data, "retry", "--all", "--service", "groups")
    assert (everything.exit_code, everything.output.count("is handled")) == (1, 2)
    assert f"{STRANGE.name} stays parked: Its body is not JSON." in everything.output
    assert dead(data, "drop", STRANGE.name, "--service", "groups").exit_code == 0
    assert names(data) == {}


def test_all_that_was_no_message_is_dropped_at_once_and_messages_of_a_log_stay(data: Path) -> None:
    before = names(data)
    real = replace(STRANGE, name="groups:7", subject="group 1", envelope=b"{}")
    with Platform(Settings(data=data)) as platform:
        many = [replace(STRANGE, name=f"unreadable:{number}") for number in range(600)]
        platform.services["groups"].recorder.append([Entry(parked=[*many, real, replace(STRANGE, stage="rpc")])])
    dropped = dead(data, "drop", "--stage", "unreadable", "--service", "groups")
    assert (dropped.exit_code, dropped.output) == (0, "600 dropped.\n")
    assert names(data) == before | {"groups:7": "unreadable", STRANGE.name: "rpc"}
    for said in (["--stage", "views"], ["groups:7", "--stage", "rpc"], []):
        assert isinstance(refusal(dead(data, "drop", *said)), NameOrStage)


def test_a_database_that_is_away_is_no_fault_of_the_message(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = first_and_second(data)

    def away(*_: object) -> None:
        raise OperationalError("away")

    with monkeypatch.context() as outage:
        outage.setattr(KnownPeople, "certified", away)
        assert isinstance(refusal(dead(data, "retry", first)), NotNow)
    assert names(data)[first] == "views"


def test_every_stage_has_a_meaning() -> None:
    stages = {value for name, value in vars(parking).items() if name.isupper() and isinstance(value, str)}
    assert stages | {"rpc"} == SAYS.keys()
