"""By which rules a commission is suspected: what is known of buyer and earner, weighed against the terms.

Their version is told in every piece of evidence; docs/fraud.md has them in a table. A suspicion is no judgement: the
share is withheld until somebody decides, and let go when nobody does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from .fraud_terms import FraudTermsValues

__all__ = ["PAYOUT_ACCOUNT", "RULES", "RULES_VERSION", "Known", "Ring", "suspicions"]

RULES_VERSION = 2
"""Version 1 looked at neither means of payment nor devices."""
PAYOUT_ACCOUNT, SAME_MEANS, SAME_DEVICE = "same_payout_account", "same_payment_means", "same_device"
CYCLE, RING, VELOCITY = "cycle", "ring_of_three", "velocity"
RULES = (PAYOUT_ACCOUNT, SAME_MEANS, SAME_DEVICE, CYCLE, RING, VELOCITY)
MOST_TOLD = 20
"""So many of the latest orders a piece of evidence names; its figures count all."""
Orders = Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Ring:
    """By way of a third: the earner's purchases by which he earns, and his by which the buyer does."""

    passed_on: Orders
    back: Orders


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when an order is released, of its buyer and one who earns by it.

    ``forth`` are the buyer's orders by which the earner earns, ``back`` the earner's by which the buyer does, ``rings``
    the ways back by a third, all within the days of a cycle; ``recent`` the buyer's orders by which the earner earns
    within the days of a velocity, this one included. Each has the earliest first.
    """

    is_paid_to_same: bool = False
    has_paid_with_same: bool = False
    was_on_same_device: bool = False
    forth: Orders = ()
    back: Orders = ()
    rings: Sequence[Ring] = field(default=())
    recent: Orders = ()


def suspicions(known: Known, terms: FraudTermsValues) -> list[dict[str, Any]]:
    """The evidence, by rule; none when nothing is suspected. ``{"rule", "rules_version", "figures", "order_ids"}``."""
    in_common = {
        PAYOUT_ACCOUNT: known.is_paid_to_same, SAME_MEANS: known.has_paid_with_same,
        SAME_DEVICE: known.was_on_same_device,
    }  # fmt: skip
    found = [_evidence(rule, {}) for rule, is_so in in_common.items() if is_so]
    least, of_cycle = terms["cycle_orders"], {"least": terms["cycle_orders"], "days": terms["cycle_days"]}
    if len(known.forth) >= least <= len(known.back):
        counted = {"forth": len(known.forth), "back": len(known.back)}
        found.append(_evidence(CYCLE, counted | of_cycle, known.forth, known.back))
    for ring in known.rings if len(known.forth) >= least else ():
        if len(ring.passed_on) >= least <= len(ring.back):
            counted = {"forth": len(known.forth), "passed_on": len(ring.passed_on), "back": len(ring.back)}
            found.append(_evidence(RING, counted | of_cycle, known.forth, ring.passed_on, ring.back))
    if len(known.recent) > terms["velocity_orders"]:
        counted = {"orders": len(known.recent), "most": terms["velocity_orders"], "days": terms["velocity_days"]}
        found.append(_evidence(VELOCITY, counted, known.recent))
    return found


def _evidence(rule: str, figures: Mapping[str, int], *orders: Orders) -> dict[str, Any]:
    told = [str(order_id) for one in orders for order_id in one[-MOST_TOLD:]]
    return {"rule": rule, "rules_version": RULES_VERSION, "figures": dict(figures), "order_ids": told}
