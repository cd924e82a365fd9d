"""When the marketplace of the set paid its sellers: by a rule, since the set does not say (decision 44)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..caller import Command
from . import naming
from .assembling import Purchase

MOST_ORDERS = 100
"""How many orders one payout names."""
LONGEST_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Payout:
    """What a seller was paid on a payday for so many orders, in centavos; the first of a day has the number 1."""

    seller_id: str
    paid_at: datetime
    number: int
    order_ids: tuple[str, ...]
    amount_minor: int


def payouts_of(purchases: Iterable[Purchase], now: datetime) -> list[Payout]:
    """One a seller and payday that has come, or several where it had many orders; in the order of the paydays."""
    earned: dict[tuple[datetime, str], list[tuple[str, int]]] = defaultdict(list)
    for purchase in purchases:
        payday = payday_of(purchase)
        if payday is not None and payday <= now:
            for seller_id in purchase.sellers:
                if amount_minor := earned_by(purchase, seller_id):
                    earned[payday, seller_id].append((purchase.order_id, amount_minor))
    return [one for (payday, seller_id), orders in sorted(earned.items()) for one in _parts(payday, seller_id, orders)]


def payday_of(purchase: Purchase) -> datetime | None:
    """The first of the month after it was released, and paid for."""
    released_at = purchase.released_at
    return None if released_at is None else _first_of_next_month(max(released_at, purchase.paid_at))


def earned_by(purchase: Purchase, seller_id: str) -> int:
    """All of its lines: the set knows of no fee and no commission."""
    return sum(item.price + item.freight_value for item in purchase.items if item.seller_id == seller_id)


def commands(payouts: Iterable[Payout]) -> Iterator[Command]:
    """One a payout. The orders must be released before."""
    for one in payouts:
        day = one.paid_at.date().isoformat()
        fields = {
            "payout_id": str(naming.payout(one.seller_id, day, one.number)), "role": "seller",
            "party_id": str(naming.seller(one.seller_id)),
            "order_ids": [str(naming.order(order_id, one.seller_id)) for order_id in one.order_ids],
            "happened_at": one.paid_at.isoformat(),
        }  # fmt: skip
        yield Command("mall", "record_payout", fields, f"olist:payout:{one.seller_id}:{day}:{one.number}")


def _parts(payday: datetime, seller_id: str, orders: list[tuple[str, int]]) -> Iterator[Payout]:
    ordered = sorted(orders)
    for number, first in enumerate(range(0, len(ordered), MOST_ORDERS), 1):
        part = ordered[first : first + MOST_ORDERS]
        order_ids = tuple(order_id for order_id, _ in part)
        yield Payout(seller_id, payday, number, order_ids, sum(amount_minor for _, amount_minor in part))


def _first_of_next_month(moment: datetime) -> datetime:
    midnight = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (midnight + LONGEST_MONTH).replace(day=1)
