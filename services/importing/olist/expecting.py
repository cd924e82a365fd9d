"""What the platform must hold when the import is through, worked out from the files alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .. import findings as odd
from .assembling import Assembled, Purchase
from .odd import Cause
from .paydays import payouts_of

DIFFERENCES = frozenset({
    Cause.PAID_WITHOUT_LINES, Cause.OVERPAID, Cause.OVERPAID_BY_CENTS, Cause.UNDERPAID, Cause.UNDERPAID_BY_CENTS,
    Cause.NEVER_PAID,
})  # fmt: skip
"""Why captured money and lines are not the same sum. A purchase that differs has exactly one of them."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Money of the set, in centavos."""

    captured: int
    price: int
    freight: int

    @property
    def lines(self) -> int:
        """Price and freight."""
        return self.price + self.freight

    @property
    def difference(self) -> int:
        """What was captured beyond the lines."""
        return self.captured - self.lines


@dataclass(frozen=True, slots=True)
class Difference:
    """How many orders of a status differ for a cause, and by how much together."""

    cause: odd.Cause
    status: str
    orders: int
    amount_minor: int


def sums_of(assembled: Assembled) -> Sums:
    """What the files say was captured, and what the lines cost."""
    items = [item for purchase in assembled.purchases for item in purchase.items]
    return Sums(
        captured=sum(purchase.captured_minor for purchase in assembled.purchases),
        price=sum(item.price for item in items),
        freight=sum(item.freight_value for item in items),
    )


def differences(findings: Iterable[odd.Finding]) -> list[Difference]:
    """The difference between captured money and lines, by cause and status; their sum is all of it."""
    count: Counter[tuple[odd.Cause, str]] = Counter()
    amount: Counter[tuple[odd.Cause, str]] = Counter()
    for finding in findings:
        if finding.cause in DIFFERENCES:
            count[finding.cause, finding.detail] += 1
            amount[finding.cause, finding.detail] += finding.amount_minor or 0
    causes: list[odd.Cause] = list(Cause)
    ordered = sorted(count, key=lambda key: (causes.index(key[0]), key[1]))
    return [Difference(cause, status, count[cause, status], amount[cause, status]) for cause, status in ordered]


def balances_of(assembled: Assembled) -> dict[str, int]:
    """By account, what the books must say: a debit is positive, what is owed is negative. Zero in all."""
    balances: Counter[str] = Counter()
    paid_out_minor = paid_out(assembled)
    balances["provider"] -= paid_out_minor
    balances["shares"] += paid_out_minor
    for purchase in assembled.purchases:
        balances["provider"] += 0 if purchase.is_given_back else purchase.captured_minor
        for account, amount_minor in _booked(purchase).items():
            balances[account] += amount_minor
    return dict(balances)


def paid_out(assembled: Assembled) -> int:
    """What sellers were paid by the paydays that have come."""
    return sum(one.amount_minor for one in payouts_of(assembled.purchases, assembled.now))


def ratings_of(assembled: Assembled) -> dict[int, int]:
    """How many purchases must be judged with so many points: the last review of each counts."""
    judged = [purchase.judgements[-1].review_score for purchase in assembled.purchases if purchase.judgements]
    return {rating: judged.count(rating) for rating in range(1, 6)}


def mean_hundredths(ratings: Mapping[int, int]) -> int:
    """Their mean in hundredths of a point, halves up; 0 without any."""
    count = sum(ratings.values())
    return (200 * sum(points * many for points, many in ratings.items()) + count) // (2 * count) if count else 0


def _booked(purchase: Purchase) -> dict[str, int]:
    """Where the captured money of one purchase went, before sellers were paid."""
    captured, lines = purchase.captured_minor, purchase.lines_minor
    if purchase.is_given_back:
        return {}
    if not purchase.items:
        return {"suspense_paid_without_lines": -captured}
    if not purchase.is_settled:
        return {}
    over, short = max(0, captured - lines), max(0, lines - captured)
    return {"suspense_overpaid": -over, "suspense_underpaid": short, "shares": -lines}
