"""Sharing a post into another group: who may, who may say no, and what both sides see."""

from typing import Any
from uuid import UUID

import pytest

from services.groups.domain.refusals import NotAMember
from services.groups.domain.sections import Sections
from services.groups.domain.writing_refusals import (
    AdvertsOfMember,
    AlreadyShared,
    NoSuchPost,
    NotSharedOut,
    NotTheAuthor,
    PostIsGone,
    SharedAtHome,
    ShareOfAShare,
    SharingEnded,
    WritingForMembers,
)

from .rooms import LEADER, MEMBER, OTHER, OWNER, REVIEWER, STRANGER
from .test_races import at_once, kinds
from .writers import ROD, Writers


def two(writers: Writers) -> tuple[UUID, UUID]:
    """A group, and another one in which OTHER and the owner are."""
    home, target = writers.crew(), writers.found(threshold=None, name="Gadgets")
    for person_id in (OTHER, STRANGER):
        writers.seat(target, person_id)
    return home, target


def share(writers: Writers, post_id: UUID, target: UUID, who: UUID = OTHER, **more: Any) -> UUID:
    return UUID(writers.do("share_post", who, post_id=post_id, group_id=target, **more)["post_id"])


def source(writers: Writers, share_id: UUID) -> Any:
    return writers.ask("post", STRANGER, post_id=share_id)["source"]


def test_a_share_shows_the_words_with_whose_they_are_and_where_they_come_from(writers: Writers) -> None:
    home, target = two(writers)
    post_id = writers.post(home, title="Walk")
    shared = share(writers, post_id, target, text="Worth reading.")
    (row,) = writers.ask("posts", STRANGER, group_id=target, kind="share")["items"]
    assert (row["author_id"], row["text"]) == (str(OTHER), "Worth reading.")
    assert row["source"] == {
        "post_id": str(post_id), "group_id": str(home), "author_id": str(MEMBER), "is_shown": True, "title": "Walk",
        "text": "We walked.",
    }  # fmt: skip
    (told,) = [message for message in writers.said() if getattr(message, "post_id", None) == shared]
    assert (told.kind, told.shared_from_post_id, told.shared_from_group_id) == ("share", post_id, home)


def test_both_sides_see_the_shares(writers: Writers) -> None:
    home, target = two(writers)
    post_id = writers.post(home)
    shared = [share(writers, post_id, target, who) for who in (OTHER, OWNER)]
    seen = writers.ask("shares", MEMBER, post_id=post_id)["items"]
    assert [(row["post_id"], row["group_id"]) for row in seen] == [(str(one), str(target)) for one in reversed(shared)]
    assert writers.ask("post", MEMBER, post_id=post_id)["shares"] == 2
    assert writers.ask("shared", MEMBER, group_id=home)["items"] == seen
    assert writers.ask("shared", STRANGER, group_id=target, direction="in")["items"] == seen
    assert writers.ask("shared", STRANGER, group_id=target)["items"] == []
    assert isinstance(writers.refusal("shares", STRANGER, post_id=post_id), NoSuchPost)


def test_only_members_of_both_groups_share(writers: Writers) -> None:
    home, target = two(writers)
    post_id = writers.post(home)
    wanted = {"post_id": post_id, "group_id": target}
    assert isinstance(writers.refusal("share_post", MEMBER, **wanted), WritingForMembers)
    assert isinstance(writers.refusal("share_post", STRANGER, **wanted), NoSuchPost)
    writers.do("set_openness", OWNER, group_id=home, is_public=True, shares_out=True)
    assert isinstance(writers.refusal("share_post", STRANGER, **wanted), NotAMember)


