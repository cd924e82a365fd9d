"""A gathering with two places: tickets are bought through the mall, and the waitlist moves by itself."""

from datetime import datetime, timedelta

from services.amounts import figure, money
from services.demo.checks import PARTIES, Sale
from services.demo.client import Answer
from services.demo.steps.checkouts import Wanted, pay
from services.demo.story import CURRENCY, OFFERED, TICKET, Story

VENUE = {"venue_name": "West Lake boat house", "address": "杭州市西湖区北山街1号"}
STARTS_IN, LASTS = timedelta(hours=6), timedelta(hours=3)


async def gather(story: Story) -> None:
    """Two buy, a third waits; one gives back and is refunded, and the third is offered the seat."""
    story.tell.chapter("A gathering with two places, a paid ticket and a waitlist")
    await _announce(story)
    first, second = await _register(story, "li", "held"), await _register(story, "hanako", "held")
    waiting = await _register(story, "kwame", "waiting")
    story.checks.same("place of the third on the waitlist", 1, waiting["position_on_waitlist"])
    await _not_without_seat(story)
    await _buy(story, "li", first["registration_id"])
    sale = await _buy(story, "hanako", second["registration_id"])
    story.tell.say(
        f"{story['li'].name} and {story['hanako'].name} register and pay in the mall; {story['kwame'].name} waits."
    )
    await _give_back(story, sale)
    await _offered(story, waiting["registration_id"])
    await _buy(story, "kwame", waiting["registration_id"])
    await _show(story)


async def _announce(story: Story) -> None:
    """The organiser sells: so she opens as a seller before."""
    owner, ticket = story["owner"], OFFERED[TICKET]
    opened = await owner.do("/mall/sellers", name="山野 Outdoor Friends")
    now = datetime.fromisoformat((await story.api.ask("/identity/clock"))["now"])
    announced = await owner.do(
        "/events/gatherings", group_id=story.groups["outdoor"], title="A morning at the lake", venue=VENUE,
        starts_at=(now + STARTS_IN).isoformat(), ends_at=(now + STARTS_IN + LASTS).isoformat(),
        time_zone="Asia/Shanghai", capacity=ticket.stock, price_minor=ticket.price_minor, currency=CURRENCY,
        listing_ids=[story.listings["rod"]], tags=list(ticket.tags),
    )  # fmt: skip
    story.gathering_id, story.sellers[TICKET] = announced["gathering_id"], opened["seller_id"]
    seen = await owner.sees(
        "/mall/listings", "the mall offers the tickets", lambda seen: bool(seen["items"]),
        seller_id=opened["seller_id"], kind="ticket",
    )  # fmt: skip
    listing = seen["items"][0]
    story.listings[TICKET] = listing["listing_id"]
    wanted = {"gathering_id": story.gathering_id, "price_minor": ticket.price_minor, "currency": CURRENCY}
    story.checks.every("the ticket in the mall", wanted, listing)
    price = money(ticket.price_minor, CURRENCY)
    story.tell.say(f"{owner.name} announces a morning at the lake: {ticket.stock} places, {price} each.")


async def _register(story: Story, part: str, state: str) -> Answer:
    done = await story[part].do(f"/events/gatherings/{story.gathering_id}/registrations")
    story.checks.same(f"registration of {story[part].name}", state, done["state"])
    await story.heard(["mall"])
    return done


async def _not_without_seat(story: Story) -> None:
    zoe, line = story["zoe"], {"listing_id": story.listings[TICKET], "quantity": 1}
    refused = await zoe.is_refused("mall.registration_needed", "/mall/checkouts", lines=[line], payment_method="card")
    story.tell.refusal(zoe.name, refused.sentence)


async def _buy(story: Story, part: str, registration_id: str) -> Sale:
    sale = (await pay(story, part, [Wanted(TICKET, registration_id=registration_id)]))[0]
    path = f"/events/registrations/{registration_id}"
    seen = await story[part].sees(path, "the ticket is issued", lambda seen: seen["state"] == "ticketed")
    story.checks.same(f"order of the ticket of {story[part].name}", sale.order_id, seen["order_id"])
    return sale


async def _give_back(story: Story, sale: Sale) -> None:
    """The seat is free at once, and the mall pays back by itself."""
    hanako, back = story["hanako"], sale.refund(1)
    await hanako.do(f"/events/registrations/{sale.registration_id}/give-back")
    order = await story.operator.sees(
        f"/mall/orders/{sale.order_id}", "the ticket is paid back by itself",
        lambda order: [refund["state"] for refund in order["refunds"]] == ["refunded"],
    )  # fmt: skip
    story.checks.same("paid back for the ticket", sum(back.values()), order["refunds"][0]["amount_minor"])
    story.checks.every("shares left of the ticket given back", sale.left, order["lines"][0]["left"]["shares"])
    paid = money(sum(back.values()), CURRENCY)
    story.tell.say(f"{hanako.name} gives her ticket back: {paid} go back to her, every share of it.")


async def _offered(story: Story, registration_id: str) -> None:
    """Who waited first has the seat for a while, and everybody on the list is told why."""
    kwame, path = story["kwame"], f"/events/registrations/{registration_id}"
    await kwame.sees(path, "the first who waits is offered the seat", lambda seen: seen["state"] == "held")
    seen = await kwame.ask(f"/events/gatherings/{story.gathering_id}/waitlist")
    steps = [(step["what"], step["number"], step["seats"], step["why"]) for step in seen["steps"]]
    story.checks.same("the waitlist", [("joined", 1, 1, None), ("moved", 1, 1, "given_back")], steps)
    rows = [[step["what"], step["number"], step["seats"], step["why"] or ""] for step in seen["steps"]]
    story.tell.table("The waitlist moves by itself, and says why", ["Step", "Number", "Seats", "Why"], rows)
    await story.heard(["mall"])


async def _show(story: Story) -> None:
    rows = [_row(sale) for sale in story.sold(TICKET)]
    columns = ["Buyer", "Paid", "Back", "Organiser", "Platform"]
    story.tell.table(f"Tickets ({CURRENCY})", columns, rows, numbers=[1, 2, 3, 4])
    seen = await story.api.ask(f"/events/gatherings/{story.gathering_id}")
    story.checks.every("the gathering", {"capacity": OFFERED[TICKET].stock, "seats_left": 0}, seen)


def _row(sale: Sale) -> list[object]:
    amounts = [sale.price_minor, sale.refunded_minor, sale.left[PARTIES[0]], sale.left[PARTIES[-1]]]
    return [sale.buyer, *(figure(amount, CURRENCY) for amount in amounts)]
