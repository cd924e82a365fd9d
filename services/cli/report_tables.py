"""The figures of reports as tables, with a sentence on what they mean."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from rich.markup import escape

from services.amounts import figure, money
from services.reporting import Answer
from services.speaking import console, table

NameOf = Callable[[str | None], str]
PARTS = ("gross_minor", "refunded_minor", "cancelled_minor", "net_minor")
SHARES = ("seller_minor", "community_minor", "member_minor", "platform_minor")
COLUMNS = ("Paid", "Refunded", "Cancelled", "Left", "Seller", "Community", "Member", "Platform")
MEANING = {
    "provider": "lies at the payment provider",
    "unallocated": "captured, not yet owed to anybody",
    "seller_held": "owed to sellers when return windows close",
    "seller_available": "owed to sellers now",
    "community_held": "owed to communities when return windows close",
    "community_available": "owed to communities now",
    "member_held": "owed to members when return windows close",
    "member_available": "owed to members now",
    "platform_held": "the platform's fees, held",
    "platform_fees": "the platform's fees, earned",
    "payouts_due": "on its way to parties",
    "refunds_due": "on its way back to buyers",
    "suspense_paid_without_lines": "paid, and not known for what",
    "suspense_overpaid": "paid beyond what the lines cost",
    "suspense_underpaid": "delivered for more than was paid",
    "suspense_cancelled_paid": "paid, cancelled, and no refund is known",
}


def show_sales(title: str, answer: Answer) -> None:
    """Sold or not, the sums beside the ledger's, the buyers."""
    console.print(f"[bold]{escape(title)}[/bold]")
    pieces = f"{answer['units']:,} in {answer['orders']:,} orders"
    back = f"{answer['returned']:,} came back, {answer['cancelled']:,} were cancelled"
    console.print(f"Sold: [green]yes[/green], {pieces}; {back}." if answer["sold"] else "Sold: no.")
    if not answer["sold"]:
        return
    rows = [
        [row["currency"], says, *(figure(row[name], row["currency"]) for name in (*PARTS, *SHARES))]
        for says, name in (("the sales", "amounts"), ("the ledger", "ledger"))
        for row in answer[name]
    ]
    numbers = range(2, 10)
    table(f"Sold, at {answer['position']}", ("Currency", "As told by", *COLUMNS), rows, tuple(numbers))


def show_buyers(buyers: Answer) -> None:
    """Who bought, as far as numbers of people may be told."""
    if buyers["count"] is None:
        console.print("Fewer than five people bought: no more is told, so that nobody can be singled out.")
        return
    rows = [
        [
            cell["kind"],
            cell["value"],
            "certified" if cell["certified"] else "own word",
            f"{cell['buyers']:,} or more",
        ]
        for cell in buyers["by"]
    ]
    if rows:
        title = f"Who bought: {buyers['count']:,} people; of the first {buyers['told_of']:,} who paid"
        table(title, ("Kind", "Value", "Known by", "Buyers"), rows, (3,))
    else:
        console.print(f"{buyers['count']:,} people bought.")
    if buyers["withheld"]:
        console.print("No more is told: nearly the same people bought another listing, or through another shelf.")
    if buyers["suppressed"]:
        console.print(f"{buyers['suppressed']:,} values are left out: too few people, or too few others.")


def show_communities(title: str, rows: Sequence[Answer], name_of: NameOf) -> None:
    """What was sold through each shelf."""
    if not rows:
        console.print("Nothing was sold yet.")
        return
    columns = ("Community", "Id", "Orders", "Pieces", "Paid", "Left", "Community's share")
    named = [(name_of(row["group_id"]) or "no shelf", row["group_id"] or "") for row in rows]
    figures = [_figures(row, "community_minor") for row in rows]
    table(title, columns, [[*name, *found] for name, found in zip(named, figures, strict=True)], (2, 3, 4, 5, 6))


def show_shelf(report: Answer) -> None:
    """What each listing brought, what became of the shares of the community, and which of its pools end."""
    ending = [[row["title"], row["listing_id"], row["pool_ends_at"], row["until"]] for row in report["pools_ending"]]
    if ending:
        table("Promised to another community alone", ("Listing", "Id", "No pool from", "Until"), ending, ())
    if not report["by_listing"]:
        console.print("Nothing was sold yet.")
        return
    columns = ("Listing", "Id", "Orders", "Pieces", "Came back", *COLUMNS[:4], "Community's share")
    amounts = (*PARTS, "community_minor")
    rows = [
        [row["title"], row["listing_id"], row["orders"], row["units"], row["returned"]]
        + [money(row[name], row["currency"]) for name in amounts]
        for row in report["by_listing"]
    ]
    table(f"What the shelf sold, at {report['position']}", columns, rows, range(2, 10))
    stands = ("Currency", "Held", "Available", "On its way", "Paid out", "Debt")
    names = ("held_minor", "available_minor", "paying_minor", "paid_minor", "debt_minor")
    shares = [[row["currency"], *(figure(row[name], row["currency"]) for name in names)] for row in report["balances"]]
    table("What became of the shares", stands, shares, range(1, 6))


