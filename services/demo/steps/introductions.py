"""Whoever is new is introduced, with members to meet and why."""

from collections.abc import Sequence

from services.demo.client import Answer
from services.demo.story import Story


async def introduce(story: Story, newcomers: Sequence[str]) -> None:
    """Everybody admitted stands among the introductions; the owner welcomes the latest."""
    owner, path = story["owner"], f"/groups/groups/{story.groups['outdoor']}/introductions"
    expected = {story[part].person_id for part in newcomers}
    seen = await owner.sees(path, "every newcomer is introduced", lambda seen: _introduced(seen) >= expected)
    story.checks.same("introduced", expected, _introduced(seen))
    await owner.do(f"/groups/introductions/{seen['items'][0]['introduction_id']}/welcome")
    seen = await owner.ask(path)
    story.checks.every("introductions", {"introduced": len(expected), "welcomed": 1}, seen)
    rows = [_row(story, newcomer) for newcomer in reversed(seen["items"])]
    story.tell.table("Newcomers are introduced", ["Who", "May want to meet", "Because of"], rows)


def _introduced(seen: Answer) -> set[str]:
    return {newcomer["person_id"] for newcomer in seen["items"]}


def _row(story: Story, newcomer: Answer) -> list[object]:
    suggested = newcomer["suggested"]
    reasons = {_reason(reason) for one in suggested for reason in one["reasons"]}
    return [
        story.name(newcomer["person_id"]), ", ".join(story.name(one["person_id"]) for one in suggested),
        ", ".join(sorted(reasons)),
    ]  # fmt: skip


def _reason(reason: Answer) -> str:
    return " ".join(filter(None, [reason["kind"].replace("_", " "), reason["value"]]))
