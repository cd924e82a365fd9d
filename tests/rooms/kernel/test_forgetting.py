"""Forgetting in every service: whatever dies where, the key is destroyed, once it was said, and never comes back."""

import shutil
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.contracts.identity import PersonForgotten
from services.kernel import forgetting
from services.kernel.domain import FORGOTTEN
from services.kernel.flow import intake as pulling
from services.kernel.flow import taking_in, words
from services.kernel.flow.foreign_views import ForeignViews
from services.kernel.flow.retrying import Retrying
from services.kernel.refusals import ForgottenActor
from services.kernel.service import Service
from services.kernel.store import forgotten_rules
from services.kernel.store.invariants import Broken
from services.kernel.store.key_files import KeyFile
from services.kernel.store.unit import FORGOTTEN_SIDE, TO_FORGET, Unit
from tests.support.crashing import Crash, CrashAt
from tests.support.forgetful import NOTE, WORDS, hearing, identity_says, is_forgotten, note, notes
from tests.support.other_service import OtherService
from tests.support.scenario import ANNA, BORIS, NOON
from tests.support.services import settle
from tests.support.stored import lying_at


def live(service: Service) -> None:
    if not notes(service):
        note(service)
    settle(service)


def outcome(directory: Path, identity: OtherService) -> dict[str, Any]:
    with hearing(directory, identity) as service:
        return {
            "marks": [sorted(service.recorder.sides(kind)) for kind in (TO_FORGET, FORGOTTEN_SIDE)],
            "forgotten": service.keys.forgotten(), "views": service.views.digests(), "notes": notes(service),
            "read": service.recorder.tracked("identity"), "kept": service.recorder.kept_head()[0],
        }  # fmt: skip


def run(directory: Path, identity: OtherService, crash: CrashAt) -> None:
    with suppress(Crash), hearing(directory, identity) as service:
        crash.install(service)
        forget, scrub = service.keys.forget, service.recorder.scrub

        def crashing_forget(*people: str) -> None:
            crash.here("before a key is destroyed")
            forget(*people)
            crash.here("after a key is destroyed")

        def crashing_scrub() -> bool:
            crash.here("before deleted bytes are gone")
            return scrub()

        service.keys.forget = crashing_forget  # type: ignore[method-assign]
        service.recorder.scrub = crashing_scrub  # type: ignore[method-assign]
        live(service)
    if crash.happened:
        with hearing(directory, identity) as service:
            live(service)


def test_a_crash_at_any_place_leaves_nobody_half_forgotten(tmp_path: Path) -> None:
    identity, unharmed = identity_says(), CrashAt(0)
    run(tmp_path / "unharmed", identity, unharmed)
    expected = outcome(tmp_path / "unharmed", identity)
    assert expected["marks"] == [[], [str(ANNA)]]
    assert (expected["forgotten"], expected["notes"]) == ({str(ANNA)}, [FORGOTTEN])
    assert {"before a key is destroyed", "after a key is destroyed"} < set(unharmed.places)
    for number in range(1, len(unharmed.places) + 1):
        run(tmp_path / str(number), identity, crash := CrashAt(number))
        assert crash.happened
        assert outcome(tmp_path / str(number), identity) == expected, f"after a crash {crash.places[-1]}, {number}"


def test_where_nothing_is_noted_with_the_position_a_crash_leaves_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Unit, "forget", lambda *_: None)
        run(tmp_path, identity_says(), CrashAt(0))
    with hearing(tmp_path, identity_says()) as service:
        live(service)
        assert notes(service) == [NOTE]


def test_nothing_of_her_lies_anywhere_and_others_words_do(tmp_path: Path) -> None:
    identity = identity_says()
    with hearing(tmp_path, identity) as service:
        note(service)
        settle(service)
        everything = b"".join(lying_at(tmp_path).values())
        assert f"{WORDS} {ANNA}".encode() not in everything
        assert NOTE.encode() not in everything
        assert f"{WORDS} {BORIS}".encode() in everything  # in the view, where he is known by it


def test_kept_messages_stay_byte_for_byte_and_lose_their_words(tmp_path: Path) -> None:
    identity = identity_says(and_forgets=False)
    with hearing(tmp_path, identity) as service:
        settle(service)
        before = service.recorder.kept(0, 100)
        read = [words.opened(row.message.envelope, service.keys)["data"].get("value") for row in before]
        assert read == [None, f"{WORDS} {ANNA}", None, None, f"{WORDS} {BORIS}", None]
        identity.said += [identity_says().said[-1]]
        settle(service)
        after = service.recorder.kept(0, 100)
        assert after[: len(before)] == before
        read = [words.opened(row.message.envelope, service.keys)["data"].get("value") for row in before]
        assert read == [None, None, None, None, f"{WORDS} {BORIS}", None]


