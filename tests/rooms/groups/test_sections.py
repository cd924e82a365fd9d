"""The sections of a group: five at most, however many are opened at once."""

from uuid import UUID

import pytest

from services.groups.domain.refusals import NoSuchGroup, NotLeader
from services.groups.domain.sections import Sections
from services.groups.domain.writing_refusals import (
    NoSuchSection,
    SectionIsRetired,
    SectionNameTaken,
    SectionsFull,
    SectionTakesQuestions,
)

from .rooms import LEADER, MEMBER, NEVER_HEARD_OF, OWNER, REVIEWER, STRANGER
from .test_races import at_once, kinds, recorded
from .writers import Writers

FOUNDERS = 50


def opened(writers: Writers, group_id: UUID) -> list[str]:
    items = writers.ask("sections", STRANGER, group_id=group_id)["items"]
    return [row["name"] for row in items if not row["is_retired"]]


def sixth_at_once(writers: Writers, group_id: UUID) -> list[object]:
    """Fifty, by everybody who may, while four are open."""
    for number in range(4):
        writers.section(group_id, f"Section {number}")
    wanted = [
        ("open_section", (OWNER, LEADER)[number % 2], {"group_id": group_id, "name": f"Late {number}", "kind": "talk"})
        for number in range(FOUNDERS)
    ]
    return at_once(writers, *wanted)


def test_fifty_sections_at_once_leave_five(writers: Writers) -> None:
    group_id = writers.crew()
    assert kinds(sixth_at_once(writers, group_id)) == {"done": 1, "SectionsFull": FOUNDERS - 1}
    assert len(opened(writers, group_id)) == 5
    assert len(recorded(writers, Sections.SectionOpened)) == 5


def test_without_the_guard_there_would_be_fifty_four(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sections, "_require_room", lambda _sections: None)
    group_id = writers.crew()
    assert kinds(sixth_at_once(writers, group_id)) == {"done": FOUNDERS}
    assert len(opened(writers, group_id)) == 54


def test_fifty_first_sections_at_once_leave_five_in_one_stream(writers: Writers) -> None:
    group_id = writers.crew()
    wanted = [
        ("open_section", OWNER, {"group_id": group_id, "name": f"First {number}", "kind": "talk"})
        for number in range(50)
    ]
    assert kinds(at_once(writers, *wanted)) == {"done": 5, "SectionsFull": 45}
    assert len(recorded(writers, Sections.Arranged)) == 1


def test_a_retired_section_counts_no_longer_and_a_restored_one_again(writers: Writers) -> None:
    group_id = writers.crew()
    first = writers.section(group_id, "Routes")
    for number in range(4):
        writers.section(group_id, f"Section {number}")
    assert isinstance(writers.refusal("open_section", OWNER, group_id=group_id, name="More", kind="talk"), SectionsFull)
    writers.do("retire_section", OWNER, group_id=group_id, section_id=first)
    writers.section(group_id, "More")
    full = writers.refusal("restore_section", LEADER, group_id=group_id, section_id=first)
    assert isinstance(full, SectionsFull)
    assert full.detail == f"Group {group_id} has 5 open sections, which is the most; retire one first."
    (other,) = [one for one in writers.ask("sections", OWNER, group_id=group_id)["items"] if one["name"] == "More"]
    writers.do("retire_section", OWNER, group_id=group_id, section_id=UUID(other["section_id"]))
    writers.do("restore_section", OWNER, group_id=group_id, section_id=first)
    assert "Routes" in opened(writers, group_id)


def test_restoring_at_once_with_opening_leaves_five(writers: Writers) -> None:
    group_id = writers.crew()
    retired = [writers.section(group_id, f"Section {number}") for number in range(4)]
    for section_id in retired:
        writers.do("retire_section", OWNER, group_id=group_id, section_id=section_id)
    for number in range(4):
        writers.section(group_id, f"Other {number}")
    restores = [("restore_section", OWNER, {"group_id": group_id, "section_id": one}) for one in retired]
    opens = [("open_section", LEADER, {"group_id": group_id, "name": f"Late {n}", "kind": "shop"}) for n in range(10)]
    assert kinds(at_once(writers, *restores, *opens))["done"] == 1
    assert len(opened(writers, group_id)) == 5


def test_only_owners_and_leaders_arrange_sections(writers: Writers) -> None:
    group_id = writers.crew()
    section_id = writers.section(group_id)
    for who in (REVIEWER, MEMBER, STRANGER):
        named = {"group_id": group_id, "section_id": section_id}
        for name, fields in (
            ("open_section", {"group_id": group_id, "name": "Mine", "kind": "talk"}),
            ("change_section", named | {"name": "Mine", "shares_out": True}),
            ("retire_section", named),
            ("restore_section", named),
            ("set_openness", {"group_id": group_id, "is_public": True, "shares_out": True}),
            ("set_quota", {"group_id": group_id, "of_member": 1, "of_group": 1}),
        ):
            assert isinstance(writers.refusal(name, who, **fields), NotLeader), (name, who)


def test_a_section_is_renamed_and_two_open_ones_never_share_a_name(writers: Writers) -> None:
    group_id = writers.crew()
    first, second = writers.section(group_id, "Routes"), writers.section(group_id, "Gear", kind="shop")
    named = {"group_id": group_id, "section_id": second, "shares_out": False}
    assert isinstance(writers.refusal("change_section", OWNER, name=" routes ", **named), SectionNameTaken)
    writers.do("change_section", OWNER, name="Boots", **named)
    rows = writers.ask("sections", OWNER, group_id=group_id)["items"]
    assert [(row["section_id"], row["name"], row["kind"], row["shares_out"]) for row in rows] == [
        (str(first), "Routes", "talk", True),
        (str(second), "Boots", "shop", False),
    ]


def test_what_is_not_there_is_refused(writers: Writers) -> None:
    group_id, nowhere = writers.crew(), NEVER_HEARD_OF
    assert isinstance(writers.refusal("sections", OWNER, group_id=nowhere), NoSuchGroup)
    missing = writers.refusal("retire_section", OWNER, group_id=group_id, section_id=nowhere)
    assert isinstance(missing, NoSuchSection)
    lost = writers.refusal("publish_post", MEMBER, group_id=group_id, text="Hello.", section_id=nowhere)
    assert isinstance(lost, NoSuchSection)


def test_nothing_new_is_written_in_a_retired_section_and_what_was_written_stays(writers: Writers) -> None:
    group_id = writers.crew()
    section_id = writers.section(group_id)
    writers.post(group_id, section_id=section_id)
    writers.do("retire_section", OWNER, group_id=group_id, section_id=section_id)
    refused = writers.refusal("publish_post", MEMBER, group_id=group_id, text="More.", section_id=section_id)
    assert isinstance(refused, SectionIsRetired)
    assert writers.listed(group_id, section_id=section_id) == ["We walked."]


def test_a_section_for_questions_takes_questions_alone(writers: Writers) -> None:
    group_id = writers.crew()
    section_id = writers.section(group_id, "Ask", kind="questions")
    refused = writers.refusal("publish_post", MEMBER, group_id=group_id, text="A remark.", section_id=section_id)
    assert isinstance(refused, SectionTakesQuestions)
    writers.post(group_id, text="Which rod?", kind="question", section_id=section_id)


def test_names_of_sections_go_into_no_message(writers: Writers) -> None:
    group_id = writers.crew()
    writers.section(group_id, "A name that stays here")
    assert "A name that stays here" not in repr(writers.said())
