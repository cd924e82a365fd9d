"""An accepted example of each operation of groups on sections, posts, adverts and moderation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.support.communities import Community
from tests.support.everybody import LONG_AGO, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import offer

Body = dict[str, Any]
WHY = {"code": "off_topic", "reason": "This is about boats"}
AGAIN = {"code": "spam", "reason": "Once was enough"}


@dataclass(frozen=True, slots=True)
class Written:
    """A post of a member, and the group in which it stands."""

    group: Community
    post_id: str

    @property
    def path(self) -> dict[str, object]:
        """Where it is."""
        return {"post_id": self.post_id}


def written(everybody: Everybody, who: str = "member", **more: Any) -> Written:
    """Something that somebody of a new group has written."""
    group = Community(everybody)
    told = everybody.do(getattr(group, who), f"/groups/groups/{group.group_id}/posts", **({"text": "We walked"} | more))
    return Written(group, str(told["post_id"]))


def asked(everybody: Everybody) -> tuple[Written, list[str]]:
    """A question with two answers."""
    question = written(everybody, kind="question")
    path, text = f"/groups/posts/{question.post_id}/answers", "Left"
    answers = [everybody.do(who, path, text=text) for who in (question.group.leader, question.group.reviewer)]
    return question, [str(answer["post_id"]) for answer in answers]


def _section(everybody: Everybody, group: Community) -> str:
    path = f"/groups/groups/{group.group_id}/sections"
    return str(everybody.do(group.owner, path, name="Routes", kind="talk")["section_id"])


def _of_section(body: Body | None = None, other_body: Body | None = None, *, is_retired: bool = False) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group = Community(everybody)
        path: dict[str, object] = {"group_id": group.group_id, "section_id": _section(everybody, group)}
        if is_retired:
            everybody.do(group.owner, f"/groups/groups/{path['group_id']}/sections/{path['section_id']}/retire")
        return Call(by=group.owner, path=path, body=body or {}, other_body=other_body, other=group.leader)

    return example


def _of_leaders(body: Body, other_body: Body) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group = Community(everybody)
        path = {"group_id": group.group_id}
        return Call(by=group.owner, path=path, body=body, other_body=other_body, other=group.leader)

    return example


def _in_group(who: str, body: Body | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group = Community(everybody)
        return Call(by=getattr(group, who), path={"group_id": group.group_id}, body=body or {}, other=group.leader)

    return example


def _publish(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    body: Body = {
        "text": "It floats", "kind": "question", "title": "A rod", "section_id": _section(everybody, group),
        "lane": "members", "listing_ids": [offer(everybody).listing_id],
    }  # fmt: skip
    path, other_body = {"group_id": group.group_id}, body | {"text": "It sinks"}
    return Call(by=group.member, path=path, body=body, other_body=other_body, other=group.leader)


def _by_author(body: Body | None = None, other_body: Body | None = None) -> Example:
    """The other is a fellow member."""

    def example(everybody: Everybody, by: UUID) -> Call:
        post = written(everybody)
        return Call(
            by=post.group.member, path=post.path, body=body or {}, other_body=other_body, other=post.group.leader
        )

    return example


def _by_reader(body: Body | None = None, other_body: Body | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        post = written(everybody)
        others = {"body": body or {}, "other_body": other_body, "other": post.group.owner}
        return Call(by=post.group.leader, path=post.path, **others)

    return example


def _by_moderator(body: Body | None = None, other_body: Body | None = None, *, is_reported: bool = False) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        post = written(everybody)
        if is_reported:
            everybody.do(post.group.leader, f"/groups/posts/{post.post_id}/reports", code="spam")
        others = {"body": body or {}, "other_body": other_body, "other": post.group.member}
        return Call(by=post.group.reviewer, path=post.path, **others)

    return example


def _of_lane(is_pinned: bool) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        post = written(everybody, "leader", lane="leaders")
        if is_pinned:
            everybody.do(post.group.owner, f"/groups/posts/{post.post_id}/pin")
        return Call(by=post.group.leader, path=post.path, other=post.group.member)

    return example


def _answer(everybody: Everybody, by: UUID) -> Call:
    question, _ = asked(everybody)
    body: Body = {"text": "Right", "listing_ids": [offer(everybody).listing_id]}
    others = {"other_body": body | {"text": "Up"}, "other": question.group.leader}
    return Call(by=question.group.member, path=question.path, body=body, **others)


def _answers(everybody: Everybody, by: UUID) -> Call:
    question, _ = asked(everybody)
    return Call(by=question.group.member, path=question.path, body={"limit": 1}, other=question.group.leader)


def _accept(everybody: Everybody, by: UUID) -> Call:
    question, (first, second) = asked(everybody)
    others = {"other_body": {"answer_id": second}, "other": question.group.leader}
    return Call(by=question.group.member, path=question.path, body={"answer_id": first}, **others)


def _removed(everybody: Everybody) -> Written:
    post = written(everybody)
    everybody.do(post.group.reviewer, f"/groups/posts/{post.post_id}/remove", **WHY)
    return post


def _appeal(everybody: Everybody, by: UUID) -> Call:
    post = _removed(everybody)
    others = {"other_body": {"text": "Please"}, "other": post.group.leader}
    return Call(by=post.group.member, path=post.path, body={"text": "It is about shores"}, **others)


def _decide_appeal(everybody: Everybody, by: UUID) -> Call:
    post = _removed(everybody)
    everybody.do(post.group.member, f"/groups/posts/{post.post_id}/appeal", text="It is about shores")
    body = {"restores": True, "reason": "So it is"}
    others = {"other_body": body | {"restores": False}, "other": post.group.reviewer}
    return Call(by=post.group.owner, path=post.path, body=body, **others)


def _share(everybody: Everybody, by: UUID) -> Call:
    post, target = written(everybody), Community(everybody)
    everybody.do(
        everybody.operator, "/groups/records/members", group_id=target.group_id, person_id=str(post.group.leader),
        happened_at=LONG_AGO,
    )  # fmt: skip
    body: Body = {
        "group_id": target.group_id, "section_id": _section(everybody, target), "text": "Worth reading"
    }  # fmt: skip
    others = {"other_body": body | {"text": "Read this"}, "other": post.group.owner}
    return Call(by=post.group.leader, path=post.path, body=body, **others)


EXAMPLES: dict[str, Example] = {
    "sections": lambda everybody, by: Call(by=by, path={"group_id": Community(everybody).group_id}),
    "open_section": _of_leaders(
        {"name": "Routes", "kind": "trips", "shares_out": False}, {"name": "Gear", "kind": "shop"}
    ),
    "change_section": _of_section({"name": "Ways", "shares_out": False}, {"name": "Paths", "shares_out": True}),
    "retire_section": _of_section(),
    "restore_section": _of_section(is_retired=True),
    "set_openness": _of_leaders({"is_public": True, "shares_out": False}, {"is_public": False, "shares_out": False}),
    "adverts": _in_group("member"),
    "set_quota": _of_leaders({"of_member": 3, "of_group": 30}, {"of_member": 0, "of_group": 0}),
    "publish_post": _publish,
    "posts": _in_group(
        "member",
        {"section_id": str(uuid4()), "kind": "post", "lane": "members", "is_advert": False,
         "author_id": str(uuid4()), "limit": 10},
    ),
    "post": _by_reader(),
    "edit_post": _by_author({"text": "We ran", "title": "A run"}, {"text": "We swam"}),
    "delete_post": _by_author(),
    "pin_post": _of_lane(is_pinned=False),
    "unpin_post": _of_lane(is_pinned=True),
    "answer_question": _answer,
    "answers": _answers,
    "accept_answer": _accept,
    "report_post": _by_reader({"code": "spam", "text": "Again"}, {"code": "rules"}),
    "reports": _in_group("reviewer", {"limit": 10}),
    "dismiss_reports": _by_moderator(is_reported=True),
    "remove_post": _by_moderator(WHY, AGAIN),
    "appeal": _appeal,
    "decide_appeal": _decide_appeal,
    "appeals": lambda everybody, by: Call(by=everybody.operator, body={"limit": 10}),
    "case": _by_author(),
    "share_post": _share,
    "shares": _by_reader({"limit": 10}),
    "withdraw_sharing": _by_author(),
    "shared": _in_group("member", {"direction": "in", "limit": 10}),
}  # fmt: skip
