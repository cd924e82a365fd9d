"""The last rods are wanted by more buyers than there are rods, all at the same time."""

import asyncio

from rich.text import Text

from services.demo.cast import EVERYBODY_BUYS
from services.demo.client import Refused
from services.demo.steps.checkouts import Wanted, open_checkout, paid
from services.demo.steps.goods import check_stock
from services.demo.story import GOODS, Story

WANTED = [Wanted("rod", 1, "outdoor")]


async def rush(story: Story) -> None:
    """Exactly the stock is sold; the others are told how many are left."""
    story.tell.chapter("More buyers than rods")
    left = GOODS["rod"].stock - sum(sale.quantity for sale in story.sold("rod"))
    outcomes = await asyncio.gather(*(_try(story, part) for part in EVERYBODY_BUYS))
    tried = dict(zip(EVERYBODY_BUYS, outcomes, strict=True))
    winners = {part: done for part, done in tried.items() if isinstance(done, str)}
    for part, checkout_id in winners.items():
        await paid(story, part, checkout_id, WANTED)
    story.checks.same("rods sold in the rush", left, len(winners))
    story.tell.say(f"{left} rods are left, and {len(tried)} people order one in the same moment:")
    rows = [[story[part].name, _said(done)] for part, done in tried.items()]
    story.tell.table("Who got a rod", ["Who", "Answer"], rows)
    await check_stock(story, "rod")


async def _try(story: Story, part: str) -> str | Refused:
    try:
        return str((await open_checkout(story, part, WANTED))["checkout_id"])
    except Refused as refused:
        if refused.code != "mall.sold_out":
            raise
        return refused


def _said(done: str | Refused) -> str | Text:
    return done.sentence if isinstance(done, Refused) else Text("bought", "green")
