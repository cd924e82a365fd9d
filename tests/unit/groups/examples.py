"""A group, its people and their evidence, for the tests of this folder."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.contracts.thresholds import Claim, Evidence
from services.groups.domain import Application, Group, Invitation
from services.groups.domain.charter import Grounds
from services.kernel.domain import acting
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON, context

GROUP_ID, OTHER_GROUP_ID, INVITATION_ID = UUID(int=0x100), UUID(int=0x200), UUID(int=0x300)
OWNER, REVIEWER, APPLICANT, STRANGER = ANNA, BORIS, CHEN, DORA
NAMED = {"all": [{"claim": "real_name", "level": 1}]}
NAME = Claim("real_name", 1, None, NOON + timedelta(days=30), UUID(int=0x400))
WITH_NAME = Evidence(claims=[NAME])
NOTHING = Evidence()
BROUGHT = ("evidence", "rules_version", "fee_paid", "waives")


def found(group_id: UUID = GROUP_ID, **changes: Any) -> Callable[[], Group]:
    """The birth of a group of hikers who ask for a real name."""
    given: dict[str, Any] = {
        "group_id": group_id, "owner_id": OWNER, "name": "Hikers", "purpose": "To hike.", "threshold": NAMED,
        "rules": "Leave no trace.", "tags": ["outdoors"], "now": NOON,
    }  # fmt: skip
    return lambda: Group.found(**(given | changes))


def admit(person_id: UUID, **changes: Any) -> Callable[[Group], None]:
    """The owner admits a person with a real name, who accepted the first rules."""
    brought = {"evidence": WITH_NAME, "rules_version": 1}
    grounds = Grounds(**(brought | {name: changes.pop(name) for name in BROUGHT if name in changes}))
    given: dict[str, Any] = {"by": OWNER, "now": NOON, "grounds": grounds}
    return lambda group: group.admit(person_id, **(given | changes))


def seat(person_id: UUID, role: str) -> list[Callable[[Group], None]]:
    """A person is a member, whatever the threshold, and has a role."""
    return [admit(person_id, recorded=True), lambda group: group.give_role(person_id, role, by=OWNER)]


def group(*commands: Callable[[Group], object], **changes: Any) -> Group:
    """A group as it stands after these commands, with a reviewer."""
    with acting(context()):
        made = found(**changes)()
        for command in (*seat(REVIEWER, "reviewer"), *commands):
            command(made)
        made.collect_events()
    return made


def apply(to: Group, **changes: Any) -> Callable[[], Application]:
    """The birth of an application that accepts the first rules, with nothing certified yet."""
    given: dict[str, Any] = {
        "person_id": APPLICANT, "rules_version": 1, "evidence": NOTHING, "statement": "I hike.", "now": NOON
    }  # fmt: skip
    return lambda: Application.apply(to, **(given | changes))


def refuse(of: Group) -> Callable[[Application], None]:
    """The reviewer refuses."""
    return lambda application: application.refuse(of, by=REVIEWER, code="does_not_fit", reason="We only hike.")


def issue(by_group: Group, **changes: Any) -> Callable[[], Invitation]:
    """The birth of an invitation for a week."""
    given: dict[str, Any] = {
        "invitation_id": INVITATION_ID, "person_id": APPLICANT, "by": REVIEWER, "now": NOON,
        "expires_at": NOON + timedelta(days=7),
    }  # fmt: skip
    return lambda: Invitation.issue(by_group, **(given | changes))


def made(birth: Callable[[], Any], *commands: Callable[[Any], object]) -> Any:
    """What was born, after these commands, with nothing left to collect."""
    with acting(context()):
        root = birth()
        for command in commands:
            command(root)
        root.collect_events()
    return root
