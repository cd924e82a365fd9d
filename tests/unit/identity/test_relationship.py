"""Two people: following, friendship, blocks; and whatever they do in whatever order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.refusals import NoSuchRequest, PersonIsBlocked, PersonIsYourself
from services.identity.domain.relationship import BLOCK, FOLLOW, REQUEST, Relationship
from services.kernel.domain import Refusal, acting
from tests.support.scenario import ANNA, BORIS, Scenario, context

BOTH = {"person_id": ANNA, "other_id": BORIS}
BACK = {"person_id": BORIS, "other_id": ANNA}


def nothing_left() -> Relationship:
    """There was something, and it has ended."""
    between = Relationship.begin(FOLLOW, ANNA, BORIS)
    between.unfollow(ANNA)
    return between


def given_that(*commands: Any) -> Scenario[Relationship]:
    return Scenario(Relationship).given(nothing_left, *commands)


def anna(verb: str) -> Any:
    return lambda between: getattr(between, verb)(ANNA)


def boris(verb: str) -> Any:
    return lambda between: getattr(between, verb)(BORIS)


def test_there_is_one_for_two_whoever_comes_first() -> None:
    assert Relationship.create_id(ANNA, BORIS) == Relationship.create_id(BORIS, ANNA)
    for one, other, sides in ((ANNA, BORIS, BOTH), (BORIS, ANNA, BACK)):
        made = Scenario(Relationship).when(lambda _, one=one, other=other: Relationship.begin(FOLLOW, one, other))
        made.then((Relationship.Opened, {**sides, "originator_id": Relationship.create_id(ANNA, BORIS)}))


@pytest.mark.parametrize(("begins_with", "verb"), [(FOLLOW, "follow"), (REQUEST, "ask_friend"), (BLOCK, "block")])
def test_what_it_begins_with_is_the_same_as_later(begins_with: str, verb: str) -> None:
    with acting(context()):
        first, later = Relationship.begin(begins_with, BORIS, ANNA), nothing_left()
        getattr(later, verb)(BORIS)
    assert (first.follows, first.asks, first.blocks) == (later.follows, later.asks, later.blocks)
    assert len(first.pending_events) == 1


def test_nobody_is_anything_to_herself() -> None:
    Scenario(Relationship).when(lambda _: Relationship.begin(FOLLOW, ANNA, ANNA)).then_refused(PersonIsYourself)


def test_without_the_guard_somebody_follows_herself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.identity.domain.relationship.ensure_two", lambda *_: None)
    with acting(context()):
        assert Relationship.begin(FOLLOW, ANNA, ANNA).follows == [ANNA]


def test_following_is_one_sided() -> None:
    given_that().when(anna("follow")).then((Relationship.Followed, BOTH))
    given_that(anna("follow")).when(anna("follow")).then_nothing()
    given_that(anna("follow")).when(boris("follow")).then((Relationship.Followed, BACK))
    given_that(anna("follow")).when(anna("unfollow")).then((Relationship.Unfollowed, BOTH))
    given_that(anna("follow")).when(boris("unfollow")).then_nothing()


def test_a_friendship_is_asked_for_and_agreed_to() -> None:
    given_that().when(anna("ask_friend")).then((Relationship.FriendshipAsked, BOTH))
    given_that(anna("ask_friend")).when(anna("ask_friend")).then_nothing()
    given_that(anna("ask_friend")).when(boris("accept_friend")).then((Relationship.FriendshipBegun, BACK))
    given_that(anna("ask_friend"), boris("accept_friend")).when(boris("accept_friend")).then_nothing()


def test_who_asks_the_one_who_has_asked_agrees() -> None:
    given_that(anna("ask_friend")).when(boris("ask_friend")).then((Relationship.FriendshipBegun, BACK))
    given_that(anna("ask_friend"), boris("ask_friend")).when(anna("accept_friend")).then_nothing()


def test_nobody_agrees_to_what_was_not_asked() -> None:
    given_that().when(anna("accept_friend")).then_refused(NoSuchRequest)
    given_that(anna("ask_friend")).when(anna("accept_friend")).then_refused(NoSuchRequest)


def test_without_the_guard_one_alone_makes_friends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Relationship, "_asked_by_other", Relationship._other)
    with acting(context()):
        between = nothing_left()
        between.accept_friend(ANNA)
    assert between.are_friends


def test_a_request_is_declined_or_taken_back() -> None:
    given_that(anna("ask_friend")).when(boris("decline_friend")).then((Relationship.FriendshipDeclined, BACK))
    given_that(anna("ask_friend")).when(anna("end_friendship")).then((Relationship.FriendshipWithdrawn, BOTH))
    given_that(anna("ask_friend")).when(boris("end_friendship")).then_nothing()
    given_that(anna("ask_friend"), anna("end_friendship")).when(boris("accept_friend")).then_refused(NoSuchRequest)
    given_that(anna("ask_friend"), boris("decline_friend")).when(boris("decline_friend")).then_refused(NoSuchRequest)


def test_either_ends_a_friendship() -> None:
    friends = anna("ask_friend"), boris("accept_friend")
    given_that(*friends).when(anna("end_friendship")).then((Relationship.FriendshipEnded, BOTH))
    given_that(*friends, boris("end_friendship")).when(boris("end_friendship")).then_nothing()


def test_a_block_ends_the_friendship_and_what_the_one_who_blocks_began() -> None:
    with acting(context()):
        between = nothing_left()
        for command in (anna("follow"), boris("follow"), anna("ask_friend"), boris("accept_friend"), boris("block")):
            command(between)
    assert (between.are_friends, between.follows, between.asks) == (False, [ANNA], [])


def test_who_has_blocked_takes_it_back_first() -> None:
    for verb in ("follow", "ask_friend", "accept_friend"):
        given_that(anna("ask_friend"), boris("block")).when(boris(verb)).then_refused(PersonIsBlocked)
    given_that(anna("ask_friend"), boris("block")).when(boris("decline_friend")).then_refused(NoSuchRequest)
    given_that(boris("block")).when(boris("unblock")).then((Relationship.Unblocked, BACK))
    given_that(boris("block")).when(anna("unblock")).then_nothing()


def test_without_the_guard_one_befriends_whom_she_has_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Relationship, "_refuse_blocked", lambda *_: None)
    with acting(context()):
        between = nothing_left()
        for command in (boris("block"), anna("ask_friend"), boris("ask_friend")):
            command(between)
    assert between.are_friends
    assert between.blocks


def test_the_blocked_one_is_told_nothing_by_what_her_commands_record() -> None:
    """The same facts as without the block: nothing in the log's length or in an answer tells."""
    for verb in ("follow", "ask_friend", "block", "unfollow", "end_friendship"):
        with_block, without = given_that(boris("block")).when(anna(verb)), given_that().when(anna(verb))
        assert list(map(type, with_block.recorded)) == list(map(type, without.recorded)), verb
    given_that(boris("ask_friend"), boris("block")).when(anna("accept_friend")).then_refused(NoSuchRequest)
    given_that(boris("ask_friend"), boris("end_friendship")).when(anna("accept_friend")).then_refused(NoSuchRequest)


