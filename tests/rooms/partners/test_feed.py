"""The feed: all that happened, in one order, from the beginning, once; and a proof that nothing is missing."""

from dataclasses import fields
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cloudevents.http import from_dict

from services.contracts.catalogue import MESSAGES
from services.kernel.store.chain import GENESIS
from services.partners.visiting import BATCH
from tests.support.http_client import shape

from .alliance import EVERYTHING, Alliance, Partnership
from .story import GROUP, LISTING, STORY, order, refund

TYPES = [message.type for message in STORY]


@pytest.fixture
def partner(alliance: Alliance) -> Partnership:
    alliance.say(*STORY)
    return alliance.partner()


def read_on(partner: Partnership, **parameters: Any) -> list[list[dict[str, Any]]]:
    """All pages from the beginning, until one is empty."""
    pages, cursor = list[list[dict[str, Any]]](), dict[str, str]()
    while True:
        answer = partner.ask("/feed", **parameters, **cursor)
        assert answer.status_code == 200, answer.text
        if not answer.json():
            return pages
        pages.append(answer.json())
        cursor = {"cursor": answer.headers["agora-cursor"]}


def test_everything_comes_in_the_order_in_which_it_came(partner: Partnership) -> None:
    events = partner.feed()
    assert [event["type"] for event in events] == TYPES
    assert [event["journal"] for event in events] == [str(number) for number in range(1, len(STORY) + 1)]


def test_an_event_is_a_cloudevent_with_lower_case_attributes(partner: Partnership) -> None:
    answer = partner.ask("/feed")
    assert answer.headers["content-type"] == BATCH
    for event in answer.json():
        read = from_dict(event)
        assert (read["id"], read["source"]) == (event["id"], event["source"])
        assert all(name.isalnum() and name.islower() for name in event)
        assert event["id"] == f"{event['source']}:{event['sequence']}"
        assert set(event["data"]) == {field.name for field in fields(MESSAGES[event["type"]])}


def test_what_is_told_can_be_read_as_the_message_that_it_is(partner: Partnership) -> None:
    for event, message in zip(partner.feed(), STORY, strict=True):
        told = MESSAGES[event["type"]].from_data(event["data"])
        things = set(message.to_data()) - message.PEOPLE - message.OWN_WORDS
        assert {name: told.to_data()[name] for name in things} == {name: message.to_data()[name] for name in things}


def test_pages_of_any_size_come_to_the_same(partner: Partnership) -> None:
    for limit in (1, 2, 7, 1000):
        pages = read_on(partner, limit=limit)
        assert all(len(page) <= limit for page in pages)
        assert [event for page in pages for event in page] == partner.feed()


def test_the_digest_proves_to_a_reader_of_everything_that_nothing_is_missing(partner: Partnership) -> None:
    link, cursor = GENESIS, dict[str, str]()
    for _ in range(4):
        answer = partner.ask("/feed", limit=5, **cursor)
        for event in answer.json():
            link = sha256(link + event["id"].encode()).digest()
        assert answer.headers["agora-digest"] == link.hex()
        cursor = {"cursor": answer.headers["agora-cursor"]}
    assert answer.headers["agora-through"] == answer.headers["agora-head"] == str(len(STORY))


def test_an_empty_page_says_how_far_it_looked_and_the_reader_goes_on_from_there(
    alliance: Alliance, partner: Partnership
) -> None:
    whole = partner.ask("/feed")
    end = partner.ask("/feed", cursor=whole.headers["agora-cursor"])
    assert end.json() == []
    assert end.headers["agora-cursor"] == whole.headers["agora-cursor"]
    assert end.headers["agora-digest"] == whole.headers["agora-digest"]
    alliance.say(refund(1, amount_minor=500))
    (fresh,) = partner.feed(cursor=end.headers["agora-cursor"])
    assert fresh["data"]["amount_minor"] == 500


def test_a_feed_that_has_nothing_yet_begins_at_zero(alliance: Alliance) -> None:
    answer = alliance.partner().ask("/feed")
    assert answer.json() == []
    assert (answer.headers["agora-through"], answer.headers["agora-digest"]) == ("0", GENESIS.hex())
    assert alliance.partner("Other").ask("/feed/count").json() == {"count": 0, "through": 0, "digest": GENESIS.hex()}


def test_the_link_header_leads_to_the_next_page_of_the_same_question(partner: Partnership) -> None:
    answer = partner.ask("/feed", limit=3, types=",".join(sorted(set(TYPES))))
    url, _, relation = answer.headers["link"].partition(">; ")
    assert relation == 'rel="next"'
    asked = parse_qs(urlsplit(url.removeprefix("<")).query)
    assert asked == {
        "limit": ["3"],
        "types": [",".join(sorted(set(TYPES)))],
        "cursor": [answer.headers["agora-cursor"]],
    }
    assert urlsplit(url.removeprefix("<")).path == "/feed"


def test_types_choose_and_the_count_says_how_many_there_are(partner: Partnership) -> None:
    wanted = "agora.groups.member_admitted.v1, agora.mall.order_paid.v1"
    assert [event["type"] for event in partner.feed(types=wanted)] == wanted.split(", ")
    counted = partner.ask("/feed/count", types=wanted).json()
    assert counted["count"] == 2
    assert counted["through"] == len(STORY)
    before = next(int(event["journal"]) for event in partner.feed(types=wanted)[1:])
    assert partner.ask("/feed/count", types=wanted, through=before - 1).json()["count"] == 1
    assert partner.ask("/feed/count", types=wanted, through=0).json()["count"] == 0


