"""Adverts: what makes a post one, and the quota, which holds however many are written at once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.groups.domain.adverts import Adverts
from services.groups.domain.refusals import NoSuchGroup
from services.groups.domain.writing_refusals import (
    AdvertsOfGroup,
    AdvertsOfMember,
    GoodsAreFixed,
    NoAdverts,
    NoSuchListing,
    ReadingForMembers,
)

from .rooms import LEADER, MEMBER, NEVER_HEARD_OF, OTHER, OWNER, STRANGER
from .test_races import at_once, kinds, recorded
from .writers import LINK, REEL, ROD, Writers


def advert(writers: Writers, group_id: UUID, who: UUID = MEMBER, **more: Any) -> UUID:
    return writers.post(group_id, who, **({"listing_ids": [str(ROD)]} | more))


def refused(writers: Writers, group_id: UUID, who: UUID = MEMBER) -> Any:
    return writers.refusal("publish_post", who, group_id=group_id, text="Buy.", listing_ids=[str(ROD)])


def seen(writers: Writers, post_id: UUID) -> tuple[bool, list[str]]:
    row = writers.ask("post", OTHER, post_id=post_id)
    return row["is_advert"], row["listing_ids"]


def test_a_post_with_goods_is_an_advert_whatever_its_author_thinks(writers: Writers) -> None:
    group_id = writers.crew()
    writers.link(REEL)
    assert seen(writers, advert(writers, group_id)) == (True, [str(ROD)])
    assert seen(writers, writers.post(group_id)) == (False, [])
    with_link = writers.post(group_id, OTHER, f"See https://agora.example/l/{LINK}.")
    assert seen(writers, with_link) == (True, [str(REEL)])
    with_listing = writers.post(group_id, OTHER, f"See /mall/listings/{str(ROD).upper()}, it floats.")
    assert seen(writers, with_listing) == (True, [str(ROD)])
    assert writers.listed(group_id, is_advert=False) == ["We walked."]


def test_a_link_to_what_is_unknown_here_is_an_advert_without_goods(writers: Writers) -> None:
    group_id = writers.crew()
    for text in (f"See /listings/{NEVER_HEARD_OF}.", "See https://agora.example/mall/l/mfrggzdf."):
        assert seen(writers, writers.post(group_id, text=text)) == (True, [])


def test_an_answer_with_goods_is_an_advert_too(writers: Writers) -> None:
    group_id = writers.crew()
    question = writers.post(group_id, text="Which rod?", kind="question")
    told = writers.do("answer_question", OTHER, post_id=question, text="This one.", listing_ids=[str(ROD)])
    assert told["is_advert"] is True
    assert writers.ask("adverts", OTHER, group_id=group_id)["counted"] == 1


def test_only_what_the_mall_offers_can_be_shown(writers: Writers) -> None:
    group_id = writers.crew()
    writers.withdraw(REEL)
    for listing_id in (NEVER_HEARD_OF, REEL):
        found = writers.refusal("publish_post", MEMBER, group_id=group_id, text="Buy.", listing_ids=[str(listing_id)])
        assert isinstance(found, NoSuchListing)


def test_an_edit_adds_no_goods_and_takes_no_label_away(writers: Writers) -> None:
    group_id = writers.crew()
    plain, shown = writers.post(group_id), writers.post(group_id, text=f"Look: /listings/{ROD}")
    found = writers.refusal("edit_post", MEMBER, post_id=plain, text=f"Look: /listings/{ROD}")
    assert isinstance(found, GoodsAreFixed)
    writers.do("edit_post", MEMBER, post_id=shown, text="Nothing to see.")
    assert seen(writers, shown) == (True, [str(ROD)])
    writers.do("edit_post", MEMBER, post_id=shown, text=f"Again: /listings/{ROD}")


def test_a_member_writes_two_adverts_in_seven_days_and_is_told_when_the_next_is_possible(writers: Writers) -> None:
    group_id = writers.crew()
    first_at = writers.clock.at
    advert(writers, group_id)
    writers.pass_time(days=2)
    advert(writers, group_id)
    found = refused(writers, group_id)
    assert isinstance(found, AdvertsOfMember)
    next_at = first_at + timedelta(days=7)
    assert found.detail == (
        f"A member writes at most 2 adverts in 7 days here; your next one is possible at {next_at.isoformat()}."
    )
    quota = writers.ask("adverts", MEMBER, group_id=group_id)
    assert (quota["of_member"], quota["of_group"], quota["counted"]) == (2, 20, 2)
    assert quota["next_at"] == next_at.isoformat()
    writers.post(group_id, text="No goods, no quota.")
    advert(writers, group_id, OTHER)
    writers.pass_time(days=5)
    advert(writers, group_id)
    assert isinstance(refused(writers, group_id), AdvertsOfMember)


def test_the_group_sets_its_quota_and_zero_takes_none(writers: Writers) -> None:
    group_id = writers.crew()
    writers.do("set_quota", OWNER, group_id=group_id, of_member=5, of_group=3)
    for who in (MEMBER, OTHER, OWNER):
        advert(writers, group_id, who)
    assert isinstance(refused(writers, group_id, LEADER), AdvertsOfGroup)
    writers.pass_time(days=1)
    advert(writers, group_id, LEADER)
    writers.do("set_quota", LEADER, group_id=group_id, of_member=0, of_group=3)
    assert isinstance(refused(writers, group_id), NoAdverts)
    assert writers.ask("adverts", MEMBER, group_id=group_id)["next_at"] is None


def test_deleting_an_advert_makes_no_room_for_another(writers: Writers) -> None:
    group_id = writers.crew()
    for _ in range(2):
        writers.do("delete_post", MEMBER, post_id=advert(writers, group_id))
    assert isinstance(refused(writers, group_id), AdvertsOfMember)


def forty_at_once(writers: Writers, group_id: UUID) -> Any:
    wanted = [
        ("publish_post", who, {"group_id": group_id, "text": f"Buy {n}.", "listing_ids": [str(ROD)]})
        for n in range(20)
        for who in (MEMBER, OTHER)
    ]
    return kinds(at_once(writers, *wanted))


def test_forty_adverts_of_two_members_at_once_leave_four(writers: Writers) -> None:
    group_id = writers.crew()
    assert forty_at_once(writers, group_id) == {"done": 4, "AdvertsOfMember": 36}
    assert len(writers.listed(group_id, is_advert=True)) == len(recorded(writers, Adverts.Counted)) == 4


def test_forty_adverts_at_once_never_exceed_what_the_group_takes(writers: Writers) -> None:
    group_id = writers.crew()
    writers.do("set_quota", OWNER, group_id=group_id, of_member=20, of_group=7)
    assert forty_at_once(writers, group_id) == {"done": 7, "AdvertsOfGroup": 33}


def test_without_the_guard_there_would_be_forty(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Adverts, "_require_quota", lambda _adverts, _member_id, _now: None)
    assert forty_at_once(writers, writers.crew()) == {"done": 40}


def test_the_quota_is_for_members_to_see(writers: Writers) -> None:
    group_id = writers.crew()
    assert isinstance(writers.refusal("adverts", STRANGER, group_id=group_id), ReadingForMembers)
    assert isinstance(writers.refusal("adverts", STRANGER, group_id=NEVER_HEARD_OF), NoSuchGroup)