def test_a_group_and_a_section_may_keep_their_posts(writers: Writers) -> None:
    home, target = two(writers)
    quiet, open_one = writers.section(home, "Quiet", shares_out=False), writers.section(home, "Open")
    kept, free = writers.post(home, section_id=quiet), writers.post(home, section_id=open_one)
    assert isinstance(writers.refusal("share_post", OTHER, post_id=kept, group_id=target), NotSharedOut)
    share(writers, free, target)
    writers.do("change_section", OWNER, group_id=home, section_id=quiet, name="Quiet", shares_out=True)
    writers.do("set_openness", OWNER, group_id=home, is_public=False, shares_out=False)
    for post_id in (kept, free):
        assert isinstance(writers.refusal("share_post", OWNER, post_id=post_id, group_id=target), NotSharedOut)


def test_without_the_guard_a_quiet_section_would_leak(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sections, "lets_out", lambda _sections, _section_id: True)
    home, target = two(writers)
    post_id = writers.post(home, section_id=writers.section(home, "Quiet", shares_out=False))
    assert source(writers, share(writers, post_id, target))["text"] == "We walked."


def test_the_author_withdraws_it_from_sharing(writers: Writers) -> None:
    home, target = two(writers)
    post_id = writers.post(home)
    shared = share(writers, post_id, target)
    assert isinstance(writers.refusal("withdraw_sharing", OTHER, post_id=post_id), NotTheAuthor)
    writers.do("withdraw_sharing", MEMBER, post_id=post_id)
    assert (source(writers, shared)["is_shown"], source(writers, shared)["text"]) == (False, None)
    assert isinstance(writers.refusal("share_post", OWNER, post_id=post_id, group_id=target), SharingEnded)
    assert writers.listed(home) == ["We walked."]


def test_what_is_removed_or_deleted_at_home_is_hidden_everywhere_and_comes_back(writers: Writers) -> None:
    home, target = two(writers)
    removed, deleted = writers.post(home, text="Removed."), writers.post(home, text="Deleted.")
    shares = {post_id: share(writers, post_id, target) for post_id in (removed, deleted)}
    writers.do("remove_post", REVIEWER, post_id=removed, code="rules", reason="See rule 2.")
    writers.do("delete_post", MEMBER, post_id=deleted)
    for post_id in (removed, deleted):
        assert source(writers, shares[post_id])["text"] is None
        assert isinstance(writers.refusal("share_post", OWNER, post_id=post_id, group_id=target), PostIsGone)
    writers.do("appeal", MEMBER, post_id=removed, text="Rule 2 is about dogs.")
    writers.do("decide_appeal", LEADER, post_id=removed, restores=True, reason="It is.")
    assert source(writers, shares[removed])["text"] == "Removed."


def test_a_share_of_an_advert_is_an_advert_and_counted_where_it_stands(writers: Writers) -> None:
    home, target = two(writers)
    adverts = [
        writers.post(home, who, listing_ids=[str(ROD)]) for who in (MEMBER, MEMBER, LEADER)
    ]  # fmt: skip
    shared = [share(writers, post_id, target) for post_id in adverts[:2]]
    seen = writers.ask("post", STRANGER, post_id=shared[0])
    assert (seen["is_advert"], seen["listing_ids"]) == (True, [str(ROD)])
    assert writers.ask("adverts", OTHER, group_id=target)["counted"] == 2
    assert writers.ask("adverts", OTHER, group_id=home)["counted"] == 0
    assert isinstance(writers.refusal("share_post", OTHER, post_id=adverts[2], group_id=target), AdvertsOfMember)


def test_a_share_is_not_shared_and_nothing_is_shared_at_home(writers: Writers) -> None:
    home, target = two(writers)
    post_id = writers.post(home)
    shared = share(writers, post_id, target)
    found = writers.refusal("share_post", OWNER, post_id=shared, group_id=home)
    assert isinstance(found, ShareOfAShare)
    assert str(post_id) in found.detail
    assert isinstance(writers.refusal("share_post", OWNER, post_id=post_id, group_id=home), SharedAtHome)


def test_ten_shares_of_one_person_at_once_are_one(writers: Writers) -> None:
    home, target = two(writers)
    wanted = ("share_post", OTHER, {"post_id": writers.post(home), "group_id": target})
    assert kinds(at_once(writers, *[wanted] * 10)) == {"done": 1, AlreadyShared.__name__: 9}
