"""Which fields of messages hold people's ids or people's own words: whoever hands messages on has to know."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import pytest

from services.contracts.catalogue import MESSAGES
from services.contracts.groups import GroupMessage
from services.contracts.identity import ClaimCertified
from services.contracts.mall import OrderPaid
from services.contracts.meanings import NESTED
from services.contracts.message import MADE_FROM_PEOPLE, Message

from .promises import types_of

THINGS = frozenset({
    "claim_id", "group_id", "listing_id", "seller_id", "checkout_id", "order_id", "line_id", "link_id", "review_id",
    "gathering_id", "section_id", "shared_from_group_id", "agreement_id",
})  # fmt: skip
"""Ids that are nobody's: of what people made, bought, belong to. None is made from a person's id."""
CODES = frozenset({
    "kind", "code", "role", "currency", "tags", "threshold", "lines", "groups", "members", "field", "audience",
    "reason", "group_ids", "listing_ids",
})  # fmt: skip
"""Texts that are chosen from a list, or that speak of things."""
LIKE_A_PERSON = re.compile(
    r"(.*_)?(person|people|buyer|owner|issuer|member|reviewer|applicant|actor|friend|author|user)(_ids?)?$|.*_by(_id)?$"
)
every_message = pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))


def inner_names(message: type[Message]) -> list[str]:
    """The fields inside the entries of its lists, as "lines.group_id"."""
    nested = [name for name, kind in types_of(message).items() if kind.startswith("list[dict")]
    return [f"{name}.{inner}" for name in nested for inner in NESTED[name]["properties"]]


def unmarked(message: type[Message]) -> list[str]:
    """Fields that hold an id and are marked neither as a person's nor known as a thing's."""
    names = [*(name for name, kind in types_of(message).items() if "UUID" in kind), *inner_names(message)]
    ids = [name for name in names if name.rpartition(".")[2] not in THINGS | MADE_FROM_PEOPLE and _is_id(message, name)]
    looks = [name for name in (*types_of(message), *names) if LIKE_A_PERSON.match(name.rpartition(".")[2])]
    return sorted({*ids, *looks} - message.PEOPLE)


def _is_id(message: type[Message], name: str) -> bool:
    outer, _, inner = name.rpartition(".")
    return not outer or NESTED[outer]["properties"][inner].get("format") == "uuid"


@every_message
def test_every_id_of_a_person_is_marked(message):
    assert unmarked(message) == []


@every_message
def test_what_is_marked_is_there(message):
    assert set(types_of(message)) >= message.OWN_WORDS
    assert {*types_of(message), *inner_names(message)} >= message.PEOPLE


@every_message
def test_every_text_is_a_code_or_somebodys_own_words(message):
    texts = {name for name, kind in types_of(message).items() if kind.startswith(("str", "list", "dict"))}
    assert texts <= CODES | message.OWN_WORDS


def test_every_message_about_a_person_says_so():
    about = {message.type_name() for message in MESSAGES.values() if message.SUBJECT == "person_id"}
    assert about == {name for name, message in MESSAGES.items() if message.SUBJECT in message.PEOPLE}


@dataclass(frozen=True, kw_only=True)
class Introduced(GroupMessage):
    NAME: ClassVar[str] = "introduced"
    person_id: UUID
    welcomed_by: str
    mentor: UUID | None
    lines: list[dict[str, Any]]


def test_a_field_that_nobody_marked_is_found():
    assert unmarked(Introduced) == ["lines.member_id", "mentor", "person_id", "welcomed_by"]
    assert unmarked(ClaimCertified) == unmarked(OrderPaid) == []


def test_a_person_inside_a_list_that_nobody_marked_is_found(monkeypatch):
    bought_for = {"properties": {"line_id": {"format": "uuid"}, "friend_id": {"format": "uuid"}}}
    monkeypatch.setitem(NESTED, "lines", bought_for)
    assert unmarked(OrderPaid) == ["lines.friend_id"]
