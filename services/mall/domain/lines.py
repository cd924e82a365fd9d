"""The lines of an order: how they are made, and what is left of them after refunds."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from .attribution import Attributed
from .form import check_quantity
from .refusals import AmountNotUsable, AskedInTwoWays, MoreThanIsLeft, NothingToRefund, OverRefunded
from .shares import ALL_OF_IT, Limits, allocate, shares_of_line

__all__ = [
    "WAYS", "Back", "Line", "Met", "Refunded", "check_lines", "earners_of", "limits_of", "order_line", "part_of_line",
    "sold_lines", "take_from", "taken_back", "what_is_left",
]  # fmt: skip

Line = dict[str, Any]
"""As stored in ``Order.Placed``; see ``order_line``."""
Met = Mapping[str, UUID | None]
"""``post_id`` and ``gathering_id`` of where it was met, ``registration_id`` of the seats that it pays for."""
WAYS = ("link_id", "member_id", "post_id", "gathering_id", "registration_id")
"""What a line has of them only where there is one."""
Refunded = tuple[int, int, dict[str, int]]
"""All that goes back, how much of it is freight, and by whom it is borne."""


class Back(NamedTuple):
    """How much of a line is to go back: so many of it, or an amount of its price while the goods stay; and of its
    freight all that is left, or an amount."""

    quantity: int = 0
    amount_minor: int = 0
    with_freight: bool = False
    freight_minor: int = 0


def order_line(
    line_id: str, listing_id: UUID | str, title: str, quantity: int, unit_price_minor: int, freight_minor: int,
    group_id: UUID | str | None, commission_bps: int, platform_fee_bps: int, attributed: Attributed | None = None,
    met: Met | None = None, tariff: Mapping[str, Any] | None = None, agreement: Mapping[str, Any] | None = None,
) -> Line:  # fmt: skip
    """A line with its price and shares, as ``Order.place`` wants it.

    ``group_id`` is the group through whose shelf it is bought; without one, and without a member in ``attributed``,
    there is no commission. ``met`` names what else is to be kept of how it was bought, ``tariff`` which
    rules gave its fee and its pool, as ``tariff_rules.frozen`` has them, ``agreement`` what seller and community had
    agreed on and whether it held for this line, as ``agreement_terms.agreed`` tells it.
    Raises ``QuantityNotPositive``, and ``AmountNotUsable`` for a negative price or freight.
    """
    check_quantity(quantity)
    for amount_minor in (unit_price_minor, freight_minor):
        if amount_minor < 0:
            raise AmountNotUsable(amount_minor=amount_minor)
    way = attributed.way if attributed else None
    commission_bps = commission_bps if group_id or (way and way.member_id) else 0
    earned_bps = attributed.earned if attributed else ALL_OF_IT
    price_minor, limits = unit_price_minor * quantity, limits_of({"tariff": tariff or {}})
    line: Line = {
        "line_id": line_id,
        "listing_id": str(listing_id),
        "title": title,
        "quantity": quantity,
        "unit_price_minor": unit_price_minor,
        "price_minor": price_minor,
        "freight_minor": freight_minor,
        "group_id": None if group_id is None else str(group_id),
        "commission_bps": commission_bps,
        "platform_fee_bps": platform_fee_bps,
        "shares": shares_of_line(price_minor, freight_minor, commission_bps, platform_fee_bps, earned_bps, limits),
    }
    kept = {**(met or {}), **({"link_id": way.link_id, "member_id": way.member_id} if way else {})}
    line |= {name: str(one) for name, one in kept.items() if one is not None}
    frozen = {"attribution": attributed and attributed.decided, "tariff": tariff, "agreement": agreement}
    return line | {name: dict(one) for name, one in frozen.items() if one}


def limits_of(line: Line) -> Limits:
    """The least and the most of its fee and its pool, by the rules that were frozen with it."""
    return {kind: (rule["least_minor"], rule["most_minor"]) for kind, rule in line.get("tariff", {}).items()}


def sold_lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as others are told of them when they are paid; ``price_minor`` is of one piece."""
    told = ("line_id", "listing_id", "quantity", "freight_minor", "group_id")
    return [
        {name: line[name] for name in told}
        | {"price_minor": line["unit_price_minor"]}
        | {name: line[name] for name in WAYS if name in line}
        for line in lines
    ]


