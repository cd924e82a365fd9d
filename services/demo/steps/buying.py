"""Buyers order through shelves; payments succeed, fail and come twice; every cent has an owner."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.demo.checks import PARTIES, Sale, split
from services.demo.client import Answer
from services.demo.steps.goods import check_stock
from services.demo.story import CURRENCY, GOODS, Story
from services.speaking import figure, money

ADDRESS = "杭州市西湖区龙井路1号"


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many pieces of something, through the shelf of a group or through none."""

    goods: str
    quantity: int = 1
    group: str | None = None


async def buy(story: Story) -> None:
    """One checkout over two sellers, one declined, one told twice, one without a shelf, one by the owner."""
    story.tell.chapter("Buyers order through shelves, and the money is split to the cent")
    await _two_sellers(story)
    await _declined(story)
    await _told_twice(story)
    await _without_commission(story)
    await _show(story)


async def open_checkout(story: Story, part: str, wanted: Sequence[Wanted], method: str = "card") -> Answer:
    """Order and reserve; the payment is under way. Raises Refused."""
    lines = [_line(story, one) for one in wanted]
    total = sum(one.quantity * GOODS[one.goods].price_minor for one in wanted)
    opened = await story[part].do(
        "/mall/checkouts", lines=lines, payment_method=method, delivery_address=ADDRESS
    )  # fmt: skip
    story.checks.same(f"total of the checkout of {story[part].name}", total, opened["total_minor"])
    return opened


async def outcome(story: Story, part: str, checkout_id: str, wanted: str) -> Answer:
    """The checkout, once the payment provider has told how it went. Raises NeverCame."""
    path = f"/mall/checkouts/{checkout_id}"
    return await story[part].sees(path, f"the checkout is {wanted}", lambda seen: seen["state"] == wanted)


async def pay(story: Story, part: str, wanted: Sequence[Wanted], method: str = "card") -> list[Sale]:
    """Order, pay, and note what was sold with the shares that it must have. Raises Refused, NeverCame."""
    opened = await open_checkout(story, part, wanted, method)
    return await paid(story, part, opened["checkout_id"], wanted)


async def paid(story: Story, part: str, checkout_id: str, wanted: Sequence[Wanted]) -> list[Sale]:
    """What was sold by a checkout that is being paid; every share is compared. Raises NeverCame."""
    seen = await outcome(story, part, checkout_id, "paid")
    story.checks.same(f"captured from {story[part].name}", seen["total_minor"], seen["captured_minor"])
    sales = []
    for order_id in seen["order_ids"]:
        order = await story.operator.ask(f"/mall/orders/{order_id}")
        sales += [_sale(story, part, wanted, order, line) for line in order["lines"]]
    story.checks.same(f"lines sold to {story[part].name}", len(wanted), len(sales))
    story.sales += sales
    return sales


async def _two_sellers(story: Story) -> None:
    wanted = [Wanted("rod", 1, "outdoor"), Wanted("lamp", 2, "outdoor")]
    sales = await pay(story, "li", wanted)
    total = money(sum(sale.price_minor for sale in sales), CURRENCY)
    story.tell.say(f"{story['li'].name} buys a rod and two head lamps: one payment of {total}, one order per seller.")


async def _declined(story: Story) -> None:
    opened = await open_checkout(story, "aylin", [Wanted("rod", 1, "outdoor")], "card_declined")
    await outcome(story, "aylin", opened["checkout_id"], "declined")
    await check_stock(story, "rod")
    story.tell.say(f"The card of {story['aylin'].name} is declined: her rod is back in stock.")


async def _told_twice(story: Story) -> None:
    await pay(story, "hanako", [Wanted("rod", 1, "gadget")], "card_double")
    story.tell.say(f"The provider reports the payment of {story['hanako'].name} twice; it counts once.")


async def _without_commission(story: Story) -> None:
    await pay(story, "olena", [Wanted("lamp")])
    await pay(story, "owner", [Wanted("lamp", 1, "outdoor")])
    story.tell.say(
        f"{story['olena'].name} buys a lamp without any shelf, and {story['owner'].name} one from the shelf of her own "
        "community: a commission arises in neither."
    )


def _line(story: Story, wanted: Wanted) -> dict[str, object]:
    line: dict[str, object] = {"listing_id": story.listings[wanted.goods], "quantity": wanted.quantity}
    return line | ({"group_id": story.groups[wanted.group]} if wanted.group else {})


def _sale(story: Story, part: str, wanted: Sequence[Wanted], order: Answer, line: Answer) -> Sale:
    one = next(one for one in wanted if story.listings[one.goods] == line["listing_id"])
    goods = GOODS[one.goods]
    earns = one.group is not None and not story.is_owned(one.group, part)
    shares = split(one.quantity * goods.price_minor, goods.commission_bps if earns else 0, story.fee_bps)
    story.checks.every(f"shares of {goods.title} for {story[part].name}", shares, line["shares"])
    return Sale(
        order_id=order["order_id"], line_id=line["line_id"], listing_id=line["listing_id"], buyer=story[part].name,
        seller_id=story.sellers[one.goods], group_id=story.groups[one.group] if one.group else None,
        quantity=one.quantity, unit_price_minor=goods.price_minor, shares=shares,
    )  # fmt: skip


async def _show(story: Story) -> None:
    rows = [_row(story, sale) for sale in story.sales]
    columns = ["Buyer", "What", "Shelf", "Paid", "Seller", "Community", "Platform"]
    story.tell.table(f"Orders, and who gets how much ({CURRENCY})", columns, rows, numbers=[3, 4, 5, 6])
    for goods in GOODS:
        await check_stock(story, goods)


def _row(story: Story, sale: Sale) -> list[object]:
    goods = next(GOODS[name] for name, listing_id in story.listings.items() if listing_id == sale.listing_id)
    shelf = next((name for name, group_id in story.groups.items() if group_id == sale.group_id), "none")
    title = f"{sale.quantity} × {goods.title}"
    shares = (figure(sale.shares[party], CURRENCY) for party in PARTIES)
    return [sale.buyer, title, shelf, figure(sale.price_minor, CURRENCY), *shares]
