"""Applicants are screened: one is missing a claim, one is invited, one is refused and later admitted."""

from services.demo.client import Answer
from services.demo.steps.introductions import introduce
from services.demo.steps.people import Claimed, judge
from services.demo.story import Story

CURRENT_RULES = 2
ANSWERS = ["Around the West Lake, every Sunday."]
WAIVED = ["industry"]
REAL_NAME = {"claim": "real_name", "level": 1}
OUTDOORS = {"any": [{"claim": "industry", "level": 1, "code": "outdoors"}, {"invitation": True}]}
MISSING = Claimed("aylin", "industry", 1, "Builds canoes", "outdoors")
MEMBERS = ("owner", "li", "aylin", "hanako", "olena")
OUTCOMES = {
    "li": "accepted the rules as they stand now",
    "aylin": "lacked a claim, had it certified",
    "hanako": "came with an invitation that waives the industry",
    "olena": "refused first, then the refusal was reversed",
}


async def screen(story: Story) -> None:
    """Four are admitted, each another way; one stays outside and knows why."""
    story.tell.chapter("Applicants are screened")
    story.tell.say("Who does not accept the rules as they stand now cannot apply:")
    await _old_rules(story)
    story.tell.say("Who is missing a claim is told exactly which, and is admitted once it is certified:")
    await _missing_claim(story)
    await _invited(story)
    await _refused_and_reversed(story)
    outside = await _outside(story)
    await _show(story, outside)
    await introduce(story, [part for part in MEMBERS if part != "owner"])
    await story.heard(["mall", "events"])


async def _old_rules(story: Story) -> None:
    li, path = story["li"], _path(story, "applications")
    refused = await li.is_refused("groups.rules_not_accepted", path, rules_version=CURRENT_RULES - 1, answers=ANSWERS)
    story.tell.refusal(li.name, refused.sentence)
    await _admit(story, await _apply(story, "li"))


async def _missing_claim(story: Story) -> None:
    aylin, owner = story["aylin"], story["owner"]
    missing = await aylin.ask(_path(story, "missing"))
    story.checks.same("what is missing of Aylin", [OUTDOORS], missing["missing"])
    application_id = await _apply(story, "aylin")
    path = f"/groups/applications/{application_id}/admit"
    refused = await owner.is_refused("groups.threshold_not_met", path)
    story.tell.refusal(aylin.name, missing["sentence"])
    story.tell.refusal(owner.name, refused.sentence)
    await judge(story, MISSING)
    await story.heard(["groups"])
    missing = await aylin.ask(_path(story, "missing"))
    story.checks.same("what is missing of Aylin with the claim", [], missing["missing"])
    await _admit(story, application_id)


async def _invited(story: Story) -> None:
    hanako, owner = story["hanako"], story["owner"]
    invited = await owner.do(_path(story, "invitations"), person_id=hanako.person_id, waives=WAIVED)
    seen = await hanako.ask("/groups/invitations")
    wanted = {"invitation_id": invited["invitation_id"], "waives": WAIVED, "state": "open"}
    story.checks.every("the invitation of Hanako", wanted, seen["items"][0])
    await _admit(story, await _apply(story, "hanako"))


async def _refused_and_reversed(story: Story) -> None:
    owner, application_id = story["owner"], await _apply(story, "olena", statement="Привіт!")
    path = f"/groups/applications/{application_id}"
    await owner.do(f"{path}/refuse", reason="Tell us a little more about yourself.", code="incomplete")
    refused = await story["olena"].ask(path)
    reason = refused["decisions"][-1]["reason"]
    story.tell.say(f"{story['olena'].name} is refused: “{reason}” She writes more, and the refusal is reversed.")
    await owner.do(f"{path}/reverse", reason="She has written to us.")
    await _admit(story, application_id)


async def _outside(story: Story) -> str:
    missing = await story["jimin"].ask(_path(story, "missing"))
    story.checks.same("what is missing of Jimin", [REAL_NAME, OUTDOORS], missing["missing"])
    return str(missing["needed"])


async def _apply(story: Story, part: str, **more: str) -> str:
    done = await story[part].do(
        _path(story, "applications"), rules_version=CURRENT_RULES, questions_version=1, answers=ANSWERS, **more
    )
    return str(done["application_id"])


async def _admit(story: Story, application_id: str) -> None:
    await story["owner"].do(f"/groups/applications/{application_id}/admit")


async def _show(story: Story, outside: str) -> None:
    rows = [[story[part].name, "admitted", why] for part, why in OUTCOMES.items()]
    rows.append([story["jimin"].name, "outside", f"still needed: {outside}"])
    story.tell.table("Who was admitted", ["Who", "Outcome", "Why"], rows)
    roster = await story["owner"].ask(_path(story, "members"))
    story.checks.same("members of the outdoor community", _ids(story), sorted(_member_ids(roster)))
    story.tell.table(
        "The outdoor community", ["Member", "Roles", "Certified"], [_row(story, member) for member in roster["items"]]
    )


def _ids(story: Story) -> list[str]:
    return sorted(story[part].person_id for part in MEMBERS)


def _member_ids(roster: Answer) -> list[str]:
    return [member["person_id"] for member in roster["items"]]


def _row(story: Story, member: Answer) -> list[object]:
    claims = [f"{claim['kind'].replace('_', ' ')} {claim['code'] or ''}".strip() for claim in member["claims"]]
    return [story.name(member["person_id"]), ", ".join(member["roles"]) or "member", ", ".join(claims)]


def _path(story: Story, what: str) -> str:
    return f"/groups/groups/{story.groups['outdoor']}/{what}"
