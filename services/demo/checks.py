"""The figures of the story, worked out once more by plain integer arithmetic and held against the platform's.

Nothing here is shared with the platform: the same mistake would have to be made twice.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PARTIES = ("seller", "community", "member", "platform")
WHOLE_BPS = 10_000
Shares = dict[str, int]


def largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    """Whole parts first; each cent that is left goes to the largest fraction, the earlier one of equals."""
    whole, parts, fractions = sum(weights), [], []
    for place, weight in enumerate(weights):
        part, rest = divmod(amount * weight, whole)
        parts.append(part)
        fractions.append((-rest, place))
    for _, place in sorted(fractions)[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def split(price_minor: int, pool_bps: int, fee_bps: int, community_bps: int = WHOLE_BPS, member_bps: int = 0) -> Shares:
    """Who gets how much of a price; rates in hundredths of a percent, those of community and member of the pool."""
    earned = [pool_bps * community_bps, pool_bps * member_bps]
    fee = fee_bps * WHOLE_BPS
    parts = largest_remainder(price_minor, [WHOLE_BPS * WHOLE_BPS - sum(earned) - fee, *earned, fee])
    return dict(zip(PARTIES, parts, strict=True))


@dataclass(slots=True)
class Sale:
    """One line that was paid for: what it cost, whose it is now, what is left of it."""

    order_id: str
    line_id: str
    listing_id: str
    buyer: str
    seller_id: str
    group_id: str | None
    quantity: int
    unit_price_minor: int
    shares: Shares
    member_id: str | None = None
    registration_id: str | None = None
    is_delivered: bool = False
    is_released: bool = False
    refunded_quantity: int = 0
    refunded: Shares = field(default_factory=lambda: dict.fromkeys(PARTIES, 0))

    @property
    def price_minor(self) -> int:
        """What the buyer paid."""
        return self.quantity * self.unit_price_minor

    @property
    def refunded_minor(self) -> int:
        """What the buyer got back."""
        return sum(self.refunded.values())

    @property
    def left(self) -> Shares:
        """What every party still has of it."""
        return {party: self.shares[party] - self.refunded[party] for party in PARTIES}

    def refund(self, quantity: int) -> Shares:
        """So many go back; every party bears its part of what it has."""
        weights = [self.left[party] for party in PARTIES]
        is_last = self.refunded_quantity + quantity == self.quantity
        amount = sum(weights) if is_last else quantity * self.unit_price_minor
        back = dict(zip(PARTIES, largest_remainder(amount, weights), strict=True))
        self.refunded = {party: self.refunded[party] + back[party] for party in PARTIES}
        self.refunded_quantity += quantity
        return back


def balances(sales: Sequence[Sale]) -> dict[tuple[str, str | None], int]:
    """What the books must show: account and party -> minor units, what is owed with a minus. No zeros."""
    expected: Counter[tuple[str, str | None]] = Counter()
    for sale in sales:
        expected["provider", None] += sum(sale.left.values())
        for party, amount in sale.left.items():
            expected[_account(party, sale)] -= amount
    return {account: amount for account, amount in expected.items() if amount}


def _account(party: str, sale: Sale) -> tuple[str, str | None]:
    if party == "platform":
        return ("platform_fees" if sale.is_released else "platform_held"), None
    owner = {"seller": sale.seller_id, "community": sale.group_id, "member": sale.member_id}[party]
    return f"{party}_{'available' if sale.is_released else 'held'}", owner


def totals(sales: Sequence[Sale]) -> dict[str, int]:
    """Sold or not, as figures: orders, pieces, what was paid, what went back, what is left and whose it is."""
    gross, back = sum(sale.price_minor for sale in sales), sum(sale.refunded_minor for sale in sales)
    counted = {
        "orders": len({sale.order_id for sale in sales}),
        "units": sum(sale.quantity for sale in sales),
        "returned": sum(sale.refunded_quantity for sale in sales),
        "gross_minor": gross,
        "refunded_minor": back,
        "net_minor": gross - back,
    }
    return counted | {f"{party}_minor": sum(sale.left[party] for sale in sales) for party in PARTIES}


def owed(sales: Sequence[Sale], party_id: str) -> dict[str, int]:
    """What is owed to a seller, a community or a member: held, and available."""
    booked = {account: -amount for (account, party), amount in balances(sales).items() if party == party_id}
    return {
        f"{when}_minor": sum(amount for account, amount in booked.items() if account.endswith(when))
        for when in ("held", "available")
    }


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is, what it must be, what the platform says."""

    what: str
    expected: object
    seen: object

    @property
    def is_right(self) -> bool:
        """Whether both agree."""
        return self.expected == self.seen


class Checks:
    """All figures that were compared."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    @property
    def wrong(self) -> list[Figure]:
        """Those that differ."""
        return [figure for figure in self.figures if not figure.is_right]

    def same(self, what: str, expected: object, seen: object) -> None:
        """Compare one figure."""
        self.figures.append(Figure(what, expected, seen))

    def every(self, what: str, expected: Mapping[str, object], seen: Mapping[str, Any]) -> None:
        """Compare each figure that is expected with the one of that name; a missing one is wrong."""
        for name, value in expected.items():
            self.same(f"{what}: {name}", value, seen.get(name, "missing"))

    def books(self, sales: Sequence[Sale], answer: Mapping[str, Any], parties: set[str | None]) -> None:
        """Compare every account of these parties (None: the platform's own), and the sum of all accounts."""
        seen = {
            (row["account"], row["party_id"]): row["balance_minor"]
            for row in answer["accounts"]
            if row["balance_minor"] and row["party_id"] in parties
        }
        expected = {key: amount for key, amount in balances(sales).items() if key[1] in parties}
        for key in sorted(expected.keys() | seen.keys(), key=str):
            self.same(f"account {key[0]} of {key[1] or 'the platform'}", expected.get(key, 0), seen.get(key, 0))
        for currency, total in answer["sums"].items():
            self.same(f"sum of all accounts in {currency}", 0, total)
