"""Who gets how much of a line, to the cent.

Rounding is by largest remainder (Hamilton's method): every part gets its whole cents, and what is
left goes, a cent each, to the largest fractions, the earlier part first where they are equal.
"""

from collections.abc import Mapping, Sequence

from .form import COMMISSION_BPS
from .terms import BOUNDS

__all__ = ["MOST_BPS", "PARTIES", "WHOLE_BPS", "Limits", "allocate", "limited", "shares_of_line", "weights_of_line"]

PARTIES = ("seller", "community", "member", "platform")
WHOLE_BPS = 10_000
UNIT = WHOLE_BPS * WHOLE_BPS
"""In how many parts a minor unit is counted, so that every part of a pool of a price is a whole number."""
PLATFORM_FEE, COMMISSION = "platform_fee", "commission"
MOST_BPS = {PLATFORM_FEE: BOUNDS["platform_fee_bps"][1], COMMISSION: COMMISSION_BPS[1]}
"""Beyond these parts of the price no rule and no limit takes anything: the seller keeps a fifth of every price."""
Limits = Mapping[str, tuple[int | None, int | None]]
"""By kind (platform_fee, commission) the least and the most in minor units of a line, where there is one."""
NO_LIMITS: Limits = {}
ALL_OF_IT = {"community": WHOLE_BPS}
"""The pool of a line that was sold through the shelf of a group alone."""


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of the amount in proportion to the weights, with exactly the amount as their sum.

    No part exceeds its weight when the amount does not exceed the sum of the weights; all parts
    are the weights when it equals it. Raises ValueError for a negative amount or weight, and for
    an amount without any weight.
    """
    whole = sum(weights)
    if amount < 0 or (weights and min(weights) < 0) or (amount and not whole):
        raise ValueError(f"cannot allocate {amount} by {list(weights)}")
    if not amount:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    if left := amount - sum(parts):
        by_fraction = sorted(range(len(weights)), key=lambda index: (-(amount * weights[index] % whole), index))
        for index in by_fraction[:left]:
            parts[index] += 1
    return parts


def limited(kind: str, price_minor: int, bps: int, limits: Limits = NO_LIMITS) -> int:
    """What so many basis points of a price come to within the limits, in hundred-millionths of a minor unit.

    The least does not reach beyond ``MOST_BPS`` of the price, however little that costs.
    """
    least_minor, most_minor = limits.get(kind, (None, None))
    amount = price_minor * bps * WHOLE_BPS
    if most_minor is not None:
        amount = min(amount, most_minor * UNIT)
    if least_minor is not None:
        amount = max(amount, min(least_minor, price_minor * MOST_BPS[kind] // WHOLE_BPS) * UNIT)
    return amount


def weights_of_line(
    price_minor: int, commission_bps: int, platform_fee_bps: int, earned_bps: Mapping[str, int],
    limits: Limits = NO_LIMITS,
) -> dict[str, int]:  # fmt: skip
    """What everybody is due of the price, exactly: in hundred-millionths of a minor unit, together the price.

    ``earned_bps`` says who earns which part of the pool, in basis points of the pool. What nobody earns of it is the
    seller's. A line that no member sold has no part for one. Without a pool nothing has a least.
    """
    pool = limited(COMMISSION, price_minor, commission_bps, limits) if commission_bps else 0
    weights = {"community": pool * earned_bps.get("community", 0) // WHOLE_BPS}
    if "member" in earned_bps:
        weights["member"] = pool * earned_bps["member"] // WHOLE_BPS
    weights["platform"] = limited(PLATFORM_FEE, price_minor, platform_fee_bps, limits)
    return {"seller": price_minor * UNIT - sum(weights.values()), **weights}


def shares_of_line(
    price_minor: int, freight_minor: int, commission_bps: int | None, platform_fee_bps: int,
    earned_bps: Mapping[str, int] = ALL_OF_IT, limits: Limits = NO_LIMITS,
) -> dict[str, int]:  # fmt: skip
    """``{"seller", "community", "platform"}`` in minor units, with price and freight as their sum; with "member"
    where one earns.

    ``commission_bps`` is the pool, 0 or None when nobody brought the buyer. Commission and fee are of the price;
    freight is the seller's alone. Raises ValueError when commission and fee together are more than the price.
    """
    weights = weights_of_line(price_minor, commission_bps or 0, platform_fee_bps, earned_bps, limits)
    shares = dict(zip(weights, allocate(price_minor, list(weights.values())), strict=True))
    shares["seller"] += freight_minor
    return shares