def test_the_count_up_to_every_position_is_what_was_read(partner: Partnership) -> None:
    for number, event in enumerate(partner.feed(), 1):
        counted = partner.ask("/feed/count", through=event["journal"]).json()
        assert (counted["count"], counted["through"]) == (number, number)


def test_a_filter_may_change_from_page_to_page(partner: Partnership) -> None:
    answer = partner.ask("/feed", types="agora.groups.group_founded.v1", limit=1)
    (founded,) = answer.json()
    assert founded["subject"] == str(GROUP)
    (listed,) = partner.feed(types="agora.mall.listing_listed.v1", cursor=answer.headers["agora-cursor"])
    assert listed["subject"] == str(LISTING)


def test_a_key_opens_its_scopes_alone(alliance: Alliance) -> None:
    alliance.say(*STORY)
    partner = alliance.partner(scopes=["feed:groups", "feed:identity"])
    assert {event["source"] for event in partner.feed()} == {"groups", "identity"}
    assert partner.ask("/feed/count").json()["count"] == len(partner.feed())
    answer = partner.ask("/feed", types="agora.groups.group_founded.v1,agora.mall.order_paid.v1")
    assert shape(answer) == (403, "partners.scope_needed")
    assert "feed:mall" in answer.json()["detail"]
    assert shape(partner.ask("/feed/count", types="agora.mall.order_paid.v1")) == (403, "partners.scope_needed")


def test_a_key_without_a_feed_opens_none(alliance: Alliance) -> None:
    partner = alliance.partner(scopes=["counts"])
    for path in ("/feed", "/feed/count"):
        assert shape(partner.ask(path)) == (403, "partners.scope_needed")


def test_scopes_that_change_hold_from_the_next_question_on(alliance: Alliance) -> None:
    alliance.say(*STORY)
    partner = alliance.partner(scopes=["feed:groups"])
    cursor = partner.ask("/feed").headers["agora-cursor"]
    alliance.do("change_scopes", partner_id=partner.partner_id, scopes=["feed:mall"])
    assert partner.feed(cursor=cursor) == []
    assert {event["source"] for event in partner.feed()} == {"mall"}


def test_a_wrong_question_is_refused_by_field(partner: Partnership) -> None:
    for field, wrong in (
        ("types", "order_paid"), ("types", "agora.mall.order_paid.v1,"), ("types", ""), ("limit", 0), ("limit", 1001),
        ("limit", "many"), ("wait", 31), ("wait", -1), ("colour", "red"),
    ):  # fmt: skip
        answer = partner.ask("/feed", **{field: wrong})
        assert answer.status_code == 422, answer.text
        assert field in answer.json()["errors"]


def test_a_count_beyond_the_journal_is_refused(partner: Partnership) -> None:
    answer = partner.ask("/feed/count", through=len(STORY) + 1)
    assert shape(answer) == (409, "partners.beyond_journal")
    assert str(len(STORY)) in answer.json()["detail"]


def test_the_feed_stops_before_a_type_that_nobody_knows_yet(alliance: Alliance, partner: Partnership) -> None:
    alliance.keep()
    alliance.say(*order(2))
    pages = [partner.ask("/feed", limit=1000)]
    assert len(pages[0].json()) == len(STORY)
    assert pages[0].headers["agora-through"] == str(len(STORY))
    blocked = partner.ask("/feed", cursor=pages[0].headers["agora-cursor"])
    assert shape(blocked) == (503, "partners.feed_ahead")


def test_who_asks_for_other_types_or_services_passes_a_type_that_nobody_knows_yet(
    alliance: Alliance, partner: Partnership
) -> None:
    elsewhere = alliance.partner("Groups only", ["feed:groups"])
    alliance.keep()
    alliance.say(*order(2))
    end = str(len(STORY) + 3)
    chosen = partner.ask("/feed", types="agora.mall.order_paid.v1", limit=1000)
    assert len(chosen.json()) == 2
    assert chosen.headers["agora-through"] == elsewhere.ask("/feed").headers["agora-through"] == end


def test_a_rare_type_is_found_in_bounded_steps(
    alliance: Alliance, partner: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.partners.feed.journal.MOST_ROWS", 4)
    first = partner.ask("/feed", types="agora.mall.line_refunded.v1")
    assert (first.json(), first.headers["agora-through"]) == ([], "4")
    steps, cursor = 1, first.headers["agora-cursor"]
    while not (answer := partner.ask("/feed", types="agora.mall.line_refunded.v1", cursor=cursor)).json():
        steps, cursor = steps + 1, answer.headers["agora-cursor"]
    assert steps == (len(STORY) - 1) // 4


def test_one_answer_is_bounded_in_bytes_too(partner: Partnership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.partners.feed.journal.MOST_BYTES", 1_500)
    pages = read_on(partner, limit=1000)
    assert len(pages) > 3
    assert sum(map(len, pages)) == len(STORY)


def test_the_digest_is_for_keys_of_all_feeds_alone(alliance: Alliance) -> None:
    alliance.say(*STORY)
    some = alliance.partner("Some", ["feed:groups", "feed:mall", "counts"])
    assert "agora-digest" not in some.ask("/feed").headers
    assert some.ask("/feed/count").json()["digest"] == ""
    every = alliance.partner("Every", [scope for scope in EVERYTHING if scope != "counts"])
    assert every.ask("/feed", limit=1000).headers["agora-digest"] == every.ask("/feed/count").json()["digest"]


def test_the_feed_and_its_count_have_rates_of_their_own(alliance: Alliance) -> None:
    assert {name: alliance.service.by_name[name].rate for name in ("feed", "feed_count", "counts")} == {
        "feed": "600/minute", "feed_count": "120/minute", "counts": "300/minute",
    }  # fmt: skip
