"""Sold or not, who bought: the seller asks for a listing, the owner for her community, a member for her links."""

from collections.abc import Sequence

from services.amounts import figure
from services.demo.checks import Sale, owed, totals
from services.demo.client import Answer, Speaker
from services.demo.story import CURRENCY, OFFERED, Story

FLOOR = 5
"""Numbers of people below this are not told, so that nobody can be singled out."""
OWNERS = {"outdoor": "owner", "gadget": "curator"}


async def answer(story: Story) -> None:
    """Both get the same figures as the ledger, and numbers of buyers only where they are many enough."""
    story.tell.chapter("Sold or not, who bought?")
    rows = []
    for goods, offered in OFFERED.items():
        path = f"/mall/listings/{story.listings[goods]}/sales"
        rows.append(await _ask(story, story.seller_of(goods), path, offered.title, story.sold(goods)))
    for group, owner in OWNERS.items():
        path = f"/mall/shelves/{story.groups[group]}/sales"
        rows.append(await _ask(story, story[owner], path, f"{group} community", story.through(group)))
    rows.append(await _ask_member(story))
    columns = ["Who asks", "Of what", "Sold?", "Paid", "Refunded", "Left", "Who bought"]
    story.tell.table(f"Answers ({CURRENCY})", columns, rows, numbers=[3, 4, 5])
    story.tell.say(f"Who bought is told as numbers of people, from {FLOOR} on: nobody can be singled out.")
    await _show_owed(story)


async def _ask(story: Story, who: Speaker, path: str, what: str, sales: Sequence[Sale]) -> list[object]:
    seen = await who.ask(path)
    return [*_figures(story, who, seen, what, sales), _buyers(story, what, seen, sales)]


async def _ask_member(story: Story) -> list[object]:
    """Who shares is told what was sold by her links, and not to whom."""
    who = story["aylin"]
    seen = await who.ask("/mall/sales/mine")
    return [*_figures(story, who, seen, "by her links", story.shared_by("aylin")), "not told"]


def _figures(story: Story, who: Speaker, seen: Answer, what: str, sales: Sequence[Sale]) -> list[object]:
    wanted = totals(sales)
    story.checks.every(f"answer to {who.name} on {what}", {"sold": bool(sales), "equal": True, **wanted}, seen)
    ledger = _in_currency(seen["ledger"])
    in_ledger = {name: amount for name, amount in wanted.items() if name.endswith("_minor")}
    story.checks.every(f"ledger on {what}", in_ledger, ledger)
    amounts = [figure(seen[name], CURRENCY) for name in ("gross_minor", "refunded_minor", "net_minor")]
    sold = f"yes: {seen['units']}, {seen['returned']} came back" if seen["sold"] else "no"
    return [who.name, what, sold, *amounts]


def _in_currency(rows: Sequence[Answer]) -> Answer:
    return next((row for row in rows if row["currency"] == CURRENCY), {})


def _buyers(story: Story, what: str, seen: Answer, sales: Sequence[Sale]) -> str:
    buyers = len({sale.buyer for sale in sales})
    story.checks.same(f"buyers of {what}", buyers if buyers >= FLOOR else None, seen["buyers"]["count"])
    small = [cell for cell in seen["buyers"]["by"] if cell["buyers"] < FLOOR]
    story.checks.same(f"numbers below {FLOOR} about the buyers of {what}", [], small)
    cells = [f"{cell['buyers']} of {cell['kind'].replace('_', ' ')} {cell['value']}" for cell in seen["buyers"]["by"]]
    count = seen["buyers"]["count"]
    return f"fewer than {FLOOR}" if count is None else "; ".join([f"{count} people", *cells])


async def _show_owed(story: Story) -> None:
    parties = [(story.seller_of(goods), story.sellers[goods], "seller") for goods in OFFERED]
    parties.append((story["aylin"], story["aylin"].person_id, "member who shares"))
    parties += [(story[owner], story.groups[group], f"{group} community") for group, owner in OWNERS.items()]
    rows = []
    for who, party_id, what in parties:
        seen = await who.ask(f"/mall/accounts/{party_id}")
        balance = _in_currency(seen["balances"])
        wanted = owed(story.sales, party_id)
        shown = {name: balance.get(name, 0) for name in wanted}
        story.checks.every(f"owed to {who.name} as {what}", wanted, shown)
        rows.append([who.name, what, *(figure(amount, CURRENCY) for amount in shown.values())])
    story.tell.table(f"What is owed to them ({CURRENCY})", ["Who", "As", "Held", "Available"], rows, numbers=[2, 3])
