"""Two communities: one asks for something before it lets people in, the other is open."""

from typing import Any

from services.demo.story import Story

THRESHOLD: dict[str, Any] = {
    "all": [
        {"claim": "real_name", "level": 1},
        {"any": [{"claim": "industry", "code": "outdoors", "level": 1}, {"invitation": True}]},
    ]
}
FIRST_RULES = "Leave no trace."
RULES = "Leave no trace. Say so when you sell something."


async def found(story: Story) -> None:
    """The owners found them; the rules of the outdoor one change once, so that a version has to be accepted."""
    story.tell.chapter("Two communities are founded")
    outdoor = await story["owner"].do(
        "/groups/groups", name=f"山野 Outdoor Friends {story.run}", purpose="Days outside, together",
        threshold=THRESHOLD, rules=FIRST_RULES, tags=["outdoors"],
    )  # fmt: skip
    gadget = await story["curator"].do(
        "/groups/groups", name=f"Gadget Corner {story.run}", purpose="Things with buttons", rules="Be kind.",
        tags=["gadgets"],
    )  # fmt: skip
    story.groups.update(outdoor=outdoor["group_id"], gadget=gadget["group_id"])
    await story["owner"].do(f"/groups/groups/{story.groups['outdoor']}/rules", rules=RULES)
    story.tell.say(
        f"{story['owner'].name} founds the outdoor community. It asks for a certified real name, and either the "
        f"industry 'outdoors' or an invitation. {story['curator'].name} founds a gadget community, open to everybody."
    )
    await _show(story)


async def _show(story: Story) -> None:
    rows = []
    for name, owner in (("outdoor", "owner"), ("gadget", "curator")):
        seen = await story[owner].ask(f"/groups/groups/{story.groups[name]}")
        rows.append([seen["name"], story[owner].name, seen["rules_version"], seen["rules"]])
        story.checks.same(
            f"version of the rules of the {name} community", 2 if name == "outdoor" else 1, seen["rules_version"]
        )
    story.tell.table("Communities", ["Name", "Owner", "Rules", "They say"], rows, numbers=[2])
