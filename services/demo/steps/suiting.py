"""Who is there, how the community does, and which community the rod suits: with the reasons."""

from services.demo.client import Answer
from services.demo.steps.admissions import MEMBERS
from services.demo.steps.answers import FLOOR
from services.demo.story import CURRENCY, Story

MOST = 100
WRITTEN = {"posts_by_members": 5, "questions": 1, "questions_answered": 1}
"""A question and its two answers, the advert, and the post that was restored."""
NEW_ROD = {"title": "Fly rod", "price_minor": 19_900, "stock": 3, "tags": ["outdoors", "fishing"]}


async def suit(story: Story) -> None:
    """The seller asks for the rod, both owners for a new one that stands on no shelf yet."""
    story.tell.chapter("Who is there, how it does, and what suits whom")
    await _audience(story)
    await _health(story)
    await _journey(story)
    await _communities(story)
    await _suggestions(story)


async def _audience(story: Story) -> None:
    owner = story["owner"]
    seen = await owner.ask(f"/groups/groups/{story.groups['outdoor']}/audience")
    small = [cell for cell in seen["by"] if cell["people"] < FLOOR]
    story.checks.same(f"numbers below {FLOOR} about the members", [], small)
    story.checks.same("members as numbers", len(MEMBERS), seen["count"])
    cells = ", ".join(f"{cell['people']} of {cell['kind']} {cell['value']}" for cell in seen["by"])
    story.tell.say(f"{owner.name} asks who is there: {seen['count']} people; {cells}. {seen['sentence']}")


async def _health(story: Story) -> None:
    """The recap is of the leaders' lane, and an advert by its label; where time cannot pass there is none."""
    recaps = int(story.is_clock_movable)
    seen = await story["owner"].ask(f"/groups/groups/{story.groups['outdoor']}/health")
    posts = 1 + recaps + WRITTEN["posts_by_members"]
    wanted = {
        **WRITTEN, "members": len(MEMBERS), "newcomers": len(MEMBERS) - 1, "gone": 0, "is_quiet": False,
        "posts_by_leaders": 1 + recaps, "adverts": 1 + recaps,
        "advert_percent": (200 * (1 + recaps) + posts) // (2 * posts),
    }  # fmt: skip
    story.checks.every("how the outdoor community does", wanted, seen)
    rows = [[name.replace("_", " "), seen[name]] for name in wanted]
    story.tell.table(f"The last {seen['days']} days of the outdoor community", ["What", "How many"], rows, numbers=[1])


async def _journey(story: Story) -> None:
    """One of the rods was met in a post, and came back."""
    met = story.bought_by("li", "rod")
    seen = await story["angler"].ask(f"/mall/listings/{story.listings['rod']}/journey")
    wanted = {
        "posts": 1 + int(story.is_clock_movable), "gatherings": 1, "came": None, "orders_by_post": 1,
        "orders_by_gathering": 0, "orders_back": int(met.refunded_quantity > 0),
        "amounts": [
            {
                "currency": CURRENCY, "gross_minor": met.price_minor,
                "net_minor": met.price_minor - met.refunded_minor,
            }
        ],
    }  # fmt: skip
    story.checks.every("from posts and gatherings to orders of the rod", wanted, seen)


async def _communities(story: Story) -> None:
    angler = story["angler"]
    seen = await angler.ask(f"/mall/listings/{story.listings['rod']}/communities", limit=MOST)
    found = {one["group_id"]: one for one in seen["items"]}
    outdoor, gadget = (found.get(story.groups[group], {"suits": False}) for group in ("outdoor", "gadget"))
    story.checks.same("the rod suits the outdoor community", True, outdoor["suits"])
    story.checks.same("the rod suits the gadget community", False, gadget["suits"])
    story.tell.say(f"{angler.name} asks which community the rod suits: the outdoor one, and not the gadget one. Why:")
    rows = [[reason["kind"], reason["points"], reason["sentence"]] for reason in outdoor.get("reasons", [])]
    story.checks.same("there are reasons", True, bool(rows))
    story.tell.table(
        f"Score {outdoor.get('score', 0)} of 100, by {seen['formula']}", ["Reason", "Points", "Says"], rows, numbers=[1]
    )


async def _suggestions(story: Story) -> None:
    """What stands on a shelf already is not suggested again: so a rod that is new is."""
    listed = await story["angler"].do("/mall/listings", currency=CURRENCY, commission_bps=1_200, **NEW_ROD)
    verdicts = {}
    for group, owner in (("outdoor", "owner"), ("gadget", "curator")):
        seen = await story[owner].ask(f"/mall/shelves/{story.groups[group]}/suggestions", limit=MOST)
        verdicts[group] = _suits(seen, listed["listing_id"])
    story.checks.every("a new rod suits", {"outdoor": True, "gadget": False}, verdicts)
    story.tell.say(
        f"{story['angler'].name} lists a fly rod. {story['owner'].name}, who asks what would suit her shelf, is told "
        f"of it; {story['curator'].name} is not."
    )


def _suits(seen: Answer, listing_id: str) -> bool:
    return any(one["listing_id"] == listing_id and one["suits"] for one in seen["items"])
