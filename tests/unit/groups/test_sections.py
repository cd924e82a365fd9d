"""Sections: five open ones, each with a name of its own."""

from uuid import UUID

import pytest

from services.groups.domain import refusals, writing_refusals
from services.groups.domain.sections import MOST_SECTIONS, SECTION_KINDS, Sections
from services.kernel.domain import acting
from tests.support.scenario import context

from .examples import GROUP_ID, OWNER, REVIEWER, STRANGER, group, made

HIKERS = group()


def sections(number: int) -> Sections:
    """So many that are open."""
    opens = [
        lambda one, n=n: one.open(HIKERS, UUID(int=n), f"Section {n}", SECTION_KINDS[n % 6], by=OWNER)
        for n in range(1, number + 1)
    ]
    found: Sections = made(lambda: Sections(GROUP_ID), *opens)
    return found


def test_the_sixth_is_refused_and_possible_again_when_one_is_retired() -> None:
    five = sections(MOST_SECTIONS)
    with acting(context()):
        with pytest.raises(writing_refusals.SectionsFull):
            five.open(HIKERS, UUID(int=6), "Sixth", "talk", by=OWNER)
        five.retire(HIKERS, UUID(int=1), by=OWNER)
        five.open(HIKERS, UUID(int=6), "Sixth", "talk", by=OWNER)
        with pytest.raises(writing_refusals.SectionsFull):
            five.restore(HIKERS, UUID(int=1), by=OWNER)


def test_a_restored_section_needs_its_name_for_itself() -> None:
    one = sections(1)
    with acting(context()):
        one.retire(HIKERS, UUID(int=1), by=OWNER)
        one.open(HIKERS, UUID(int=2), "section 1", "talk", by=OWNER)
        with pytest.raises(writing_refusals.SectionNameTaken):
            one.restore(HIKERS, UUID(int=1), by=OWNER)


@pytest.mark.parametrize(
    ("name", "kind", "refused"),
    [
        (" ", "talk", writing_refusals.SectionWithoutName),
        ("SECTION 1 ", "talk", writing_refusals.SectionNameTaken),
        ("More", "cellar", writing_refusals.SectionKindUnknown),
    ],
)
def test_a_section_has_a_name_and_a_kind(name: str, kind: str, refused: type[Exception]) -> None:
    with acting(context()), pytest.raises(refused):
        sections(1).open(HIKERS, UUID(int=9), name, kind, by=OWNER)


@pytest.mark.parametrize("who", [REVIEWER, STRANGER])
def test_only_owners_and_leaders_arrange(who: UUID) -> None:
    with acting(context()), pytest.raises(refusals.NotLeader):
        sections(0).open(HIKERS, UUID(int=9), "Mine", "talk", by=who)


def test_what_is_said_twice_is_recorded_once() -> None:
    one = sections(1)
    with acting(context()):
        one.restore(HIKERS, UUID(int=1), by=OWNER)
        one.change(HIKERS, UUID(int=1), "Section 1", True, by=OWNER)
        one.set_openness(HIKERS, False, True, by=OWNER)
        assert not one.pending_events
        one.retire(HIKERS, UUID(int=1), by=OWNER)
        one.retire(HIKERS, UUID(int=1), by=OWNER)
    assert len(one.pending_events) == 1


def test_a_section_or_the_whole_group_keeps_what_is_written() -> None:
    one = sections(2)
    with acting(context()):
        one.change(HIKERS, UUID(int=1), "Quiet", False, by=OWNER)
        assert [one.lets_out(UUID(int=n)) for n in (1, 2)] == [False, True]
        assert one.lets_out(None)
        one.set_openness(HIKERS, is_public=False, shares_out=False, by=OWNER)
        assert not one.lets_out(UUID(int=2))
        assert not one.lets_out(None)
