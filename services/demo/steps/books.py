"""The operator opens the books: every account, and a sum of zero."""

from services.amounts import figure
from services.demo.client import Answer, Speaker
from services.demo.story import CURRENCY, LINKS, Story

PAGE = 1_000
MEANING = {
    "provider": "lies at the payment provider",
    "seller_held": "owed to the seller, held",
    "seller_available": "owed to the seller, released",
    "community_held": "owed to the community, held",
    "community_available": "owed to the community, released",
    "member_held": "owed to the member, held",
    "member_available": "owed to the member, released",
    "payouts_due": "on its way to the party",
    "platform_held": "the platform's fee, held",
    "platform_fees": "the platform's fee, earned",
}


async def show_books(story: Story) -> None:
    """All accounts that this story has moved."""
    story.tell.chapter("The books")
    books = await all_books(story.operator)
    parties = parties_of(story)
    story.checks.books(story.sales, books, set(parties))
    rows = [_row(row, parties) for row in books["accounts"] if row["party_id"] in parties and row["balance_minor"]]
    rows.append(["all accounts of the platform", "", figure(books["sums"].get(CURRENCY, 0), CURRENCY)])
    story.tell.table(
        f"Accounts at {books['position']} ({CURRENCY})", ["Account", "Of whom", "Balance"], rows, numbers=[2]
    )
    story.tell.say("What is owed stands with a minus. For every amount there is another that makes it zero.")


async def all_books(operator: Speaker) -> Answer:
    """With all pages. Others may trade between two of them, but not on the accounts that the story compares."""
    books = page = await operator.ask("/mall/books", limit=PAGE)
    accounts = list(books["accounts"])
    while page["next"] is not None:
        page = await operator.ask("/mall/books", limit=PAGE, cursor=page["next"])
        accounts += page["accounts"]
    return books | {"accounts": accounts}


def parties_of(story: Story) -> dict[str | None, str]:
    """Whose accounts the story moves -> what they are called."""
    known: dict[str | None, str] = {
        story.groups["outdoor"]: "outdoor community",
        story.groups["gadget"]: "gadget community",
    }
    known |= {seller_id: story.seller_of(goods).name for goods, seller_id in story.sellers.items()}
    known |= {story[link.owner].person_id: story[link.owner].name for link in LINKS.values()}
    return known | ({None: "platform"} if story.is_alone else {})


def _row(row: Answer, parties: dict[str | None, str]) -> list[object]:
    meaning = MEANING.get(row["account"], row["account"])
    return [f"{row['account']}: {meaning}", parties[row["party_id"]], figure(row["balance_minor"], CURRENCY)]
