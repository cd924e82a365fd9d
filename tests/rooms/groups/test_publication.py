"""What groups says to others is enough to know who is there."""

from pathlib import Path
from typing import Any
from uuid import UUID

from services.contracts import catalogue
from services.contracts import groups as said
from services.kernel.flow.intake import Intake
from services.kernel.flow.progress import Progress
from services.kernel.flow.pump import Pump
from services.kernel.flow.views import Views

from .rooms import APPLICANT, LEADER, MEMBER, OWNER, REVIEWER, STRANGER, Rooms

Roles = dict[UUID, dict[UUID, set[str]]]


class Reader:
    """Somebody who has known nothing and keeps who is in which group, in which roles."""

    def __init__(self) -> None:
        self.roles: Roles = {}
        self.thresholds: dict[UUID, Any] = {}
        self.position = 0

    def read(self, rooms: Rooms, page: int) -> bool:
        """One page; False when there was nothing left."""
        found = rooms.service.messages(self.position, page)
        for envelope in found.messages:
            assert envelope.position > self.position
            message = catalogue.read(envelope)
            assert message is not None
            self.take(message)
        moved, self.position = found.through > self.position, found.through
        return moved

    def take(self, message: Any) -> None:
        match message:
            case said.GroupFounded():
                self.roles[message.group_id] = {message.owner_id: {"owner"}}
                self.thresholds[message.group_id] = message.threshold
            case said.ThresholdChanged():
                self.thresholds[message.group_id] = message.threshold
            case said.MemberAdmitted():
                self.roles[message.group_id][message.person_id] = set()
            case said.MemberLeft():
                del self.roles[message.group_id][message.person_id]
            case said.MemberRoleGiven():
                self.roles[message.group_id][message.person_id].add(message.role)
            case said.MemberRoleTaken():
                self.roles[message.group_id][message.person_id].remove(message.role)


def a_history(rooms: Rooms) -> list[UUID]:
    first, second = rooms.found(threshold=None), rooms.found()
    for person_id in (LEADER, REVIEWER, MEMBER, STRANGER):
        rooms.seat(first, person_id)
    rooms.do("give_role", OWNER, group_id=first, person_id=LEADER, role="leader")
    rooms.do("give_role", OWNER, group_id=first, person_id=LEADER, role="reviewer")
    rooms.do("take_role", OWNER, group_id=first, person_id=LEADER, role="reviewer")
    rooms.do("leave", MEMBER, group_id=first)
    rooms.do("remove_member", LEADER, group_id=first, person_id=REVIEWER, reason="Rude.")
    application_id = rooms.do("apply", APPLICANT, group_id=first, rules_version=1)["application_id"]
    rooms.do("refuse", OWNER, application_id=application_id, reason="Full.")
    rooms.do("reverse", OWNER, application_id=application_id, reason="Not full.")
    rooms.do("admit", OWNER, application_id=application_id)
    rooms.do("set_threshold", OWNER, group_id=second, threshold={"invitation": True})
    rooms.do("change_rules", OWNER, group_id=second, rules="Others.")
    return [first, second]


def test_a_reader_that_knew_nothing_arrives_at_the_roster(rooms: Rooms) -> None:
    group_ids = a_history(rooms)
    for page in (1, 3, 500):
        reader = Reader()
        while reader.read(rooms, page):
            pass
        for group_id in group_ids:
            rows = rooms.ask("roster", OWNER, group_id=group_id)["items"]
            assert reader.roles[group_id] == {UUID(row["person_id"]): set(row["roles"]) for row in rows}
        assert reader.thresholds[group_ids[1]] == {"invitation": True}
        assert reader.position == rooms.service.recorder.position()


def test_one_fact_is_at_most_one_message_and_applications_are_nobody_elses_matter(rooms: Rooms) -> None:
    a_history(rooms)
    names = [envelope.type for envelope in rooms.service.messages(0).messages]
    assert names.count(said.GroupFounded.type_name()) == 2
    assert names.count(said.MemberRoleGiven.type_name()) == 2, "the owner's role is said by group_founded"
    assert len(names) < rooms.service.recorder.position()


def test_views_built_anew_are_equal(rooms: Rooms, tmp_path: Path) -> None:
    a_history(rooms)
    rooms.certify(APPLICANT, "real_name")
    service = rooms.service
    anew = Views.in_file(tmp_path / "anew.db", [make() for make in service.blueprint.projections])
    Pump("groups", service.store, anew, Progress()).step()
    Intake("groups", rooms.identity, anew, service.executor, {}, Progress(), rooms.clock.now).step()
    assert anew.digests() == service.views.digests()
    anew.close()
