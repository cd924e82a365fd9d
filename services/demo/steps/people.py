"""People register, claim things of themselves, and a certifier confirms them or says why not."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.demo.cast import CAST, CITY, mail_of
from services.demo.client import Answer, Speaker
from services.demo.story import Story

REASON = "The document cannot be read; send a sharper picture of it."
INDUSTRY = "Guides people through the mountains"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody says of herself, and what becomes of it; without a level it is refused."""

    who: str
    kind: str
    level: int | None
    value: str = ""
    code: str | None = None
    valid_days: int | None = None


CLAIMS = (
    Claimed("owner", "real_name", 2),
    Claimed("owner", "position", 1, "Head guide", "mountain_guide"),
    Claimed("curator", "real_name", 1),
    Claimed("lampmaker", "real_name", 1),
    Claimed("li", "real_name", 2),
    Claimed("li", "industry", 1, INDUSTRY, "outdoors", valid_days=365),
    Claimed("aylin", "real_name", 1),
    Claimed("hanako", "real_name", 1),
    Claimed("olena", "real_name", 1),
    Claimed("olena", "industry", 1, "Rents out tents", "outdoors"),
    Claimed("jimin", "real_name", None),
)


async def register(story: Story) -> None:
    """Everybody registers and signs in; claims are judged."""
    story.tell.chapter("People register, and what they say of themselves is certified")
    story.people.update({part: _newcomer(story, part) for part in CAST})
    await asyncio.gather(*(_register(one, story.run) for one in story.people.values()))
    certifier = story["certifier"]
    await story.operator.do(f"/identity/people/{certifier.person_id}/roles", role="certifier")
    await asyncio.gather(*(sign_in(one) for one in story.people.values()))
    await asyncio.gather(
        *(one.do("/identity/people/me/tags", kind="city", value=CITY) for one in story.people.values())
    )
    count = len(story.people)
    story.tell.say(
        f"{count} people registered and signed in, all from {CITY}. The operator made {certifier.name} a certifier."
    )
    judged = [await judge(story, claimed) for claimed in CLAIMS]
    story.tell.table(
        "What was certified", ["Who", "Claim", "Level", "Until", "Judged"], [_row(story, j) for j in judged]
    )
    for claimed, seen in zip(CLAIMS, judged, strict=True):
        wanted = {"state": "certified" if claimed.level else "refused", "level": claimed.level, "code": claimed.code}
        story.checks.every(f"{claimed.kind} of {story[claimed.who].name}", wanted, seen)
    await story.heard()


async def sign_in(one: Speaker) -> None:
    """From now on, what this person does is done by her. Raises Refused."""
    session = await one.api.do("/identity/sessions", mail=one.mail, password=one.password)
    one.token, one.person_id = session["token"], session["person_id"]


async def judge(story: Story, claimed: Claimed) -> Answer:
    """Somebody claims something and the certifier judges; the claim as the person then sees it."""
    person, certifier = story[claimed.who], story["certifier"]
    code = {"code": claimed.code} if claimed.code else {}
    said = await person.do("/identity/claims", kind=claimed.kind, value=claimed.value or person.name, **code)
    path = f"/identity/claims/{said['claim_id']}"
    if claimed.level is None:
        await certifier.do(f"{path}/refuse", reason=REASON, code="unreadable")
    else:
        await certifier.do(f"{path}/certify", level=claimed.level, **await _until(story, claimed.valid_days))
    return await person.ask(path)


async def _until(story: Story, days: int | None) -> dict[str, str]:
    if days is None:
        return {}
    now = datetime.fromisoformat((await story.api.ask("/identity/clock"))["now"])
    return {"valid_until": (now + timedelta(days=days)).isoformat()}


def _newcomer(story: Story, part: str) -> Speaker:
    return Speaker(story.api, CAST[part], mail_of(part, story.run), story.password)


async def _register(one: Speaker, run: str) -> None:
    done = await one.do("/identity/people", name=f"{one.name} {run}", mail=one.mail, password=one.password)
    one.person_id = done["person_id"]


def _row(story: Story, claim: Answer) -> list[object]:
    what = claim["kind"].replace("_", " ") + (f": {claim['code']}" if claim["code"] else "")
    judged = "certified" if claim["state"] == "certified" else f"{claim['state']}: {claim['reason']}"
    until = (claim["valid_until"] or "")[:10]
    return [story.name(claim["person_id"]), what, claim["level"] or "", until, judged]
