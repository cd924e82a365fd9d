"""An accepted example of each operation of groups."""

from uuid import UUID, uuid4

from tests.support.communities import RULES
from tests.support.communities import Community as Community
from tests.support.everybody import LONG_AGO, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_content import EXAMPLES as CONTENT
from tests.support.surface_joining import JOINING


def _found(everybody: Everybody, by: UUID) -> Call:
    body = {
        "name": "Night Walks", "purpose": "Owls", "threshold": {"claim": "real_name", "level": 1},
        "tags": ["owls"], "template": "outdoor_club", "language": "en", "reviewers_needed": 1, "fee_minor": 500,
        "fee_currency": "EUR", "questions": [{"text": "Why?", "required": False}], **RULES,
    }  # fmt: skip
    return Call(by=by, body=body, other_body=body | {"name": "Day Walks"})


def _by_leader(body: dict[str, object], other_body: dict[str, object]) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group = Community(everybody)
        path = {"group_id": group.group_id}
        return Call(by=group.owner, path=path, body=body, other_body=other_body, other=group.leader)

    return example


def _of_a_group(body: dict[str, object] | None = None, other_body: dict[str, object] | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        path = {"group_id": Community(everybody).group_id}
        return Call(by=by, path=path, body=body or {}, other_body=other_body)

    return example


def _of_leaders(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    return Call(by=group.owner, path={"group_id": group.group_id}, other=group.leader)


def _for_members(body: dict[str, object] | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group = Community(everybody)
        return Call(by=group.member, path={"group_id": group.group_id}, body=body or {}, other=group.leader)

    return example


def _accept_rules(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    everybody.do(group.owner, f"/groups/groups/{group.group_id}/rules", rules="Be on time.")
    body, other_body = {"rules_version": 2}, {"rules_version": 1}
    return Call(
        by=group.member, path={"group_id": group.group_id}, body=body, other_body=other_body, other=group.leader
    )  # fmt: skip


def _remove_member(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    path, body = {"group_id": group.group_id, "person_id": group.member}, {"reason": "Conduct"}
    return Call(by=group.owner, path=path, body=body, other_body={"reason": "Noise"}, other=group.leader)


def _role(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    path = {"group_id": group.group_id, "person_id": group.member}
    return Call(by=group.owner, path=path, body={"role": "leader"}, other_body={"role": "owner"}, other=group.leader)


def _take_role(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    path = {"group_id": group.group_id, "person_id": group.reviewer}
    return Call(by=group.owner, path=path, body={"role": "reviewer"}, other_body={"role": "owner"}, other=group.leader)


def _record_group(everybody: Everybody, by: UUID) -> Call:
    owner = everybody.person()
    body = {
        "group_id": str(uuid4()), "owner_id": str(owner), "name": "Night Walks", "purpose": "Owls", "threshold": None,
        "tags": ["owls"], "happened_at": LONG_AGO, **RULES,
    }  # fmt: skip
    return Call(by=everybody.operator, body=body, other_body=body | {"name": "Day Walks"}, other=owner)


def _record_member(everybody: Everybody, by: UUID) -> Call:
    group, person_id = Community(everybody), everybody.person()
    body = {"group_id": group.group_id, "person_id": str(person_id), "happened_at": LONG_AGO}
    other_body = body | {"person_id": str(everybody.person())}
    return Call(by=everybody.operator, body=body, other_body=other_body, other=group.owner)


EXAMPLES: dict[str, Example] = {
    **JOINING,
    **CONTENT,
    "templates": lambda everybody, by: Call(by=by, body={"language": "zh"}),
    "found": _found,
    "groups": lambda everybody, by: Call(by=by, body={"tag": "owls", "limit": 10}),
    "group": _of_a_group(),
    "tag_group": _by_leader({"tags": ["owls"]}, {"tags": ["frogs"]}),
    "set_questions": _by_leader({"questions": [{"text": "Why?"}]}, {"questions": []}),
    "set_admission": _by_leader(
        {"reviewers_needed": 2, "fee_minor": 500, "fee_currency": "EUR"}, {"reviewers_needed": 1}
    ),
    "accept_rules": _accept_rules,
    "rules_pending": _by_leader({"limit": 10}, {"limit": 5}),
    "set_threshold": _by_leader({"threshold": {"invitation": True}}, {"threshold": None}),
    "change_rules": _by_leader({"rules": "Be on time."}, {"rules": "Be kind."}),
    "missing": _of_a_group(),
    "apply": _of_a_group(
        {"rules_version": 1, "statement": "I walk", "questions_version": 0, "answers": []},
        {"rules_version": 1, "statement": "I run"},
    ),
    "introductions": _for_members({"limit": 10}),
    "leave": _for_members(),
    "roster": _for_members(
        {"kind": "industry", "code": "outdoors", "tag_kind": "city", "tag_value": "Hangzhou", "limit": 10}
    ),
    "remove_member": _remove_member,
    "give_role": _role,
    "take_role": _take_role,
    "audience": _of_leaders,
    "health": _of_leaders,
    "neighbours": _of_a_group({"limit": 5}),
    "record_group": _record_group,
    "record_member": _record_member,
}  # fmt: skip