def test_forgetting_waits_for_no_message_that_is_parked_and_a_retry_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in, "MOST_TRIES", 1)
    monkeypatch.setattr(pulling, "pause", lambda _seconds: None)
    identity, project = identity_says(), ForeignViews.project

    def falters(self: ForeignViews, messages: Any, through: int, **more: Any) -> None:
        if any(one.position == 2 for one in messages):
            raise ValueError
        project(self, messages, through, **more)

    with hearing(tmp_path, identity) as service:
        note(service)
        with monkeypatch.context() as patched:
            patched.setattr(ForeignViews, "project", falters)
            settle(service)
        assert [row.name for row in service.recorder.parked(10)] == ["identity:2", "identity:3"]
        assert is_forgotten(service)
        assert all(WORDS.encode() not in content for content in of_anna(lying_at(tmp_path)))
        retrying = Retrying(service.views, service.intakes[0].taking_in.reacting)
        assert [one.cause for one in retrying.retry("identity:2")] == ["", ""]
        kept = service.views.digests()
    with hearing(tmp_path.parent / f"{tmp_path.name} unharmed", identity) as service:
        settle(service)
        assert service.views.digests()["known_tags_v1"] == kept["known_tags_v1"]
        assert service.views.digests()["known_claims_v1"] == kept["known_claims_v1"]


def of_anna(lying: dict[str, bytes]) -> list[bytes]:
    """What lies there, without what is Boris's."""
    return [content.replace(f"{WORDS} {BORIS}".encode(), b"") for content in lying.values()]


def test_who_is_forgotten_commands_nothing_any_more(tmp_path: Path) -> None:
    with hearing(tmp_path, identity_says()) as service, hearing(tmp_path, identity_says()) as beside:
        beside.forgetting.refuse(ANNA)
        settle(service)
        with pytest.raises(ForgottenActor):
            service.forgetting.refuse(ANNA)
        service.forgetting.refuse(BORIS)
        beside.forgetting.refuse(ANNA)  # another process looks again within seconds
        beside.forgetting._look_at = 0.0
        with pytest.raises(ForgottenActor):
            beside.forgetting.refuse(ANNA)


def test_a_process_that_has_her_in_memory_forgets_her_as_soon_as_it_forgets_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hearing(tmp_path, identity_says()) as service:
        note(service)
        live_ones = service.executor.live
        assert live_ones._until
        originator_id = next(iter(live_ones._until))
        assert live_ones.get(originator_id) is not None
        monkeypatch.setattr("services.kernel.store.live.time.monotonic", lambda: 1e12)
        assert live_ones.get(originator_id) is None
        note(service, 2)
        service.executor.forget_live()
        assert not live_ones._until


def test_a_key_that_was_destroyed_and_of_which_the_facts_do_not_know_is_noted(tmp_path: Path) -> None:
    """The facts were restored from before, and the keys were not."""
    with hearing(tmp_path, identity_says(and_forgets=False)) as service:
        note(service)
        service.keys.forget(str(ANNA))
    with hearing(tmp_path, identity_says(and_forgets=False)) as service:
        settle(service)
        assert list(service.recorder.sides(FORGOTTEN_SIDE)) == [str(ANNA)]


@pytest.mark.in_files
def test_a_key_from_an_older_backup_is_destroyed_before_anything_is_served(tmp_path: Path) -> None:
    older = tmp_path.with_name(f"{tmp_path.name} keys")
    keep_older_keys(tmp_path, older)
    with hearing(tmp_path, identity_says()) as service:
        assert is_forgotten(service)


@pytest.mark.in_files
def test_the_audit_finds_a_key_that_is_there_again(tmp_path: Path) -> None:
    older = tmp_path.with_name(f"{tmp_path.name} keys")
    keep_older_keys(tmp_path, older)
    with hearing(tmp_path.with_name("elsewhere"), OtherService("identity")) as service:
        sides = {FORGOTTEN_SIDE: {str(ANNA): b""}}
        service.recorder.sides = lambda kind: sides.get(kind, {})  # type: ignore[method-assign]
        rule = partial(forgotten_rules.ForgottenHaveNoKey, service.recorder, "echo")  # type: ignore[arg-type]
        with pytest.raises(Broken):
            rule(lambda: KeyFile(tmp_path / "echo" / "keys.db", readonly=True)).finish()
        rule(lambda: None).finish()


def keep_older_keys(directory: Path, older: Path) -> None:
    """She is forgotten, and then the keys of before are put in the place of those of today."""
    identity = identity_says(and_forgets=False)
    with hearing(directory, identity) as service:
        note(service)
        settle(service)
    shutil.copytree(directory / "echo", older)
    with hearing(directory, identity_says()) as service:
        settle(service)
        assert is_forgotten(service)
    for file in (directory / "echo").glob("keys.db*"):
        file.unlink()
    shutil.copyfile(older / "keys.db", directory / "echo" / "keys.db")
    with closing(KeyFile(directory / "echo" / "keys.db")) as rows:
        assert rows.get(str(ANNA), "echo")


def test_somebody_who_reads_the_older_state_holds_the_last_step_back_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hearing(tmp_path, identity_says()) as service:
        note(service)
        with monkeypatch.context() as patched:
            patched.setattr(service.views.database, "scrub", lambda: False)
            settle(service)
            assert is_forgotten(service)
            assert list(service.recorder.sides(TO_FORGET)) == [str(ANNA)]
        assert service.forgetting.step() == 1


def test_many_are_forgotten_a_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 1)
    identity = identity_says()
    identity.say(PersonForgotten(person_id=BORIS), NOON)
    with hearing(tmp_path, identity) as service:
        while service.intakes[0].step():
            pass
        assert [service.forgetting.step() for _ in range(3)] == [1, 1, 0]
        assert service.keys.forgotten() == {str(ANNA), str(BORIS)}
