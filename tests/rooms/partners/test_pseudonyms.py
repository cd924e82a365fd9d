"""Who is who, for one partner alone: what leaves names nobody, and two partners cannot put together what they have."""

import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import pytest

from services.contracts import catalogue, groups, identity, mall
from services.contracts import events as gatherings
from services.contracts.meanings import NESTED
from services.contracts.message import Message
from services.kernel.domain import derived_id
from services.partners.feed.pseudonyms import Pseudonyms
from services.partners.feed.telling import _form

from .alliance import COMMAND, EVERYTHING, Alliance
from .story import BUYER, CLAIM, GROUP, LISTING, OWNER, PEOPLE, SELLER, SHOP, STORY, line, order

ANY_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
THINGS = {GROUP, LISTING, SHOP, CLAIM}


def people_in(events: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Every person's id in these events, by the message and field that it stands in."""
    found: dict[str, set[str]] = {}
    for event in events:
        message = catalogue.MESSAGES[event["type"]]
        for name in message.PEOPLE:
            outer, _, inner = name.rpartition(".")
            told = [one.get(inner) for one in event["data"][outer]] if outer else [event["data"][name]]
            found.setdefault(f"{message.NAME}.{name}", set()).update(one for one in told if one is not None)
    return found


def named(told: str) -> list[UUID]:
    """The people whose ids stand somewhere in a text."""
    return [person_id for person_id in PEOPLE if str(person_id) in told]


def test_no_id_of_a_person_leaves(alliance: Alliance) -> None:
    alliance.say(*STORY)
    told = json.dumps(alliance.partner().feed())
    assert named(told) == []
    assert str(COMMAND) not in told
    assert all(str(thing) in told for thing in THINGS), "things keep their ids"


def test_the_same_person_is_the_same_in_every_message(alliance: Alliance) -> None:
    alliance.say(*STORY)
    found = people_in(alliance.partner().feed())
    assert found["order_placed.buyer_id"] == found["order_paid.buyer_id"] == found["member_admitted.person_id"]
    assert found["seller_opened.person_id"] == found["claim_certified.person_id"]
    assert found["order_placed.buyer_id"] <= found["person_registered.person_id"]
    assert len(found["person_registered.person_id"]) == len(PEOPLE)
    assert found["group_founded.owner_id"] | found["claim_certified.issuer_id"] <= found["person_registered.person_id"]


def test_the_subject_of_a_message_about_a_person_is_her_pseudonym(alliance: Alliance) -> None:
    alliance.say(*STORY)
    for event in alliance.partner().feed():
        message = catalogue.MESSAGES[event["type"]]
        assert event["subject"] == event["data"][message.SUBJECT]


def test_a_pseudonym_is_told_from_an_id_by_its_version(alliance: Alliance) -> None:
    alliance.say(*STORY)
    pseudonyms = [UUID(one) for found in people_in(alliance.partner().feed()).values() for one in found]
    assert {one.version for one in pseudonyms} == {8}
    assert {one.variant for one in pseudonyms} == {"specified in RFC 4122"}


def test_two_partners_with_different_scopes_share_no_id_but_those_of_things(alliance: Alliance) -> None:
    alliance.say(*STORY)
    of_people, of_trade = alliance.partner("A", ["feed:identity"]), alliance.partner("B", ["feed:mall"])
    ids = [set(ANY_UUID.findall(json.dumps(partner.feed()))) for partner in (of_people, of_trade)]
    assert len(ids[0]) > len(PEOPLE)
    assert ids[0] & ids[1] == set()


def test_two_partners_with_the_same_scopes_share_ids_of_things_alone(alliance: Alliance) -> None:
    alliance.say(*STORY)
    ids = [set(ANY_UUID.findall(json.dumps(alliance.partner(name).feed()))) for name in "AB"]
    in_messages = set(ANY_UUID.findall(json.dumps([message.to_data() for message in STORY])))
    assert ids[0] & ids[1] == in_messages - {str(person_id) for person_id in PEOPLE}


def test_a_partner_keeps_its_pseudonyms_with_another_key_and_other_scopes(alliance: Alliance) -> None:
    alliance.say(*STORY)
    partner = alliance.partner()
    before = people_in(partner.feed())
    newer = alliance.do("issue_key", partner_id=partner.partner_id, overlap_hours=0)["key"]
    alliance.do("change_scopes", partner_id=partner.partner_id, scopes=["feed:identity"])
    alliance.do("change_scopes", partner_id=partner.partner_id, scopes=EVERYTHING)
    assert people_in(alliance.ask("/feed", newer).json()) == before


def test_what_belongs_together_can_still_be_told(alliance: Alliance) -> None:
    alliance.say(*STORY[:2])
    alliance.say(*STORY[2:4], command_id=UUID(int=0xC1))
    events = alliance.partner().feed()
    together = [event["correlationid"] for event in events]
    assert together[0] == together[1] != together[2] == together[3]
    assert [event["causationid"] for event in events] == together


def test_the_own_words_of_people_do_not_leave(alliance: Alliance) -> None:
    alliance.say(*STORY)
    events = alliance.partner().feed()
    assert "Hangzhou" not in json.dumps(events, ensure_ascii=False)
    (tagged,) = [event["data"] for event in events if event["type"] == "agora.identity.person_tagged.v1"]
    assert tagged["kind"] == "city"
    assert re.fullmatch(r"[0-9a-f]{32}", tagged["value"])


def test_the_same_words_are_the_same_of_one_person_alone(alliance: Alliance) -> None:
    """So that a tag that is taken off is known, and one who tags herself learns nothing of the others."""
    tags = [(BUYER, "Hangzhou"), (SELLER, "Hangzhou"), (BUYER, "Lisbon")]
    alliance.say(*(identity.PersonTagged(person_id=who, kind="city", value=value) for who, value in tags))
    alliance.say(identity.PersonUntagged(person_id=BUYER, kind="city", value="Hangzhou"))
    values = [event["data"]["value"] for event in alliance.partner().feed()]
    assert len(set(values)) == 3
    assert values[0] == values[3]


def test_what_a_newer_version_says_beside_is_left_out(alliance: Alliance) -> None:
    beside = {
        "order_id": "1",
        "recipient_id": str(OWNER),
        "NAME": "x",
        "lines": [{"line_id": "2", "friend": "Mei"}, "Mei"],
    }
    around = {
        "subject": "1", "time": "t", "datacontenttype": "application/json", "sequence": "9", "effectivetime": "t",
        "correlationid": "c", "causationid": "c", "nickname": "Mei", "data": beside,
    }  # fmt: skip
    alliance.keep(type="agora.mall.order_paid.v1", **around)
    (event,) = alliance.partner().feed()
    assert event["data"] == {"order_id": "1", "lines": [{"line_id": "2"}]}
    assert "nickname" not in event


def test_what_is_not_in_its_form_brings_nothing_down(alliance: Alliance) -> None:
    around = {
        "subject": 7, "time": "t", "datacontenttype": "", "sequence": "9", "effectivetime": "t", "correlationid": None,
        "causationid": 7,
    }  # fmt: skip
    alliance.keep(type="agora.mall.order_paid.v1", data={"buyer_id": [str(BUYER)], "lines": "many"}, **around)
    alliance.keep(type="agora.identity.person_tagged.v1", data={"person_id": 7, "value": {"city": "Rome"}}, **around)
    alliance.keep(type="agora.mall.order_placed.v1", data={"buyer_id": None}, **around)
    told = json.dumps(alliance.partner().feed())
    assert str(BUYER) not in told
    assert "Rome" not in told


def test_a_person_inside_a_list_becomes_a_pseudonym(alliance: Alliance, monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Gathered(Message):
        NAME: ClassVar[str] = "gathered"
        SERVICE: ClassVar[str] = "mall"
        SUBJECT: ClassVar[str] = "order_id"
        PEOPLE: ClassVar[frozenset[str]] = frozenset({"guests.person_id"})
        order_id: UUID
        guests: list[dict[str, Any]]

    monkeypatch.setitem(NESTED, "guests", {"properties": {"person_id": {}, "seats": {}}})
    monkeypatch.setitem(catalogue.MESSAGES, Gathered.type_name(), Gathered)
    alliance.say(Gathered(order_id=LISTING, guests=[{"person_id": str(BUYER), "seats": 2}]))
    partner = alliance.partner()
    (event,) = partner.feed()
    _form.cache_clear()
    expected = Pseudonyms(alliance.service.keys.blinded, partner.partner_id).person(str(BUYER))
    assert event["data"]["guests"] == [{"person_id": expected, "seats": 2}]


def comes(number: int) -> list[Message]:
    """Somebody comes to a gathering of the group, pays, is paid back, and shares a post there."""
    gathering_id, order_id, post_id = UUID(int=0x6A), UUID(int=0x0DE0000 + number), UUID(int=0x505)
    registration_id = derived_id("registration", gathering_id, BUYER, number)
    share_id = derived_id("share", post_id, GROUP, BUYER)
    mine = {"registration_id": registration_id, "gathering_id": gathering_id, "person_id": BUYER}
    shared = {
        "group_id": GROUP, "author_id": BUYER, "kind": "share", "section_id": None, "is_advert": False,
        "listing_ids": [], "gathering_id": None, "shared_from_group_id": GROUP,
    }  # fmt: skip
    told_of = {"registration_id": str(registration_id), "post_id": str(share_id)}
    return [
        gatherings.WaitlistJoined(**mine, seats=1),
        *order(number, BUYER, line(number) | told_of),
        gatherings.TicketIssued(**mine, seats=1, order_id=order_id),
        mall.LineRefunded(
            order_id=order_id, line_id=UUID(int=1), listing_id=LISTING, quantity=1, amount_minor=1, currency="EUR",
            registration_id=registration_id,
        ),
        groups.PostPublished(post_id=share_id, shared_from_post_id=post_id, **shared),
        groups.PostPublished(post_id=UUID(int=0x507), shared_from_post_id=share_id, **shared),
        groups.PostRemoved(post_id=share_id, group_id=GROUP),
    ]  # fmt: skip


def test_nothing_made_from_a_persons_id_leaves(alliance: Alliance) -> None:
    """Who knows people's ids could make it for each of them, and see whose pseudonym stands beside it."""
    alliance.say(*comes(1))
    events = [event for event in alliance.partner().feed() if event["type"] != "agora.mall.order_placed.v1"]
    assert made_for_everybody() & set(ANY_UUID.findall(json.dumps(events))) == set()
    shares = [event for event in events if event["type"].startswith("agora.groups")]
    for event in events:
        assert event["subject"] == event["data"][catalogue.MESSAGES[event["type"]].SUBJECT]
    (registration,) = {event["data"]["registration_id"] for event in events if event["data"].get("registration_id")} | {
        event["data"]["lines"][0]["registration_id"] for event in events if "lines" in event["data"]
    }
    assert UUID(registration).version == 8
    told = [shares[0]["data"]["post_id"], shares[1]["data"]["shared_from_post_id"], shares[2]["data"]["post_id"]]
    (paid,) = [event for event in events if "lines" in event["data"]]
    assert {*told, paid["data"]["lines"][0]["post_id"]} == {told[0]}, "what belongs together can still be told"


def test_two_partners_know_a_registration_under_different_ids(alliance: Alliance) -> None:
    alliance.say(*comes(1))
    found = [{event["subject"] for event in alliance.partner(name, ["feed:events"]).feed()} for name in "AB"]
    assert [len(one) for one in found] == [1, 1]
    assert found[0] != found[1]


def test_two_registrations_of_one_person_are_two(alliance: Alliance) -> None:
    alliance.say(*comes(1), *comes(2))
    events = alliance.partner(scopes=["feed:events"]).feed()
    assert len({event["subject"] for event in events}) == 2
    assert len({event["data"]["person_id"] for event in events}) == 1


def test_without_the_list_of_what_is_made_from_people_it_would_leave(
    alliance: Alliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.partners.feed.telling.MADE_FROM_PEOPLE", frozenset())
    alliance.say(*comes(1))
    assert len(made_for_everybody() & set(ANY_UUID.findall(json.dumps(alliance.partner().feed())))) == 2


def made_for_everybody() -> set[str]:
    """What a partner can make from public constants and the ids of people, gatherings, groups and posts it knows."""
    registrations = {derived_id("registration", UUID(int=0x6A), one, number) for one in PEOPLE for number in (1, 2)}
    return {str(one) for one in registrations | {derived_id("share", UUID(int=0x505), GROUP, one) for one in PEOPLE}}


def test_without_pseudonyms_a_test_here_would_notice(alliance: Alliance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pseudonyms, "person", lambda _self, person_id: person_id)
    alliance.say(*STORY)
    assert named(json.dumps(alliance.partner().feed())) == list(PEOPLE)
