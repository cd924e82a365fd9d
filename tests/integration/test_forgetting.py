"""Ten percent of a real set of people are forgotten: nothing of them is left in any file, and every sum holds."""

import asyncio
import os
import shutil
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.auditing import audit_directory
from services.cli.operating import CONSOLE
from services.embedded import Platform
from services.identity.domain.person import Person
from services.importing.caller import InProcess
from services.importing.olist.taking_in import judge, take_in
from services.kernel.doors.operation import Actor
from services.kernel.flow.rebuild import rebuild
from services.kernel.forgetting import Forgetting
from services.kernel.service import Service
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.fingerprint import Fingerprint
from services.kernel.store.reading_facts import States
from services.settings import Settings
from tests.integration.backups.keeping import PERSON, done
from tests.support.everybody import Everybody
from tests.support.ground import Embedded
from tests.support.olist_files import multiplied
from tests.support.surface_goods import ordered

COPIES = 12
MONEY = ("ledger", "entries", "accounts", "orders", "sales", "lines", "checkouts")


@dataclass
class Town:
    """The directory, and who of it is to be forgotten: by id, the words that stand for that person alone."""

    data: Path
    words: dict[UUID, list[str]] = field(default_factory=dict)

    def lying(self) -> list[str]:
        """Which of their words lie in some file as they were written."""
        content = b"".join(path.read_bytes() for path in sorted(self.data.rglob("*")) if path.is_file())
        return [word for words in self.words.values() for word in words if word.encode() in content]

    def readable(self) -> list[str]:
        """Which of their words can be read with the keys that are there."""
        with Platform(Settings(data=self.data)) as platform:
            said = repr([everything_in(service) for service in platform.services.values()])
        return [word for words in self.words.values() for word in words if word in said]

    def money(self) -> tuple[str, dict[str, str]]:
        """The digest of all that the mall recorded but whether somebody sells, and of its views of money."""
        fingerprint = Fingerprint(States())
        with FileAtRest(self.data / "mall" / "facts.db") as store:
            for row in store.rows():
                if not row.topic.startswith("mall:Seller."):
                    fingerprint.see(row)
        with Platform(Settings(data=self.data)) as platform:
            digests = platform.services["mall"].views.digests()
        return fingerprint.digest(), {name: one for name, one in digests.items() if name.startswith(MONEY)}


def everything_in(service: Service) -> list[Any]:
    return [vars(recorded.fact) for recorded in service.store.facts(0, 1_000_000)]


