"""A partner that has known nothing reads the feed from position 0, and arrives at the same figures."""

import asyncio

from services.amounts import figure
from services.demo.checks import totals
from services.demo.client import PAUSE_SECONDS, TRIES, Answer
from services.demo.reading import COUNTED, Reader
from services.demo.steps.admissions import MEMBERS
from services.demo.story import CURRENCY, OFFERED, TICKET, Story

SCOPES = ["feed:identity", "feed:groups", "feed:mall", "feed:events", "counts"]
ROWS = 1_000


async def partner_reads(story: Story) -> None:
    """Its own sums, those of the platform for it, and ours are the same."""
    story.tell.chapter("A partner reads from position 0")
    registered = await story.operator.do("/partners/partners", name=f"Alpine Club {story.run}", scopes=SCOPES)
    reader = Reader(story.api, registered["key"])
    story.reader = reader
    await catch_up(story, reader)
    check_reader(story, reader, len(MEMBERS))
    await _same_counts(story, registered["key"])
    kept = [sale for sale in story.sold(TICKET) if not sale.refunded_quantity]
    wanted = {"issued": len(story.sold(TICKET)), "came": len(kept)}
    story.checks.every("seats that the partner counts", wanted, reader.seats.get(story.gathering_id, {}))
    rows = [_row(story, reader, goods) for goods in OFFERED]
    columns = ["What", "Orders", "Sold", "Back", "Paid", "Refunded"]
    story.tell.table(f"The partner's own figures ({CURRENCY})", columns, rows, numbers=[1, 2, 3, 4, 5])
    story.tell.say(
        f"{reader.position} events, and their chain is whole: none is missing. The figures that the platform tells the "
        "partner are the same."
    )


async def catch_up(story: Story, reader: Reader) -> None:
    """Read on until the figures are there; whatever is still missing then is found by the checks."""
    await story.heard(["partners"])
    for _ in range(TRIES):
        await reader.read_on()
        if all(reader.sold(story.listings[goods]) == _expected(story, goods) for goods in OFFERED):
            return
        await asyncio.sleep(PAUSE_SECONDS)


def check_reader(story: Story, reader: Reader, members: int) -> None:
    """Hold what the partner has worked out against the story."""
    for goods, offered in OFFERED.items():
        seen = reader.sold(story.listings[goods])
        story.checks.every(f"the partner on {offered.title}", _expected(story, goods), seen)
    outdoor = reader.members.get(story.groups["outdoor"], set())
    story.checks.same("members of the outdoor community that the partner counts", members, len(outdoor))
    ids = {one.person_id for one in story.people.values()}
    story.checks.same("people whom the partner knows by their ids here", set(), outdoor & ids)
    story.checks.same("the chain of the feed is whole", True, reader.is_whole)


async def _same_counts(story: Story, key: str) -> None:
    """The platform's figures for the partner, on all pages."""
    rows: dict[str, Answer] = {}
    cursor: dict[str, str] = {}
    while True:
        page = (await story.api.page("/partners/counts", key, by="listing", limit=ROWS, **cursor)).json()
        rows |= {row["listing_id"]: row["sold"] for row in page["items"]}
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    for goods, offered in OFFERED.items():
        sold = rows[story.listings[goods]]
        amounts = next(one for one in sold["amounts"] if one["currency"] == CURRENCY)
        story.checks.every(f"the platform to the partner on {offered.title}", _expected(story, goods), sold | amounts)


def _expected(story: Story, goods: str) -> dict[str, int]:
    wanted = totals(story.sold(goods))
    return {name: wanted[name] for name in COUNTED}


def _row(story: Story, reader: Reader, goods: str) -> list[object]:
    sold = reader.sold(story.listings[goods])
    counted = [sold["orders"], sold["units"], sold["returned"]]
    amounts = [figure(sold[name], CURRENCY) for name in ("gross_minor", "refunded_minor")]
    return [OFFERED[goods].title, *counted, *amounts]