def test_what_the_blocked_one_asked_meanwhile_is_heard_after_the_block() -> None:
    asked = boris("block"), anna("ask_friend"), boris("unblock")
    given_that(*asked).when(boris("accept_friend")).then((Relationship.FriendshipBegun, BACK))


VERBS = (
    "follow", "unfollow", "ask_friend", "accept_friend", "decline_friend", "end_friendship", "block", "unblock",
)  # fmt: skip
steps = st.lists(st.tuples(st.sampled_from([ANNA, BORIS]), st.sampled_from(VERBS)), max_size=20)


def played(orders: list[tuple[Any, str]]) -> Relationship:
    with acting(context()):
        between = nothing_left()
        for by, verb in orders:
            try:
                getattr(between, verb)(by)
            except Refusal:
                continue
    return between


@given(steps)
def test_a_block_beats_everything_in_any_order(orders: list[tuple[Any, str]]) -> None:
    between = played(orders)
    assert not (between.blocks and between.are_friends)
    assert not set(between.blocks) & {*between.follows, *between.asks}
    assert not (between.are_friends and between.asks)
    assert len(between.asks) < 2 or between.blocks
    for some in (between.follows, between.asks, between.blocks):
        assert len(set(some)) == len(some)


@given(st.permutations([(ANNA, "ask_friend"), (BORIS, "ask_friend"), (BORIS, "accept_friend")]))
def test_asking_and_agreeing_at_once_comes_out_as_friends(orders: list[tuple[Any, str]]) -> None:
    assert played(orders).are_friends
