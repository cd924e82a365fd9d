"""Communities from templates, and by which tags they are found."""

import pytest

from services.contracts.thresholds import parse
from services.groups.domain import Group, refusals
from services.groups.domain.charter import check_admission
from services.groups.domain.joining_refusals import TemplateUnknown
from services.groups.domain.questions import asked
from services.groups.domain.sections import MOST_SECTIONS, SECTION_KINDS
from services.groups.templates import LANGUAGES, TEMPLATES

from .rooms import APPLICANT, LEADER, OTHER, OWNER, REVIEWER, STRANGER, Rooms
from .test_races import recorded


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_is_a_valid_community_in_every_language(rooms: Rooms, language: str) -> None:
    listed = rooms.ask("templates", STRANGER, language=language)["items"]
    assert [each["template"] for each in listed] == sorted(TEMPLATES)
    for each in listed:
        parse(each["threshold"])
        asked(each["questions"])
        check_admission(each["reviewers_needed"], each["fee_minor"], each["fee_currency"])
        assert len(each["sections"]) <= MOST_SECTIONS
        assert {section["kind"] for section in each["sections"]} <= set(SECTION_KINDS)
        assert all(each[text] for text in ("title", "purpose", "rules"))


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_one_command_founds_a_community_from_a_template_and_says_of_which_version(rooms: Rooms, name: str) -> None:
    group_id = rooms.do("found", OWNER, name="A group", template=name, language="zh")["group_id"]
    wanted = TEMPLATES[name].filled("zh")
    seen = rooms.ask("group", STRANGER, group_id=group_id)
    assert (seen["template"], seen["template_version"]) == (name, TEMPLATES[name].version)
    assert {each: seen[each] for each in ("purpose", "rules", "questions", "reviewers_needed")} == {
        each: wanted[each] for each in ("purpose", "rules", "questions", "reviewers_needed")
    }
    sections = rooms.ask("sections", OWNER, group_id=group_id)["items"]
    assert {(each["kind"], each["name"]) for each in sections} == {
        (each["kind"], each["name"]) for each in wanted["sections"]
    }


def test_what_is_chosen_stands_before_the_template(rooms: Rooms) -> None:
    chosen = {"threshold": None, "reviewers_needed": 3, "tags": ["fishing"], "questions": []}
    group_id = rooms.do("found", OWNER, name="A lake", template="outdoor_club", **chosen)["group_id"]
    seen = rooms.ask("group", STRANGER, group_id=group_id)
    assert {name: seen[name] for name in chosen} == chosen
    assert seen["rules"] == TEMPLATES["outdoor_club"].rules.en


def test_refuses_a_template_that_is_not_there(rooms: Rooms) -> None:
    assert isinstance(rooms.refusal("found", OWNER, name="A group", template="sect"), TemplateUnknown)


def test_a_group_is_found_by_its_tags_and_says_so(rooms: Rooms) -> None:
    lake, wood = rooms.found(tags=["fishing", "outdoors"]), rooms.found(tags=["outdoors"])
    rooms.seat(wood, LEADER, "leader")
    rooms.seat(wood, REVIEWER, "reviewer")
    assert found_by(rooms, "fishing") == [str(lake)]
    rooms.do("tag_group", LEADER, group_id=wood, tags=["fishing", "woods", "woods"])
    assert found_by(rooms, "fishing") == sorted([str(lake), str(wood)])
    assert found_by(rooms, "outdoors") == [str(lake)]
    assert isinstance(rooms.refusal("tag_group", REVIEWER, group_id=wood, tags=[]), refusals.NotLeader)
    told = [message.to_dict() for message in rooms.service.messages(0).messages]
    assert [each["data"]["tags"] for each in told if each["type"].endswith("group_tagged.v1")] == [["fishing", "woods"]]
    before = rooms.service.recorder.position()
    rooms.do("tag_group", LEADER, group_id=wood, tags=["woods", "fishing"])
    assert rooms.service.recorder.position() == before


def found_by(rooms: Rooms, tag: str) -> list[str]:
    return sorted(row["group_id"] for row in rooms.ask("groups", STRANGER, tag=tag)["items"])


def test_questions_are_answered_as_they_stand_and_shown_to_reviewers_and_the_applicant_alone(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None, questions=[{"text": "Why?"}, {"text": "Since when?", "required": False}])
    rooms.seat(group_id, OTHER)
    rooms.seat(group_id, REVIEWER, "reviewer")
    wanted = {"group_id": group_id, "rules_version": 1}
    assert rooms.refusal("apply", APPLICANT, **wanted).code == "groups.questions_changed"
    refused = rooms.refusal("apply", APPLICANT, **wanted, questions_version=1, answers=["", "May"])
    assert refused.code == "groups.answers_missing"
    assert refused.facts["missing"] == [1]
    too_many = rooms.refusal("apply", APPLICANT, **wanted, questions_version=1, answers=["1", "2", "3"])
    assert too_many.code == "groups.answers_too_many"
    given = {"questions_version": 1, "answers": ["SECRET-4"]}
    application_id = rooms.do("apply", APPLICANT, **wanted, **given)["application_id"]
    changed = rooms.do("set_questions", OWNER, group_id=group_id, questions=[{"text": "Who?"}])
    assert changed["questions_version"] == 2
    for who in (APPLICANT, REVIEWER):
        seen = rooms.ask("application", who, application_id=application_id)
        assert [each["text"] for each in seen["questions"]] == ["Why?", "Since when?"], "as they were when answered"
        assert (seen["questions_version"], seen["answers"]) == (1, ["SECRET-4", ""])
    assert rooms.refusal("application", OTHER, application_id=application_id).code == "groups.no_such_application"
    assert len(recorded(rooms, Group.QuestionsSet)) == 2
