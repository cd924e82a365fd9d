"""Who gets how much of a line, to the cent.

Rounding is by largest remainder (Hamilton's method): every part gets its whole cents, and what is
left goes, a cent each, to the largest fractions, the earlier part first where they are equal.
"""

from collections.abc import Mapping, Sequence

__all__ = ["PARTIES", "WHOLE_BPS", "allocate", "shares_of_line", "weights_of_line"]

PARTIES = ("seller", "community", "member", "platform")
WHOLE_BPS = 10_000
ALL_OF_IT = {"community": WHOLE_BPS}
"""The pool of a line that was sold through the shelf of a group alone."""


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of the amount in proportion to the weights, with exactly the amount as their sum.

    No part exceeds its weight when the amount does not exceed the sum of the weights; all parts
    are the weights when it equals it. Raises ValueError for a negative amount or weight, and for
    an amount without any weight.
    """
    whole = sum(weights)
    if amount < 0 or any(weight < 0 for weight in weights) or (amount and not whole):
        raise ValueError(f"cannot allocate {amount} by {list(weights)}")
    if not amount:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    by_fraction = sorted(range(len(weights)), key=lambda index: (-(amount * weights[index] % whole), index))
    for index in by_fraction[: amount - sum(parts)]:
        parts[index] += 1
    return parts


def weights_of_line(commission_bps: int, platform_fee_bps: int, earned_bps: Mapping[str, int]) -> dict[str, int]:
    """By which whole numbers the price is shared; together the square of 10,000.

    ``earned_bps`` says who earns which part of the pool, in basis points of the pool. What nobody earns of it is the
    seller's. A line that no member sold has no part for one.
    """
    weights = {"community": commission_bps * earned_bps.get("community", 0)}
    if "member" in earned_bps:
        weights["member"] = commission_bps * earned_bps["member"]
    weights["platform"] = platform_fee_bps * WHOLE_BPS
    return {"seller": WHOLE_BPS * WHOLE_BPS - sum(weights.values()), **weights}


def shares_of_line(
    price_minor: int, freight_minor: int, commission_bps: int | None, platform_fee_bps: int,
    earned_bps: Mapping[str, int] = ALL_OF_IT,
) -> dict[str, int]:  # fmt: skip
    """``{"seller", "community", "platform"}`` in minor units, with price and freight as their sum; with "member"
    where one earns.

    ``commission_bps`` is the pool, 0 or None when nobody brought the buyer. Commission and fee are of the price;
    freight is the seller's alone. Raises ValueError when commission and fee together are more than the price.
    """
    weights = weights_of_line(commission_bps or 0, platform_fee_bps, earned_bps)
    shares = dict(zip(weights, allocate(price_minor, list(weights.values())), strict=True))
    shares["seller"] += freight_minor
    return shares
