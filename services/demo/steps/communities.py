"""Two communities: one is founded from a template and asks for something, the other is open."""

from typing import Any

from services.demo.story import Story

TEMPLATE = "outdoor_club"
THRESHOLD: dict[str, Any] = {
    "all": [
        {"claim": "real_name", "level": 1},
        {"any": [{"claim": "industry", "level": 1, "code": "outdoors"}, {"invitation": True}]},
    ]
}
FOUND_BY = ["outdoors", "fishing"]
"""What the template says of it, and what its members like best."""
RULES = "Leave no trace. Say so when you sell something."
OWN_SECTIONS = ["Trips", "Gear"]
FOR_A_WHILE = (("Talk", "talk"), ("Questions", "questions"), ("Library", "library"))
ONE_TOO_MANY = ("Jobs", "jobs")


async def found(story: Story) -> None:
    """The owners found them; the rules of the outdoor one change once, so that a version has to be accepted."""
    story.tell.chapter("Two communities are founded")
    await _found(story)
    story.tell.say(
        f"{story['owner'].name} founds the outdoor community from the template '{TEMPLATE}'. It asks for a certified "
        "real name, and either the industry 'outdoors' or an invitation; two sections of its own come with it. "
        f"{story['curator'].name} founds a gadget community, open to everybody."
    )
    await _show(story)
    await _sections(story)
    await story.heard()


async def _found(story: Story) -> None:
    owner, curator = story["owner"], story["curator"]
    outdoor = await owner.do("/groups/groups", name=f"山野 Outdoor Friends {story.run}", template=TEMPLATE)
    gadget = await curator.do(
        "/groups/groups", name=f"Gadget Corner {story.run}", purpose="Things with buttons", rules="Be kind.",
        tags=["gadgets"],
    )  # fmt: skip
    story.groups.update(outdoor=outdoor["group_id"], gadget=gadget["group_id"])
    await owner.do(f"/groups/groups/{story.groups['outdoor']}/rules", rules=RULES)
    await owner.do(f"/groups/groups/{story.groups['outdoor']}/tags", tags=FOUND_BY)


async def _show(story: Story) -> None:
    rows = []
    for name, owner in (("outdoor", "owner"), ("gadget", "curator")):
        seen = await story[owner].ask(f"/groups/groups/{story.groups[name]}")
        rows.append([seen["name"], story[owner].name, seen["rules_version"], seen["rules"]])
        wanted = {
            "rules_version": 2 if name == "outdoor" else 1, "threshold": THRESHOLD if name == "outdoor" else None,
            "template": TEMPLATE if name == "outdoor" else None,
        }  # fmt: skip
        story.checks.every(f"the {name} community", wanted, seen)
    story.tell.table("Communities", ["Name", "Owner", "Rules", "They say"], rows, numbers=[2])


async def _sections(story: Story) -> None:
    """Five at most: three more are opened, the sixth is refused, and the three are retired again."""
    owner, path = story["owner"], f"/groups/groups/{story.groups['outdoor']}/sections"
    opened = [await owner.do(path, name=name, kind=kind) for name, kind in FOR_A_WHILE]
    refused = await owner.is_refused("groups.sections_full", path, name=ONE_TOO_MANY[0], kind=ONE_TOO_MANY[1])
    story.tell.say("Three more sections make five; a sixth is one too many, and the three are retired again:")
    story.tell.refusal(owner.name, refused.sentence)
    for one in opened:
        await owner.do(f"{path}/{one['section_id']}/retire")
    seen = await owner.ask(path)
    names = [section["name"] for section in seen["items"] if not section["is_retired"]]
    story.checks.same("open sections of the outdoor community", OWN_SECTIONS, names)
