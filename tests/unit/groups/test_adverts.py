"""What makes a post an advert, and how adverts are counted over any seven days."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.groups.domain.adverts import GROUP_WINDOW, MEMBER_WINDOW, Adverts, Goods, Shown, free_at, linked_in
from services.groups.domain.refusals import NotLeader
from services.groups.domain.writing_refusals import AdvertsOfGroup, AdvertsOfMember, NoAdverts
from services.kernel.domain import Refusal, acting
from tests.support.scenario import NOON, context

from .examples import APPLICANT, GROUP_ID, OWNER, REVIEWER, STRANGER, group, made

ROD, LINK = UUID(int=0xABC), UUID(int=0xDEF)
CODE = "mfrggzdf"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We walked.", []),
        (f"Look: https://agora.example/mall/listings/{ROD}!", [str(ROD)]),
        (f"(/listings/{str(ROD).upper()})", [str(ROD)]),
        (f"/mall/l/{LINK}, and /l/{LINK} again", [str(LINK)]),
        (f"https://agora.example/mall/l/{CODE}?from=us", [CODE]),
        (f"/l/{CODE}s is a longer word, /l/short a shorter one", []),
        (f"/listings/{str(ROD)[:-1]}", []),
        (f"/lists/{ROD} and {LINK} by themselves", []),
        (f"/l/{CODE} and /listings/{ROD}", [CODE, str(ROD)]),
        (f"https://agora.example/#/listing/{ROD}", [str(ROD)]),
        (f"/mall/listings/{ROD.hex} and /l/{LINK.hex}", [str(ROD), str(LINK)]),
        (f"/listings/{ROD.hex.upper()}, /listings/{ROD} and #/listing/{ROD.hex}", [str(ROD)]),
        (f"/listings/{{{ROD}}} /l/urn:uuid:{LINK} /listing%73/%30{str(ROD)[1:]}", [str(ROD), str(LINK)]),
        (f"/listings/{ROD.hex}0 is longer", []),
    ],
)
def test_words_that_link_to_the_mall_are_found(text: str, found: list[str]) -> None:
    assert linked_in(None, text) == found
    assert Goods(links=linked_in(text)).is_advert is bool(found)


def test_named_goods_alone_make_an_advert_too() -> None:
    assert Goods([ROD]).is_advert
    assert not Goods().is_advert


def test_the_quota_is_set_by_leaders_and_the_same_again_does_nothing() -> None:
    hikers = group()
    adverts = made(lambda: Adverts(GROUP_ID), lambda one: one.set_quota(hikers, 1, 5, by=OWNER))
    with acting(context()):
        adverts.set_quota(hikers, 1, 5, by=OWNER)
        assert not adverts.pending_events
        for who in (REVIEWER, STRANGER):
            with pytest.raises(NotLeader):
                adverts.set_quota(hikers, 9, 9, by=who)


def test_none_are_taken_where_the_quota_is_zero() -> None:
    for of_member, of_group in ((0, 5), (5, 0)):
        adverts = made(lambda: Adverts(GROUP_ID))
        adverts.of_member, adverts.of_group = of_member, of_group
        with pytest.raises(NoAdverts):
            adverts.count(ROD, APPLICANT, NOON)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60)), max_size=40), st.integers(1, 4), st.integers(1, 8))
def test_no_window_ever_holds_more_than_the_quota(asked: list[tuple[int, int]], of_member: int, of_group: int) -> None:
    adverts, now, counted = made(lambda: Adverts(GROUP_ID)), NOON, []
    adverts.of_member, adverts.of_group = of_member, of_group
    for number, (member, hours) in enumerate(asked):
        now += timedelta(hours=hours)
        member_id = UUID(int=member + 1)
        with acting(context()):
            refused = _refusal(lambda: adverts.count(UUID(int=number), member_id, now))  # noqa: B023 - called at once
        if refused is None:
            counted.append((member_id, now))
        else:
            assert _could_be_written_at(adverts, member_id, refused)
    for _, end in counted:
        assert sum(end - GROUP_WINDOW < at <= end for _, at in counted) <= of_group
    for member_id, end in counted:
        assert sum(one == member_id and end - MEMBER_WINDOW < at <= end for one, at in counted) <= of_member


def _refusal(command: Callable[[], None]) -> Refusal | None:
    try:
        command()
    except (AdvertsOfMember, AdvertsOfGroup) as refused:
        return refused
    return None


def _could_be_written_at(adverts: Adverts, member_id: UUID, refused: Refusal) -> bool:
    """The time that a refusal names is the first at which its own reason is gone."""
    next_at = datetime.fromisoformat(refused.facts["next_at"])
    of_member = isinstance(refused, AdvertsOfMember)
    most, window = (adverts.of_member, MEMBER_WINDOW) if of_member else (adverts.of_group, GROUP_WINDOW)
    mine = [one for one in adverts.shown if not of_member or one["member_id"] == str(member_id)]
    before = next_at - timedelta(microseconds=1)
    return free_at(mine, most, window, next_at) is None and free_at(mine, most, window, before) == next_at


def test_what_is_older_than_the_windows_is_kept_no_longer() -> None:
    adverts = made(lambda: Adverts(GROUP_ID), lambda one: one.count(ROD, APPLICANT, NOON))
    with acting(context()):
        adverts.count(LINK, APPLICANT, NOON + MEMBER_WINDOW)
    assert adverts.shown == [Shown(member_id=str(APPLICANT), at=(NOON + MEMBER_WINDOW).isoformat())]
