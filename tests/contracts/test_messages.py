"""Messages: their form, their goldens, and that nothing personal has room in them."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar
from uuid import UUID

import pytest

from services.contracts.catalogue import MESSAGES
from services.contracts.groups import GroupMessage, MemberRoleGiven
from services.contracts.identity import ClaimCertified
from services.contracts.mall import OrderPaid
from services.contracts.message import Message, UnreadableMessage, schema_of

from .promises import GOLDENS, broken_promises, golden_of, types_of

ROLE_GIVEN = golden_of(MemberRoleGiven)
every_message = pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))

CERTIFIED = ClaimCertified(
    person_id=UUID(int=10), claim_id=UUID(int=11), kind="industry", level=2, code="outdoors",
    valid_until=datetime(2027, 3, 2, tzinfo=UTC), issuer_id=UUID(int=12),
)  # fmt: skip


@every_message
def test_keeps_its_golden(message):
    assert broken_promises(message, golden_of(message)) == []


@every_message
def test_its_example_says_every_field_that_was_promised(message):
    golden = golden_of(message)
    assert set(golden["fields"]) == set(golden["data"])


def test_every_message_has_a_golden_and_every_golden_a_message():
    assert {path.stem for path in GOLDENS.glob("*.json")} == set(MESSAGES)


def test_every_message_class_is_in_the_catalogue():
    known = {cls for cls in _below(Message) if cls.__module__.startswith("services.")}
    assert {cls for cls in known if "NAME" in vars(cls)} == set(MESSAGES.values())


@every_message
def test_is_read_whatever_a_newer_version_says_beside(message):
    data = golden_of(message)["data"]
    assert message.from_data(data | {"said_later": {"colour": "red"}}) == message.from_data(data)


@every_message
def test_is_about_one_of_its_own_ids(message):
    assert types_of(message)[message.SUBJECT] == "uuid.UUID"


@every_message
def test_has_no_room_for_anything_personal(message):
    codes = {
        "kind", "code", "value", "role", "currency", "tags", "lines", "groups", "members", "threshold", "field",
        "audience", "reason", "group_ids", "listing_ids",
    }  # fmt: skip
    texts = [
        field.name for field in fields(message) if types_of(message)[field.name].startswith(("str", "list", "dict"))
    ]
    assert set(texts) <= codes


def test_ids_and_times_are_told_as_text():
    assert CERTIFIED.type == "agora.identity.claim_certified.v1"
    assert CERTIFIED.subject == str(UUID(int=10))
    assert CERTIFIED.to_data() == {
        "person_id": str(UUID(int=10)), "claim_id": str(UUID(int=11)), "kind": "industry", "level": 2,
        "code": "outdoors", "valid_until": "2027-03-02T00:00:00+00:00", "issuer_id": str(UUID(int=12)),
    }  # fmt: skip
    assert ClaimCertified.from_data(CERTIFIED.to_data()) == CERTIFIED


def test_a_reader_passes_over_fields_that_it_does_not_know():
    assert ClaimCertified.from_data(CERTIFIED.to_data() | {"colour": "red"}) == CERTIFIED


def test_a_time_of_another_zone_is_the_same_time():
    local = CERTIFIED.to_data() | {"valid_until": "2027-03-02T02:00:00+02:00"}
    read = ClaimCertified.from_data(local)
    assert read == CERTIFIED
    assert read.valid_until is not None
    assert read.valid_until.tzinfo == timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("person_id", "12"),
        ("level", "2"),
        ("level", 2.5),
        ("kind", None),
        ("kind", 7),
        ("valid_until", "2027-03-02T00:00:00"),
        ("valid_until", "soon"),
    ],
)
def test_says_which_field_is_not_what_its_type_promises(name, wrong):
    with pytest.raises(UnreadableMessage) as refused:
        ClaimCertified.from_data(CERTIFIED.to_data() | {name: wrong})
    assert list(refused.value.problems) == [name]


def test_a_missing_field_is_named():
    with pytest.raises(UnreadableMessage, match="lines"):
        OrderPaid.from_data({name: told for name, told in golden_of(OrderPaid)["data"].items() if name != "lines"})


def test_a_type_that_cannot_be_told_has_no_schema():
    @dataclass(frozen=True, kw_only=True)
    class Odd(GroupMessage):
        NAME: ClassVar[str] = "odd"
        members: set[str]

    with pytest.raises(TypeError, match="cannot carry"):
        schema_of(Odd)


@dataclass(frozen=True, kw_only=True)
class Kept(GroupMessage):
    NAME: ClassVar[str] = "member_role_given"
    person_id: UUID
    role: str
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Lost(GroupMessage):
    NAME: ClassVar[str] = "member_role_given"
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class Renamed(GroupMessage):
    NAME: ClassVar[str] = "member_role_given"
    person_id: UUID
    position: str


@dataclass(frozen=True, kw_only=True)
class Retyped(GroupMessage):
    NAME: ClassVar[str] = "member_role_given"
    person_id: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Demanding(GroupMessage):
    NAME: ClassVar[str] = "member_role_given"
    person_id: UUID
    role: str
    since: datetime | None


def test_an_optional_field_may_be_added():
    assert broken_promises(Kept, ROLE_GIVEN) == []


@pytest.mark.parametrize(
    ("message", "broken"),
    [
        (Lost, ["role is gone"]),
        (Renamed, ["role is gone", "position is new and has no default"]),
        (Retyped, ["person_id was uuid.UUID, is str"]),
        (Demanding, ["since is new and has no default"]),
    ],
)
def test_a_broken_promise_is_seen(message, broken):
    assert broken_promises(message, ROLE_GIVEN) == broken


def _below(cls: type[Message]) -> set[type[Message]]:
    return {cls}.union(*(_below(below) for below in cls.__subclasses__()))