def show_incomes(pages: Sequence[Answer]) -> None:
    """Everybody who earned something in the quarter."""
    first = pages[0]
    columns = ("As", "Id", "Of", "Paid by buyers", "Returned", "Left", "Fee", "Commissions", "Income")
    names = ("gross_minor", "returned_minor", "net_minor", "fee_minor", "commission_minor", "income_minor")
    rows = [
        [row["role"], row["party_id"], row["kind"], *(money(row[name], row["currency"]) for name in names)]
        for page in pages
        for row in page["items"]
    ]
    if rows:
        title = f"Income in {first['quarter']} ({first['time_zone']}), at {first['position']}"
        table(title, columns, rows, range(3, 9))
    else:
        console.print("Nobody earned anything then." if first["since"] is None else "Nothing has changed since.")


def show_operators(pages: Sequence[Answer]) -> None:
    """Everybody who operated in the half-year."""
    first = pages[0]
    columns = ("As", "Id", "Since", "Ended", "Why", "Claims", "Change")
    names = ("role", "party_id", "operating_since", "ended_at", "ended_as")
    rows = [
        [*(row[name] or "" for name in names), " ".join(row["claims"]), row["change"] or ""]
        for page in pages
        for row in page["items"]
    ]
    if rows:
        table(f"Operators in {first['half']} ({first['time_zone']}), at {first['position']}", columns, rows)
    else:
        console.print("Nobody operated then." if first["since"] is None else "Nothing has changed since.")


def show_filings(filings: Sequence[Answer]) -> None:
    """What was sent, and what came back."""
    if not filings:
        console.print("Nothing was filed yet.")
        return
    names = ("quarter", "time_zone", "as_of", "since", "sha256", "receipt")
    columns = ("Quarter", "Time zone", "As of", "Since", "SHA-256 of the file", "Answered")
    table("What was filed, the latest first", columns, [[row[name] or "" for name in names] for row in filings])


def show_listings(title: str, rows: Sequence[Answer]) -> None:
    """What was sold of each listing."""
    columns = ("Listing", "Id", "Orders", "Pieces", "Paid", "Left", "Seller's share")
    cells = [[row["title"], row["listing_id"], *_figures(row, "seller_minor")] for row in rows]
    table(title, columns, cells, (2, 3, 4, 5, 6))


def show_books(books: Answer, lists_parties: bool) -> None:
    """Every account; a party's own only when they are wanted. Ends with the sums, which are zero."""
    if not books["accounts"]:
        console.print("Nothing was sold yet.")
        return
    rows = _each(books["accounts"]) if lists_parties else _together(books["accounts"])
    table(f"The books, at {books['position']}", ("Account", "Whose", "Meaning", "Balance"), rows, (3,))
    for currency, total in books["sums"].items():
        verdict = "[green]they balance[/green]" if not total else "[red]THEY DO NOT BALANCE[/red]"
        console.print(f"All accounts in {currency} come to {figure(total, currency)}: {verdict}.")
    console.print("What is owed stands with a minus.")


def _figures(row: Answer, share: str) -> list[Any]:
    amounts = [money(row[name], row["currency"]) for name in ("gross_minor", "net_minor", share)]
    return [f"{row['orders']:,}", f"{row['units']:,}", *amounts]


def _each(accounts: Sequence[Answer]) -> list[list[str]]:
    return [
        [account, row["party_id"] or "", MEANING.get(account, ""), money(row["balance_minor"], row["currency"])]
        for row in accounts
        if (account := row["account"])
    ]


def _together(accounts: Sequence[Answer]) -> list[list[str]]:
    totals, parties = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in accounts:
        totals[row["account"], row["currency"]] += row["balance_minor"]
        parties[row["account"], row["currency"]] += row["party_id"] is not None
    return [
        [account, _of_whom(parties[account, currency]),
         MEANING.get(account, ""), money(total, currency)]
        for (account, currency), total in totals.items()
    ]  # fmt: skip


def _of_whom(parties: int) -> str:
    """How many share an account; nothing for one that is nobody's in particular."""
    return "" if parties == 0 else "1 party" if parties == 1 else f"{parties:,} parties"
