"""Buyers order through shelves and links; payments succeed, fail and come twice; every cent has an owner."""

from services.amounts import figure, money
from services.demo.checks import PARTIES, Sale
from services.demo.steps.attribution import explain
from services.demo.steps.checkouts import Wanted, open_checkout, outcome, pay
from services.demo.steps.goods import check_stock
from services.demo.story import CURRENCY, GOODS, OFFERED, Story


async def buy(story: Story) -> None:
    """One checkout over two sellers, one declined, one told twice, and what nobody earns by."""
    story.tell.chapter("Buyers order through shelves and links, and the money is split to the cent")
    await _two_sellers(story)
    await _declined(story)
    await _told_twice(story)
    await _by_link(story)
    await _without_commission(story)
    await _show(story)
    await explain(story)


async def _two_sellers(story: Story) -> None:
    rod = Wanted("rod", 1, link="rod", post="rod")
    sales = await pay(story, "li", [rod, Wanted("lamp", 2, "outdoor")])
    total = money(sum(sale.price_minor for sale in sales), CURRENCY)
    story.tell.say(
        f"{story['li'].name} buys a rod by the link of {story['aylin'].name}, met in her post, and two head lamps from "
        f"the shelf: one payment of {total}, one order per seller. Community and member share the pool of the rod."
    )


async def _declined(story: Story) -> None:
    opened = await open_checkout(story, "aylin", [Wanted("rod", 1, "outdoor")], "card_declined")
    await outcome(story, "aylin", opened["checkout_id"], "declined")
    await check_stock(story, "rod")
    story.tell.say(f"The card of {story['aylin'].name} is declined: her rod is back in stock.")


async def _told_twice(story: Story) -> None:
    await pay(story, "hanako", [Wanted("rod", 1, "gadget")], "card_double")
    story.tell.say(f"The provider reports the payment of {story['hanako'].name} twice; it counts once.")


async def _by_link(story: Story) -> None:
    await pay(story, "kwame", [Wanted("lamp", 1, link="lamp")])
    story.tell.say(
        f"{story['kwame'].name} buys a lamp by the link of {story['aylin'].name} that leads from no shelf: the pool is "
        "hers alone."
    )


async def _without_commission(story: Story) -> None:
    await pay(story, "olena", [Wanted("lamp")])
    await pay(story, "owner", [Wanted("lamp", 1, "outdoor")])
    await pay(story, "aylin", [Wanted("lamp", 1, link="lamp")])
    story.tell.say(
        f"{story['olena'].name} buys a lamp without any way, {story['owner'].name} one from the shelf of her own "
        f"community, {story['aylin'].name} one by her own link: nobody earns on a purchase of her own."
    )


async def _show(story: Story) -> None:
    rows = [_row(story, sale) for sale in story.sales]
    columns = ["Buyer", "What", "By way of", "Paid", "Seller", "Community", "Member", "Platform"]
    story.tell.table(f"Orders, and who gets how much ({CURRENCY})", columns, rows, numbers=[3, 4, 5, 6, 7])
    for goods in GOODS:
        await check_stock(story, goods)


def _row(story: Story, sale: Sale) -> list[object]:
    goods = OFFERED[story.goods_of(sale)]
    shelf = next((f"shelf of {name}" for name, group_id in story.groups.items() if group_id == sale.group_id), "")
    link = f"link of {story.name(sale.member_id)}" if sale.member_id else ""
    shares = (figure(sale.shares[party], CURRENCY) for party in PARTIES)
    way = ", ".join(filter(None, [link, shelf])) or "none"
    return [sale.buyer, f"{sale.quantity} × {goods.title}", way, figure(sale.price_minor, CURRENCY), *shares]
