"""The model of the ledger: a dictionary of integers, and fractions that are rounded by the largest remainder."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from uuid import UUID

Party = UUID | None
Key = tuple[str, str | None, str]
Shares = dict[str, int]
HELD = {"seller": "seller_held", "community": "community_held", "member": "member_held", "platform": "platform_held"}
FREE = {
    "seller": "seller_available", "community": "community_available", "member": "member_available",
    "platform": "platform_fees",
}  # fmt: skip


class NaiveBooks:
    """By account, party and currency: what we have is positive, what we owe is negative."""

    def __init__(self) -> None:
        self.balances: dict[Key, int] = defaultdict(int)

    def book(self, account: str, party: Party, currency: str, amount: int) -> None:
        """One side of it."""
        key = (account, None if party is None else str(party), currency)
        self.balances[key] += amount
        if not self.balances[key]:
            del self.balances[key]

    def move(self, amount: int, currency: str, have: tuple[str, Party], owe: tuple[str, Party]) -> None:
        """More on the first, and as much more owed on the second."""
        self.book(*have, currency, amount)
        self.book(*owe, currency, -amount)

    def owe(
        self, accounts: Mapping[str, str], parties: Mapping[str, Party], shares: Shares, currency: str, sign: int
    ) -> None:
        """So much more, or with -1 less, is owed to everybody."""
        for name, share in shares.items():
            self.book(accounts[name], parties[name], currency, -sign * share)


def rounded(amount: int, wanted: Mapping[str, Fraction]) -> Shares:
    """Whole parts of an amount; what is left goes to those who lack most, the earlier first."""
    parts = {name: int(share // 1) for name, share in wanted.items()}
    short = sorted(wanted, key=lambda name: wanted[name] - parts[name], reverse=True)
    for name in short[: amount - sum(parts.values())]:
        parts[name] += 1
    return parts


def share_of(price: int, bps: int, cap_bps: int, least: int | None = None, most: int | None = None) -> Fraction:
    """A part of a price, not above the most nor below the least; the least is never more than the cap of the price."""
    wanted = Fraction(price * bps, 10_000)
    if most is not None and wanted > most:
        wanted = Fraction(most)
    if least is not None and wanted < min(least, price * cap_bps // 10_000):
        wanted = Fraction(min(least, price * cap_bps // 10_000))
    return wanted


def shares_of(price: int, pool: Fraction, fee: Fraction, earned: Mapping[str, Fraction]) -> Shares:
    """Who gets what of a price; ``earned`` says which part of the pool."""
    brought = {name: pool * part for name, part in earned.items()}
    return rounded(price, {"seller": price - fee - sum(brought.values()), **brought, "platform": fee})


def part_of(amount: int, left: Shares) -> Shares:
    """Who bears what of an amount that goes back, by what each has left."""
    whole = sum(left.values())
    return rounded(
        amount, {name: Fraction(amount * share, whole) if whole else Fraction(0) for name, share in left.items()}
    )
