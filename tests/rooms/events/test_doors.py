"""At the door: codes that can be checked offline, by whom, and one check-in a ticket."""

import base64
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.events.codes import Code, Codes
from services.events.domain import Registration
from services.events.domain.refusals import (
    AlreadyAtTheDoor,
    DoorsClosed,
    GatheringCancelled,
    NotAtTheDoor,
    NotPutAtTheDoor,
    TicketElsewhere,
    TicketNotGenuine,
    TicketNotGood,
)

from .entrance import enters, merged, opened
from .hall import ANNA, BORIS, CHEN, DORA, ELSE, Hall, crowd


def test_a_door_checks_a_code_with_the_published_key_alone(hall: Hall) -> None:
    gathering_id = opened(hall)
    code = hall.code(hall.comes(gathering_id, BORIS))
    (key,) = hall.ask("keys", BORIS)["keys"]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    signed = base64.b32decode(code + "=" * (-len(code) % 8))
    public.verify(signed[-64:], signed[:-64])
    with pytest.raises(InvalidSignature):
        public.verify(signed[-64:], signed[:-65] + bytes([signed[-65] ^ 1]))
    assert len(code) <= 195, "it fits a QR code of 41 by 41 with letters and digits alone"


def test_a_ticket_is_used_once_and_a_second_time_says_when_and_where(hall: Hall) -> None:
    gathering_id = opened(hall)
    code, noticed_at = hall.code(hall.comes(gathering_id, BORIS)), hall.clock.at.isoformat()
    first = enters(hall, gathering_id, code)
    hall.pass_time(minutes=5)
    second = enters(hall, gathering_id, code, "door-2")
    assert (first["outcome"], first["checked_in_at"]) == ("checked_in", noticed_at)
    assert (second["outcome"], second["checked_in_at"], second["device_id"]) == ("duplicate", noticed_at, "door-1")
    assert len(hall.said("checked_in")) == 1
    assert first["sentence"] == "Let in 1."
    assert second["sentence"].startswith("Let nobody in: this ticket was used at ")
    assert second["sentence"].endswith(" UTC at door-1.")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: "B" + code[1:],
        lambda code: code[:40] + "A" + code[41:] if code[40] != "A" else code[:40] + "B" + code[41:],
        lambda code: code[:-8],
        lambda code: code + "AAAAAAAA",
        lambda _: "MFRGG",
        lambda _: "A",
    ],
    ids=["version", "a letter", "shorter", "longer", "something else", "no base32"],
)
def test_a_code_that_was_not_signed_here_opens_nothing(hall: Hall, spoil: Callable[[str], str]) -> None:
    gathering_id = opened(hall)
    spoiled = spoil(hall.code(hall.comes(gathering_id, BORIS)))
    with pytest.raises(TicketNotGenuine):
        enters(hall, gathering_id, spoiled)
    assert [one["outcome"] for one in merged(hall, gathering_id, "door-1", (spoiled, hall.clock.at))] == ["not_genuine"]


def test_a_code_signed_with_another_key_opens_nothing(hall: Hall) -> None:
    gathering_id = opened(hall)
    registration = hall.registration(hall.comes(gathering_id, BORIS))
    forged = Codes(lambda _: "00" * 32).written(Code(registration.gathering_id, registration.id, 1, 1))
    with pytest.raises(TicketNotGenuine):
        enters(hall, gathering_id, forged)


def test_a_ticket_of_another_gathering_and_one_that_was_given_back_open_nothing(hall: Hall) -> None:
    gathering_id, other = hall.announced(), hall.announced()
    elsewhere, given_back = hall.code(hall.comes(other, BORIS)), hall.comes(gathering_id, BORIS)
    dead = hall.code(given_back)
    hall.do("give_back", BORIS, registration_id=given_back)
    hall.pass_time(hours=20)
    with pytest.raises(TicketElsewhere):
        enters(hall, gathering_id, elsewhere)
    with pytest.raises(TicketNotGood, match="given_back"):
        enters(hall, gathering_id, dead)


def test_an_older_code_is_dead_once_there_is_a_later_ticket(hall: Hall) -> None:
    registration_id = hall.comes(opened(hall), BORIS)
    registration = hall.registration(registration_id)
    assert registration.why_not_good(serial=1) is None
    assert registration.why_not_good(serial=0) == "superseded"


def test_doors_open_twelve_hours_before_and_not_for_what_was_cancelled(hall: Hall) -> None:
    gathering_id = hall.announced()
    code = hall.code(hall.comes(gathering_id, BORIS))
    with pytest.raises(DoorsClosed, match="12 hours"):
        enters(hall, gathering_id, code)
    hall.do("cancel_gathering", ANNA, gathering_id=gathering_id, reason="Storm")
    with pytest.raises(GatheringCancelled):
        enters(hall, gathering_id, code)


def test_only_who_leads_or_was_put_there_stands_at_the_door(hall: Hall) -> None:
    gathering_id = opened(hall)
    asked = {"gathering_id": gathering_id, "code": hall.code(hall.comes(gathering_id, BORIS)), "device_id": "door-1"}
    with pytest.raises(NotAtTheDoor):
        hall.do("check_in", DORA, **asked)
    hall.do("name_door_staff", CHEN, gathering_id=gathering_id, person_id=DORA)
    with pytest.raises(AlreadyAtTheDoor):
        hall.do("name_door_staff", CHEN, gathering_id=gathering_id, person_id=DORA)
    assert hall.do("check_in", DORA, **asked)["outcome"] == "checked_in"
    hall.do("release_door_staff", ANNA, gathering_id=gathering_id, person_id=DORA)
    for refusal, by, name in ((NotAtTheDoor, DORA, "check_in"), (NotPutAtTheDoor, ANNA, "release_door_staff")):
        with pytest.raises(refusal):
            hall.do(name, by, **(asked if name == "check_in" else {"gathering_id": gathering_id, "person_id": DORA}))


def test_a_door_list_says_what_has_changed_and_names_nobody(hall: Hall) -> None:
    gathering_id = opened(hall)
    ids = [hall.comes(gathering_id, person) for person in crowd(3)]
    listed = hall.ask("door_list", ANNA, gathering_id=gathering_id)
    assert [(one["registration_id"], one["state"], one["serial"]) for one in listed["items"]] == [
        (one, "ticketed", 1) for one in ids
    ]
    assert not [person for person in crowd(3) if str(person) in str(listed)]
    enters(hall, gathering_id, hall.code(ids[1]))
    changed = hall.ask("door_list", ANNA, gathering_id=gathering_id, since=listed["revision"])
    assert [one["registration_id"] for one in changed["items"]] == [ids[1]]
    assert changed["revision"] > listed["revision"]
    with pytest.raises(NotAtTheDoor):
        hall.ask("door_list", ELSE, gathering_id=gathering_id)


def test_without_the_guard_a_ticket_is_checked_in_twice(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering_id = opened(hall)
    code = hall.code(hall.comes(gathering_id, BORIS))
    monkeypatch.setattr(Registration, "_is_first", lambda _: True)
    for device_id in ("door-1", "door-2"):
        enters(hall, gathering_id, code, device_id)
        hall.pass_time(minutes=1)
    assert len(hall.said("checked_in")) == 2
