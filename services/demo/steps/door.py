"""At the door a signed code counts once; afterwards the community reads how it was."""

from services.demo.checks import Sale
from services.demo.client import Answer
from services.demo.story import TICKET, Story

DOORS = ("door-1", "door-2")
HOURS_UNTIL_OVER = 10
HOUR_SECONDS = 3_600
RECAP = "The mist stayed until eight. Two of us, one rod, no fish, and nobody minded."


async def check_in(story: Story) -> None:
    """Everybody with a ticket comes in once; a second try is told when and where it was used."""
    story.tell.chapter("At the door")
    kept = [sale for sale in story.sold(TICKET) if not sale.refunded_quantity]
    codes = {sale.buyer: await _let_in(story, sale) for sale in kept}
    await _second_try(story, *next(iter(codes.items())))
    await _dead_code(story)
    for sale in kept:
        path = f"/mall/orders/{sale.order_id}"
        await story.operator.sees(path, "the ticket is delivered", lambda order: order["state"] == "delivered")
        sale.is_delivered = True
    story.tell.say("Who came has what the ticket promised: the orders are delivered, and their shares held.")
    seen = await story.api.ask(f"/events/gatherings/{story.gathering_id}/attendance")
    story.checks.every("people who came, fewer than five", {"registered": None, "came": None}, seen)
    await _recap(story)


async def _let_in(story: Story, sale: Sale) -> str:
    holder = next(one for one in story.people.values() if one.name == sale.buyer)
    ticket = await holder.ask(f"/events/registrations/{sale.registration_id}/ticket")
    seen = await _scan(story, ticket["code"], DOORS[0])
    wanted = {"outcome": "checked_in", "registration_id": sale.registration_id, "device_id": DOORS[0]}
    story.checks.every(f"the ticket of {sale.buyer} at the door", wanted, seen)
    return str(ticket["code"])


async def _second_try(story: Story, buyer: str, code: str) -> None:
    seen = await _scan(story, code, DOORS[1])
    story.checks.every("the same ticket again", {"outcome": "duplicate", "device_id": DOORS[0]}, seen)
    story.checks.same("the second try is told when it was used", False, seen["checked_in_at"] is None)
    story.tell.say(f"The signed code of {buyer} lets her in once. At another door:")
    story.tell.refusal(story["owner"].name, seen["sentence"])


async def _dead_code(story: Story) -> None:
    """What was given back is no ticket any more."""
    hanako = story["hanako"]
    given_back = next(sale for sale in story.sold(TICKET) if sale.refunded_quantity)
    path = f"/events/registrations/{given_back.registration_id}"
    seen = await hanako.ask(path)
    story.checks.every("the ticket given back", {"state": "ended", "reason": "given_back"}, seen)
    refused = await hanako.is_refused_to_see("events.no_ticket", f"{path}/ticket")
    story.tell.refusal(hanako.name, refused.sentence)


async def _recap(story: Story) -> None:
    """The clock of a sandbox can be moved to the end of the gathering; elsewhere nobody has been there yet."""
    owner, path = story["owner"], f"/events/gatherings/{story.gathering_id}/recap"
    refused = await owner.is_refused("events.gathering_not_begun", path, text=RECAP)
    story.tell.say(f"{owner.name} wants to tell how it was, too early:")
    story.tell.refusal(owner.name, refused.sentence)
    story.is_clock_movable = bool((await story.api.ask("/identity/clock"))["is_sandbox"])
    if not story.is_clock_movable:
        story.tell.say("The clock of this platform is real, so the gathering is still to come: no recap here.")
        return
    await story.operator.do("/identity/clock", seconds=HOURS_UNTIL_OVER * HOUR_SECONDS)
    await owner.do(path, text=RECAP)
    posts = f"/groups/groups/{story.groups['outdoor']}/posts"
    seen = await story["li"].sees(
        posts, "the recap stands in the community", lambda seen: bool(seen["items"]), kind="recap"
    )
    wanted = {
        "gathering_id": story.gathering_id, "listing_ids": [story.listings["rod"]], "is_advert": True,
        "author_id": owner.person_id,
    }  # fmt: skip
    story.checks.every("the recap in the community", wanted, seen["items"][0])
    told = await story["li"].ask(path)
    story.checks.every("the recap", {"text": RECAP, "came": None}, told)
    story.tell.say(f"{HOURS_UNTIL_OVER} hours pass on the sandbox clock. The recap goes back into the community, with "
                   f"the rod and its label: “{RECAP}”")  # fmt: skip


async def _scan(story: Story, code: str, device: str) -> Answer:
    return await story["owner"].do(f"/events/gatherings/{story.gathering_id}/check-ins", code=code, device_id=device)
