"""Who gets how much of a line, to the cent.

Rounding is by largest remainder (Hamilton's method): every part gets its whole cents, and what is
left goes, a cent each, to the largest fractions, the earlier part first where they are equal.
"""

from collections.abc import Sequence

__all__ = ["PARTIES", "allocate", "shares_of_line"]

PARTIES = ("seller", "community", "platform")
WHOLE_BPS = 10_000


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


def shares_of_line(
    price_minor: int, freight_minor: int, commission_bps: int | None, platform_fee_bps: int
) -> dict[str, int]:
    """``{"seller", "community", "platform"}`` in minor units, with price and freight as their sum.

    ``commission_bps`` is the pool of the community through whose shelf the line was bought, 0 or
    None when there is none. Commission and fee are of the price; freight is the seller's alone.
    Raises ValueError when commission and fee together are more than the price.
    """
    commission = commission_bps or 0
    parts = allocate(price_minor, [WHOLE_BPS - commission - platform_fee_bps, commission, platform_fee_bps])
    shares = dict(zip(PARTIES, parts, strict=True))
    shares["seller"] += freight_minor
    return shares
