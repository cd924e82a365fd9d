"""The closing report: what was read, what the platform has, and whether both are the same to the centavo."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..caller import Command
from ..findings import Finding
from ..running import Tally
from ..tables import Table
from .assembling import Assembled
from .expecting import Difference, Sums, balances_of, differences, ratings_of, sums_of
from .paydays import payouts_of
from .people import CURRENCY
from .sales import is_booked

SHARES = frozenset({
    "seller_held", "seller_available", "community_held", "community_available", "platform_held", "platform_fees",
})  # fmt: skip
"""Where the lines' money lies: held, or available once the return window has closed."""


@dataclass(slots=True)
class Accepted:
    """What the platform took of the plan, now or in an earlier run: call it with every such command."""

    counts: Counter[str] = field(default_factory=Counter)
    money: Counter[str] = field(default_factory=Counter)

    def __call__(self, command: Command) -> None:
        self.counts[_kind(command)] += 1
        self.money["captured"] += command.fields.get("amount_minor", 0)
        for order in command.fields.get("orders", []):
            for line in order["lines"]:
                self.counts["lines"] += 1
                self.money["price"] += line["unit_price_minor"] * line["quantity"]
                self.money["freight"] += line["freight_minor"]

    @property
    def sums(self) -> Sums:
        """Money of the commands that were taken."""
        return Sums(self.money["captured"], self.money["price"], self.money["freight"])


@dataclass(frozen=True, slots=True)
class Count:
    """Of one kind of thing: rows read, of which were seen twice or contradict; things they make; things recorded."""

    kind: str
    rows: int | None
    twice: int
    contrary: int
    things: int
    recorded: int


@dataclass(frozen=True, slots=True)
class Balance:
    """One account: what the files make of it, and what the books say."""

    account: str
    files_minor: int
    books_minor: int


@dataclass(frozen=True, slots=True)
class Rating:
    """How many reviews give so many points, by the files and on the platform."""

    points: int
    files: int
    platform: int


@dataclass(frozen=True, slots=True)
class Closing:
    """All figures of the report; ``unmet`` are the sentences for what does not reconcile."""

    counts: Sequence[Count]
    files: Sums
    recorded: Sums
    differences: Sequence[Difference]
    balances: Sequence[Balance]
    ratings: Sequence[Rating]
    zero: Mapping[str, int]
    position: str
    findings: Sequence[Finding]
    tally: Tally
    unmet: Sequence[str]


def close(
    assembled: Assembled, findings: Sequence[Finding], accepted: Accepted, tally: Tally, books: dict[str, Any],
    points: Mapping[int, int],
) -> Closing:  # fmt: skip
    """Put the files beside the platform."""
    counts, files, explained = _counts(assembled, accepted), sums_of(assembled), differences(findings)
    balances = _balances(assembled, books["accounts"])
    ratings = [Rating(one, expected, points.get(one, 0)) for one, expected in ratings_of(assembled).items()]
    unmet = [
        *_refused(tally),
        *(f"{one.things:,} {one.kind} in the files, {one.recorded:,} recorded" for one in counts
          if one.things != one.recorded),
        *(["the sums of what was recorded are not those of the files"] if accepted.sums != files else []),
        *(["the difference is not explained by its causes"] if _total(explained) != files.difference else []),
        *(f"account {one.account} differs by {one.books_minor - one.files_minor} centavos" for one in balances
          if one.books_minor != one.files_minor),
        *(f"{one.files:,} reviews of {one.points} points in the files, {one.platform:,} on the platform"
          for one in ratings if one.files != one.platform),
        *(f"the books in {currency} are off by {off}" for currency, off in books["sums"].items() if off),
    ]  # fmt: skip
    return Closing(
        counts, files, accepted.sums, explained, balances, ratings, books["sums"], books["position"], findings, tally,
        unmet,
    )  # fmt: skip


def _kind(command: Command) -> str:
    if command.operation == "record_person":
        who = command.key.split(":")[1]
        return {"person": "buyers", "seller": "sellers as persons"}.get(who, who)
    return _KINDS.get(command.operation, command.operation)


_KINDS = {
    "record_sale": "orders", "record_payment": "payments", "record_seller": "sellers", "record_listing": "listings",
    "record_group": "communities", "record_member": "members", "record_settlement": "settlements",
    "record_delivery": "deliveries", "record_cancellation": "cancellations", "record_review": "reviews",
    "record_refund": "refunds", "record_payout": "payouts",
}  # fmt: skip


def _counts(assembled: Assembled, accepted: Accepted) -> list[Count]:
    files, purchases = assembled.files, assembled.purchases
    things: list[tuple[str, Table[Any] | None, int]] = [
        ("orders", files.orders, len(purchases)),
        ("lines", files.items, sum(len(purchase.items) for purchase in purchases)),
        ("payments", files.payments, sum(len(purchase.payments) for purchase in purchases)),
        ("buyers", files.customers, len(assembled.buyers)),
        ("communities", None, len(assembled.states)),
        ("members", None, sum(len(buyer.states) for buyer in assembled.buyers)),
        ("sellers", files.sellers, len(assembled.sellers)),
        ("listings", files.products, len(assembled.offers)),
        ("settlements", None, sum(is_booked(purchase) for purchase in purchases)),
        ("deliveries", None, sum(len(purchase.sellers) for purchase in purchases if purchase.delivered_at)),
        ("cancellations", None, sum(one.is_cancelled and not one.is_given_back for one in purchases)),
        ("refunds", None, sum(purchase.is_given_back for purchase in purchases)),
        ("payouts", None, len(payouts_of(purchases, assembled.now))),
        ("reviews", files.reviews, sum(len(purchase.judgements) for purchase in purchases)),
    ]
    return [_count(kind, table, number, accepted.counts[kind]) for kind, table, number in things]


def _count(kind: str, table: Table[Any] | None, things: int, recorded: int) -> Count:
    if table is None:
        return Count(kind, None, 0, 0, things, recorded)
    return Count(kind, table.count, len(table.twice), len(table.contrary), things, recorded)


def _balances(assembled: Assembled, accounts: Iterable[Mapping[str, Any]]) -> list[Balance]:
    expected: Counter[str] = Counter({"unallocated": 0, "refunds_due": 0, **balances_of(assembled)})
    found: Counter[str] = Counter()
    for row in accounts:
        account = str(row["account"])
        if row["currency"] == CURRENCY:
            found["shares" if account in SHARES else account] += row["balance_minor"]
    return [Balance(account, expected[account], found[account]) for account in sorted({*expected, *found})]


def _refused(tally: Tally) -> list[str]:
    codes = Counter(refused.said.code for refused in tally.refused)
    return [f"{count:,} commands were refused with {code}" for code, count in codes.items()]


def _total(explained: Iterable[Difference]) -> int:
    return sum(one.amount_minor for one in explained)


__all__ = ["Accepted", "Balance", "Closing", "Count", "Rating", "close"]