def earners_of(line: Line) -> dict[str, str | None]:
    """Who stands for the community and for the member of a line."""
    return {"community": line["group_id"], "member": line.get("member_id")}


def check_lines(lines: Iterable[Line]) -> None:
    """Raises ValueError for lines that ``order_line`` did not make, or two of one id."""
    seen: set[str] = set()
    for line in lines:
        shares = line["shares"]
        is_whole = sum(shares.values()) == line["price_minor"] + line["freight_minor"]
        earners = earners_of(line)
        is_borne = min(shares.values()) >= 0 and all(one or not shares.get(party) for party, one in earners.items())
        if not is_whole or not is_borne or line["line_id"] in seen:
            raise ValueError(f"line {line['line_id']} does not add up")
        seen.add(line["line_id"])


def what_is_left(line: Line) -> dict[str, Any]:
    """What can still go back of a line: ``{"quantity", "price_minor", "freight_minor", "shares", "returning"}``.

    ``returning`` is the quantity that the buyer has asked to return and that is not refunded yet.
    """
    kept = {name: line[name] for name in ("quantity", "price_minor", "freight_minor")}
    return kept | {"shares": dict(line["shares"]), "returning": 0}


def part_of_line(left: dict[str, Any], asked: Back) -> Refunded:
    """What goes back of a line; of the price every party bears its part, of the freight the seller alone.

    The parts are of what is left, so that after any sequence of refunds nothing is left over and nobody gave back
    more than was got. So many of a line are their part of what is left of its price, in whole minor units.
    Raises ``AskedInTwoWays``, ``OverRefunded``, ``MoreThanIsLeft``, ``NothingToRefund``.
    """
    if (asked.quantity and asked.amount_minor) or (asked.with_freight and asked.freight_minor):
        raise AskedInTwoWays()
    if not 0 <= asked.quantity <= left["quantity"]:
        raise OverRefunded(left=left["quantity"], wanted=asked.quantity)
    price_minor, freight_minor = asked.amount_minor, asked.freight_minor
    if asked.quantity:
        price_minor = left["price_minor"] * asked.quantity // left["quantity"]
    if asked.with_freight:
        freight_minor = left["freight_minor"]
    for name, wanted_minor in (("price_minor", price_minor), ("freight_minor", freight_minor)):
        if not 0 <= wanted_minor <= left[name]:
            raise MoreThanIsLeft(left_minor=left[name], wanted_minor=wanted_minor)
    if not price_minor + freight_minor:
        raise NothingToRefund()
    weights = {**left["shares"], "seller": left["shares"]["seller"] - left["freight_minor"]}
    shares = dict(zip(weights, allocate(price_minor, list(weights.values())), strict=True))
    shares["seller"] += freight_minor
    return price_minor + freight_minor, freight_minor, shares


def take_from(
    left: dict[str, Any], quantity: int, amount_minor: int, freight_minor: int, shares: Mapping[str, int]
) -> None:
    """So much less is left of a line, as ``part_of_line`` has said."""
    left["quantity"] -= quantity
    left["returning"] = max(0, left["returning"] - quantity)
    left["price_minor"] -= amount_minor - freight_minor
    left["freight_minor"] -= freight_minor
    for party, share in shares.items():
        left["shares"][party] -= share


def taken_back(line_id: str, quantity: int, amount_minor: int, freight_minor: int) -> dict[str, Any]:
    """What went back of a line at once: so many of it, or none, and how much of the amount is freight."""
    return {"line_id": line_id, "quantity": quantity, "amount_minor": amount_minor, "freight_minor": freight_minor}
