"""A person asks to be forgotten: what she was called is unreadable, and every sum still holds."""

import asyncio
import json

from services.demo.client import Refused, Speaker
from services.demo.steps.admissions import MEMBERS
from services.demo.steps.books import all_books, parties_of
from services.demo.steps.partner import catch_up, check_reader
from services.demo.steps.reviews import JUDGED
from services.demo.steps.talking import QUESTION
from services.demo.story import FORGOTTEN, Story

Place = tuple[Speaker, str]
LOOKS, LOOK_SECONDS = 40, 0.5
"""A process keeps keys in its memory for some seconds: see docs/privacy.md."""
NOBODY_THERE = "identity.no_such_person"


async def forget(story: Story) -> None:
    """Looked at before and after: her name and her words in every place, and every account."""
    story.tell.chapter("A person asks to be forgotten")
    person = story[FORGOTTEN]
    readable = await _readable(story)
    story.checks.same("places where her name or her words could be read before", True, bool(readable))
    accounts = await _accounts(story)
    await person.do("/identity/people/me/forget", person_id=person.person_id)
    await story.heard(["groups", "mall", "events", "partners"])
    story.forgotten.append(FORGOTTEN)
    story.checks.same("places where her name or her words can be read", [], await _left_readable(story))
    refused = await _sign_in_refused(person)
    story.tell.say(
        f"{person.name} asks to be forgotten. Before, her name or her words could be read in {len(readable)} places; "
        "now in none: her key is gone. She cannot sign in:"
    )
    story.tell.refusal("whoever she was", refused)
    await _sums_hold(story, accounts)


async def _sums_hold(story: Story, accounts: dict[str, int]) -> None:
    after = await _accounts(story)
    story.checks.every("account after she was forgotten", accounts, after)
    story.checks.same("accounts after she was forgotten", len(accounts), len(after))
    story.checks.books(story.sales, await all_books(story.operator), set(parties_of(story)))
    roster = await story["owner"].ask(f"/groups/groups/{story.groups['outdoor']}/members")
    story.checks.same("members without her", len(MEMBERS) - 1, len(roster["items"]))
    seen = await story.api.ask(f"/mall/listings/{story.listings['lamp']}/reviews")
    wanted = {"count": 1, "mean_hundredths": 100 * int(str(JUDGED["rating"]))}
    story.checks.every("reviews of the lamp, whose words are gone", wanted, seen)
    await catch_up(story, story.reader)
    check_reader(story, story.reader, len(MEMBERS) - 1)
    story.tell.say(
        f"{len(accounts)} accounts stand as they stood, to the cent, and sum to zero. Her points for the lamp still "
        "count, without her words. The partner reads on, and its figures are the same."
    )


async def _readable(story: Story) -> list[str]:
    """Where her name, her mail address or what she wrote stands."""
    person = story[FORGOTTEN]
    words = (person.name, person.mail, QUESTION, str(JUDGED["text"]))
    found = []
    for who, path in _places(story):
        seen = await _told(who, path)
        if any(word in seen for word in words):
            found.append(f"{path} for {who.name}")
    if any(word in page for page in story.reader.words for word in words):
        found.append("the feed")
    return found


async def _left_readable(story: Story) -> list[str]:
    """Where she can still be read, once every process has had the time to let go of her key."""
    for _ in range(LOOKS):
        if not (found := await _readable(story)):
            break
        await asyncio.sleep(LOOK_SECONDS)
    return found


async def _told(who: Speaker, path: str) -> str:
    """The whole answer; nothing where the platform knows nobody there any more."""
    try:
        return json.dumps(await who.ask(path), ensure_ascii=False)
    except Refused as refused:
        if refused.code != NOBODY_THERE:
            raise
        return ""


def _places(story: Story) -> list[Place]:
    """Wherever the story has met her, as those who may look there."""
    person, outdoor = story[FORGOTTEN], f"/groups/groups/{story.groups['outdoor']}"
    owner, li, lamp = story["owner"], story["li"], story.listings["lamp"]
    sale = story.bought_by(FORGOTTEN, "lamp")
    return [
        (li, f"/identity/people/{person.person_id}"), (story.operator, f"/identity/people/{person.person_id}"),
        (owner, f"{outdoor}/members"), (owner, f"{outdoor}/introductions"), (owner, f"{outdoor}/applications"),
        (li, f"{outdoor}/posts"), (li, f"/groups/posts/{story.posts['question']}"), (owner, f"{outdoor}/audience"),
        (story.seller_of("lamp"), f"/mall/orders/{sale.order_id}"), (story.operator, f"/mall/orders/{sale.order_id}"),
        (li, f"/mall/listings/{lamp}/reviews"), (li, f"/mall/reviews/{story.review_id}"),
        (story.seller_of("lamp"), f"/mall/listings/{lamp}/sales"), (story.operator, "/mall/books"),
        (owner, f"/events/gatherings/{story.gathering_id}/attendees"), (story.operator, "/partners/partners"),
    ]  # fmt: skip


async def _accounts(story: Story) -> dict[str, int]:
    books, parties = await all_books(story.operator), parties_of(story)
    return {
        f"{row['account']} of {row['party_id']} in {row['currency']}": row["balance_minor"]
        for row in books["accounts"]
        if row["party_id"] in parties
    }


async def _sign_in_refused(person: Speaker) -> str:
    nobody = Speaker(person.api, "whoever she was")
    refused = await nobody.is_refused(
        "identity.wrong_credentials", "/identity/sessions", mail=person.mail, password=person.password
    )
    return refused.sentence
