"""Goods arrive and some go back: before the return window closes, and after it."""

from services.amounts import figure
from services.demo.checks import PARTIES, Sale
from services.demo.client import Answer
from services.demo.story import CURRENCY, TICKET, Story

DAY_SECONDS = 86_400


async def deliver_and_return(story: Story) -> None:
    """Delivered orders wait for their window to close; a refund takes back every share, whenever it comes."""
    story.tell.chapter("Goods are delivered, and some come back")
    kept_back = story.sold("rod")[-1]
    await _deliver(story, kept_back)
    hanako, lamps = story.bought_by("hanako", "rod"), story.bought_by("li", "lamp")
    rows = [await _send_back(story, hanako, "hanako"), await _send_back(story, lamps, "li")]
    if story.is_clock_movable:
        await _let_days_pass(story)
        rows.append(await _refund_late(story, story.bought_by("li", "rod")))
    else:
        story.tell.say(
            "The clock of this platform is real (it runs without --sandbox), so the days until shares are released "
            "cannot pass here: that part is left out. Without --url the demo shows it on a platform of its own."
        )
    columns = ["Buyer", "When", "Back to the buyer", "From seller", "Community", "Member", "Platform"]
    story.tell.table(f"Refunds, and who bears them ({CURRENCY})", columns, rows, numbers=[2, 3, 4, 5, 6])


async def _deliver(story: Story, kept_back: Sale) -> None:
    goods = [sale for sale in story.sales if sale.listing_id != story.listings[TICKET]]
    orders = {sale.order_id: story.goods_of(sale) for sale in goods if sale is not kept_back}
    for order_id, name in orders.items():
        await story.seller_of(name).do(f"/mall/orders/{order_id}/deliver")
    for sale in goods:
        sale.is_delivered = sale.order_id in orders
    story.tell.say(
        f"{len(orders)} orders are delivered, that of {kept_back.buyer} is still on its way. Every share is held "
        f"for the {story.return_window_days} days in which goods can be sent back."
    )


async def _send_back(story: Story, sale: Sale, part: str) -> list[object]:
    path = f"/mall/orders/{sale.order_id}/returns"
    await story[part].do(path, line_id=sale.line_id, quantity=1, reason="changed_mind")
    return await _refund(story, sale, "within the window")


async def _refund_late(story: Story, sale: Sale) -> list[object]:
    path, li = f"/mall/orders/{sale.order_id}/returns", story["li"]
    refused = await li.is_refused(
        "mall.return_window_closed", path, line_id=sale.line_id, quantity=1, reason="changed_mind"
    )  # fmt: skip
    story.tell.refusal(li.name, refused.sentence)
    story.tell.say(f"{story.seller_of('rod').name} takes the rod back all the same.")
    return await _refund(story, sale, "after release")


async def _refund(story: Story, sale: Sale, when: str) -> list[object]:
    back = sale.refund(1)
    done = await story.seller_of(story.goods_of(sale)).do(
        f"/mall/orders/{sale.order_id}/refunds", line_id=sale.line_id, quantity=1
    )
    await story.operator.sees(
        f"/mall/orders/{sale.order_id}",
        "the money is back with the buyer",
        lambda order: _is_back(order, done["refund_id"]),
    )
    order = await story.operator.ask(f"/mall/orders/{sale.order_id}")
    line = next(line for line in order["lines"] if line["line_id"] == sale.line_id)
    story.checks.every(f"shares left of the line of {sale.buyer} after a refund", sale.left, line["left"]["shares"])
    amounts = (sum(back.values()), *(back[party] for party in PARTIES))
    return [sale.buyer, when, *(figure(amount, CURRENCY) for amount in amounts)]


def _is_back(order: Answer, refund_id: str) -> bool:
    return any(refund["refund_id"] == refund_id and refund["state"] == "refunded" for refund in order["refunds"])


async def _let_days_pass(story: Story) -> None:
    days = story.return_window_days + 1
    await story.operator.do("/identity/clock", seconds=days * DAY_SECONDS)
    delivered = {sale.order_id for sale in story.sales if sale.is_delivered}
    for order_id in sorted(delivered):
        await story.operator.sees(
            f"/mall/orders/{order_id}", "the shares are released", lambda order: order["state"] == "released"
        )
    for sale in story.sales:
        sale.is_released = sale.order_id in delivered
    story.tell.say(f"{days} days pass on the sandbox clock: what was held of {len(delivered)} orders is released.")
