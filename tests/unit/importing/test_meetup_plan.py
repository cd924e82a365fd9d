"""The plan: what is recorded of answers, under which times, in which order."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.importing.caller import Command
from services.importing.meetup import naming
from services.importing.meetup.plan import phases_of
from services.importing.meetup.taking_in import judge
from tests.support.meetup_file import FIXTURE, written

NOW = datetime(2020, 1, 1, tzinfo=UTC)
LATER = {"responded_at_ms": "1512900001000"}


def planned(path: Path) -> dict[str, list[Command]]:
    phases = phases_of(judge(path, NOW).assembled)
    return {phase.name: [command for chain in phase.chains for command in chain] for phase in phases}


@pytest.fixture
def only(tmp_path: Path) -> Any:
    def only(phase: str, *rows: dict[str, str]) -> dict[str, Any]:
        (command,) = planned(written(tmp_path, *rows))[phase]
        return command.fields

    return only


def test_phases_come_in_the_order_in_which_they_need_one_another() -> None:
    phases = phases_of(judge(FIXTURE, NOW).assembled)
    assert [phase.name for phase in phases] == ["people", "groups", "members", "gatherings", "answers"]
    assert [phase.count for phase in phases] == [105, 50, 50, 51, 51]
    assert all(phase.count == len(list(phase.chains)) for phase in phases)


def test_no_two_commands_share_a_key_and_the_plan_is_always_the_same() -> None:
    commands = [command for phase in planned(FIXTURE).values() for command in phase]
    assert len({command.key for command in commands}) == len(commands)
    assert all(len(command.key) <= 200 for command in commands)
    assert commands == [command for phase in planned(FIXTURE).values() for command in phase]


def test_answers_of_one_person_are_told_in_the_order_of_their_times(tmp_path: Path) -> None:
    told = planned(written(tmp_path, {"response": "no", "guests": "2", **LATER}, {"guests": "3"}))["answers"]
    assert [(one.fields["answer"], one.fields["guests"]) for one in told] == [("yes", 3), ("no", 0)]
    assert [one.fields["happened_at"] for one in told] == ["2017-12-10T10:00:00+00:00", "2017-12-10T10:00:01+00:00"]


def test_a_group_has_its_topics_as_tags_its_place_in_words_and_an_organiser_of_its_own(only: Any) -> None:
    group = only("groups", {})
    assert (group["tags"], group["purpose"]) == (["hiking", "outdoors"], "Meets in Pune, IN (18.5, 73.8).")
    assert group["owner_id"] == str(naming.organiser("walkers"))


def test_a_person_has_no_name_and_is_a_member_since_the_first_answer_even_if_it_was_no(tmp_path: Path) -> None:
    rows = [LATER, {"response": "no", "event_id": "tea", "rsvp_id": "r2"}]
    plan = planned(written(tmp_path, *rows))
    assert {command.fields["name"] for command in plan["people"]} == {None}
    (member,) = plan["members"]
    assert member.fields["happened_at"] == "2017-12-10T10:00:00+00:00"


def test_a_gathering_without_a_venue_has_none_and_one_that_nobody_placed_its_name_alone(only: Any) -> None:
    assert only("gatherings", {"venue_id": "", "venue_name": "", "venue_lat": "", "venue_lon": ""})["venue"] == {}
    unplaced = only("gatherings", {"venue_lat": "0.0", "venue_lon": "0.0"})["venue"]
    assert unplaced == {"venue_name": "Gate", "latitude": None, "longitude": None}
    assert only("gatherings", {})["venue"] == {"venue_name": "Gate", "latitude": 18.6, "longitude": 73.9}


def test_a_gathering_without_a_time_begins_at_the_last_answer_to_it(only: Any) -> None:
    rows = [{"event_at_ms": "null"}, {"event_at_ms": "null", **LATER}]
    assert only("gatherings", *rows)["starts_at"] == "2017-12-10T10:00:01+00:00"