def do(service: Service, operation_name: str, actor: Actor, /, **fields: Any) -> dict[str, Any]:
    operation = service.by_name[operation_name]
    return asyncio.run(service.do(operation, actor, fields))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The set, imported; a tenth of its people have taken a name and a tag of their own."""
    town = Town(tmp_path_factory.mktemp("town") / "data")
    judged = judge(multiplied(tmp_path_factory.mktemp("olist"), COPIES), datetime.now(UTC))
    with Platform(Settings(data=town.data)) as platform:
        closed = asyncio.run(take_in(judged, InProcess(platform, CONSOLE), lambda _phase, _done: None))
        assert closed.unmet == []
        identity = platform.services["identity"]
        facts = (recorded.fact for recorded in identity.store.facts(0, 1_000_000))
        people = [fact.person_id for fact in facts if isinstance(fact, Person.Registered) and fact.name is None]
        # the last one sells
        for number, person_id in enumerate([*people[:-1:10], people[-1]]):
            town.words[person_id] = [f"Arkadjewitsch-{number:04}", f"Oblonskoje-{number:04}"]
            name, city = town.words[person_id]
            do(identity, "rename", Actor(person_id), name=name)
            do(identity, "add_tag", Actor(person_id), kind="city", value=city)
        platform.settle()
    assert len(town.words) >= 10
    return town


@pytest.fixture
def town(imported: Town, tmp_path: Path) -> Town:
    """A copy for one test."""
    shutil.copytree(imported.data, tmp_path / "data")
    return Town(tmp_path / "data", imported.words)


def forget_all(town: Town) -> None:
    with Platform(Settings(data=town.data)) as platform:
        for person_id in town.words:
            do(platform.services["identity"], "forget_person", CONSOLE, person_id=person_id, reason="asked")
        platform.settle()


def test_nothing_of_them_is_left_and_every_sum_holds(town: Town) -> None:
    money = town.money()
    assert len(town.readable()) == 2 * len(town.words)
    assert town.lying(), "their tags stand in views as long as they are known by them"
    forget_all(town)
    assert (town.lying(), town.readable()) == ([], [])
    assert town.money() == money
    report = audit_directory(town.data)
    assert report.findings == []
    examined = [(store.service, one) for store in report.stores for one in store.examined]
    checked = {service: one.checked for service, one in examined if one.name == "forgotten"}
    assert checked == dict.fromkeys(checked, len(town.words))


def test_views_rebuilt_from_the_first_fact_are_equal(town: Town) -> None:
    forget_all(town)
    with Platform(Settings(data=town.data)) as platform:
        platform.settle()
        for service in platform.services.values():
            unequal = [one.table for one in rebuild(service).tables if not one.is_equal]
            assert unequal == [], service.name


def test_importing_once_more_brings_nobody_back(town: Town, tmp_path: Path) -> None:
    forget_all(town)
    before = town.money()
    (tmp_path / "olist").mkdir()
    judged = judge(multiplied(tmp_path / "olist", COPIES), datetime.now(UTC))
    with Platform(Settings(data=town.data)) as platform:
        closed = asyncio.run(take_in(judged, InProcess(platform, CONSOLE), lambda _phase, _done: None))
    assert (closed.tally.new.total(), closed.tally.refused) == (0, [])
    assert (town.money(), town.lying(), town.readable()) == (before, [], [])


def test_with_the_destruction_switched_off_everything_can_still_be_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Forgetting, "step", lambda _self: 0)
        patched.setattr(Forgetting, "bury", lambda _self: None)
        forget_all(town)
        assert len(town.readable()) == 2 * len(town.words)


# backups


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, UUID]:
    """A directory with somebody in it, and backups of its facts and keys from before she was forgotten."""
    for name in [name for name in os.environ if name.startswith("AGORA_")]:
        monkeypatch.delenv(name)
    live = tmp_path / "live"
    with closing(Embedded(live, "whsec_c2VjcmV0LW9mLWV2ZXJ5Ym9keS1hbmQtbm9ib2R5LWVsc2U=")) as ground:
        everybody = Everybody(ground)
        person_id = UUID(everybody.ask("POST", "/identity/people", json=PERSON).json()["person_id"])
        ordered(everybody)
        ground.settle()
    done("backup", tmp_path / "facts", "--data", live)
    done("backup", tmp_path / "keys", "--keys", "--data", live)
    with Platform(Settings(data=live)) as platform:
        do(platform.services["identity"], "forget_me", Actor(person_id), person_id=person_id)
        platform.settle()
    return tmp_path, person_id


def assert_forgotten(data: Path, person_id: UUID) -> None:
    """Once the services have caught up: nothing can be read, nobody signs in, and all is as it must be."""
    with Platform(Settings(data=data)) as platform:
        platform.settle()
        identity = platform.services["identity"]
        assert PERSON["name"] not in repr(everything_in(identity))
        assert identity.recorder.sides("password").get(str(person_id)) is None
        person = identity.store.load(Person, person_id)
        assert person is not None
        assert person.is_forgotten
    assert audit_directory(data).findings == []


def test_facts_from_before_do_not_bring_her_back(kept: tuple[Path, UUID]) -> None:
    folder, person_id = kept
    for service in (folder / "live").iterdir():
        for file in service.glob("facts.db*"):
            file.unlink()
    done("restore", folder / "facts", "--data", folder / "live")
    assert_forgotten(folder / "live", person_id)


def test_keys_from_before_do_not_bring_her_back(kept: tuple[Path, UUID]) -> None:
    folder, person_id = kept
    for service in (folder / "live").iterdir():
        for file in service.glob("keys.db*"):
            file.unlink()
    done("restore", folder / "keys", "--keys", "--data", folder / "live")
    assert_forgotten(folder / "live", person_id)


def test_where_nobody_compares_keys_from_before_bring_her_back(
    kept: tuple[Path, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, person_id = kept
    monkeypatch.setattr(Forgetting, "bury", lambda _self: None)
    for service in (folder / "live").iterdir():
        for file in service.glob("keys.db*"):
            file.unlink()
    done("restore", folder / "keys", "--keys", "--data", folder / "live")
    with pytest.raises(AssertionError):
        assert_forgotten(folder / "live", person_id)
    assert {finding.invariant for finding in audit_directory(folder / "live").findings} == {"forgotten"}


def test_the_same_directory_without_any_backup_is_forgotten(kept: tuple[Path, UUID]) -> None:
    folder, person_id = kept
    assert_forgotten(folder / "live", person_id)
