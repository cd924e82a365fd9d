"""A post is reported and removed with a reason; its author appeals, and somebody else decides."""

from services.demo.story import Story

WORDS = "My brother sells tents; ask me for his number."
REASON = "This reads like an advert without its label."
APPEAL = "He lends them to all of us for nothing."
DECISION = "Lending is welcome here."
STEPS = ["published", "reported", "removed", "appealed", "restored"]


async def moderate(story: Story) -> None:
    """Who removed it does not decide the appeal; who restored it is somebody else."""
    story.tell.chapter("A post is removed, appealed for, and restored")
    owner, li, hanako, aylin = (story[part] for part in ("owner", "li", "hanako", "aylin"))
    group = f"/groups/groups/{story.groups['outdoor']}"
    posted = await hanako.do(f"{group}/posts", text=WORDS)
    path = f"/groups/posts/{posted['post_id']}"
    await owner.do(f"{group}/members/{li.person_id}/roles", role="reviewer")
    await aylin.do(f"{path}/reports", code="hidden_advert")
    waiting = await li.ask(f"{group}/reports")
    story.checks.same("posts that wait", [posted["post_id"]], [one["post_id"] for one in waiting["items"]])
    await owner.do(f"{path}/remove", code="hidden_advert", reason=REASON)
    await hanako.do(f"{path}/appeal", text=APPEAL)
    story.tell.say(f"{aylin.name} reports a post of {hanako.name}; {owner.name} removes it: “{REASON}”")
    decision = f"{path}/appeal/decision"
    refused = await owner.is_refused("groups.second_reviewer_needed", decision, restores=True, reason=DECISION)
    story.tell.say(f"{hanako.name} appeals: “{APPEAL}” Who removed a post does not decide:")
    story.tell.refusal(owner.name, refused.sentence)
    await li.do(decision, restores=True, reason=DECISION)
    story.tell.say(f"{li.name}, a reviewer, restores it: “{DECISION}”")
    case = await hanako.ask(f"{path}/case")
    story.checks.same("what happened to the post", STEPS, [step["step"] for step in case["steps"]])
    named = [step["person_id"] for step in case["steps"] if step["person_id"] not in (None, hanako.person_id)]
    story.checks.same("others whom its author is told by name", [], named)
    rows = [[step["step"], step["code"] or "", step["text"] or ""] for step in case["steps"]]
    story.tell.table("As its author sees the case", ["Step", "Code", "Words"], rows)
