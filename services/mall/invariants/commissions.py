"""Who earns by a sale: every line against the one rule, as it was frozen with it; and that nothing else is earned.

Together with ``SharesAccrueOnce`` this is the proof that docs/commissions.md tells: what a community or a member is
owed comes from the price of a line that was sold, from nothing else, and depends on nothing else.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import order_facts as orders
from services.mall.domain import payout_facts as payouts
from services.mall.domain.attribution import EARNS, WINDOW_OVER, WON
from services.mall.domain.charges import within
from services.mall.domain.ledger import Account
from services.mall.domain.lines import Line, earners_of, limits_of
from services.mall.domain.shares import ALL_OF_IT, COMMISSION, MOST_BPS, PLATFORM_FEE, WHOLE_BPS, shares_of_line

from .books import OfEntries, entries_of

_ARISES = frozenset({Account.COMMUNITY_HELD, Account.MEMBER_HELD})
_EARNED = _ARISES | {
    Account.COMMUNITY_AVAILABLE, Account.MEMBER_AVAILABLE, Account.COMMUNITY_WITHHELD, Account.MEMBER_WITHHELD
}  # fmt: skip
_NOT_ARRIVED = (payouts.Rejected, payouts.Cancelled, payouts.Failed, payouts.Returned)
Party = tuple[str | None, str]
"""Who earns, in which currency."""


class CommissionsFollowTheRule(Invariant):
    """A commission arises only from a real sale, by one touch, for two at most, never by a purchase of one's own."""

    name = "attribution"
    sentence = "One touch earns, the latest within its window; two recipients at most, nobody by his own purchase."

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        for line in fact.lines:
            told = line.get("attribution")
            earned_bps = told["earned_bps"] if told else ALL_OF_IT
            _check_rates(line)
            _check_shares(line, earned_bps)
            if told:
                _check_standings(line, told)
                _check_touches(told["touches"], datetime.fromisoformat(told["decided_at"]), bool(earned_bps))
            if line["shares"].get("member"):
                _check_member(line, fact)


def _check_shares(line: Line, earned_bps: Mapping[str, int]) -> None:
    if not earned_bps.keys() <= earners_of(line).keys() or sum(earned_bps.values()) > WHOLE_BPS:
        raise Broken(f"the pool of line {line['line_id']} is split between {', '.join(sorted(earned_bps))}")
    terms = line["commission_bps"], line["platform_fee_bps"], earned_bps, limits_of(line)
    if line["shares"] != shares_of_line(line["price_minor"], line["freight_minor"], *terms):
        raise Broken(f"the shares of line {line['line_id']} are not what its pool, split and fee come to")


def _check_rates(line: Line) -> None:
    """The parts of the price are those of the rules that were frozen, and never beyond what any rule may take."""
    rules, told = line.get("tariff", {}), line.get("attribution")
    for kind, bps in ((PLATFORM_FEE, line["platform_fee_bps"]), (COMMISSION, line["commission_bps"])):
        if not 0 <= bps <= MOST_BPS[kind]:
            raise Broken(f"the {kind} of line {line['line_id']} is {bps} of {WHOLE_BPS}, beyond the cap")
    if PLATFORM_FEE in rules and line["platform_fee_bps"] != rules[PLATFORM_FEE]["most_bps"]:
        raise Broken(f"the fee of line {line['line_id']} is not that of its rule")
    bounded = rules.get(COMMISSION)
    if bounded and (told is None or told["pool_bps"] != within(bounded, bounded["offered_bps"])):
        raise Broken(f"the pool of line {line['line_id']} is not what was offered within its rule")
    if told and line["commission_bps"] not in (0, told["pool_bps"]):
        raise Broken(f"the pool of line {line['line_id']} is another than the one that was decided")


def _check_standings(line: Line, told: Mapping[str, Any]) -> None:
    if any(told["recipients"].get(party) != EARNS for party in told["earned_bps"]):
        raise Broken(f"line {line['line_id']} earns for somebody who may not")


def _check_touches(touches: Sequence[Mapping[str, Any]], decided_at: datetime, is_earned: bool) -> None:
    counted = [one for one in touches if one["outcome"] != WINDOW_OVER]
    won = [one for one in counted if one["outcome"] == WON]
    if len(won) > 1 or (is_earned and not won):
        raise Broken(f"{len(won)} touches have won")
    if won and won[0] is not max(counted, key=lambda one: (one["named"], one["touched_at"])):
        raise Broken("a later touch than the one that won is within its window")
    for one in won:
        if decided_at - datetime.fromisoformat(one["touched_at"]) > timedelta(days=one["window_days"]):
            raise Broken("the touch that won is older than its window")


def _check_member(line: Line, fact: orders.Placed) -> None:
    if line.get("member_id") in (str(fact.buyer_id), str(fact.seller_person_id)):
        raise Broken(f"line {line['line_id']} earns a commission for the buyer or the seller")


class CommissionsComeFromSales(OfEntries):
    """Nobody is paid by heads, for bringing people, for entry or for what others turn over: all of these would have to
    be booked, and nothing but the lines of a paid order is. A payout that did not arrive, or was
    pulled back, is its party's again."""

    name = "earned by sales"
    sentence = "What a community or a member is owed arises when an order is paid, and never moves to another party."

    def __init__(self) -> None:
        super().__init__()
        self._drawn: dict[UUID, dict[Party, int]] = {}

    def see(self, _position: int, fact: Fact) -> None:
        moved: dict[Party, int] = defaultdict(int, self._come_back(fact))
        for entry in entries_of(fact):
            if entry["account"] in _ARISES and entry["amount_minor"] < 0 and not isinstance(fact, orders.Paid):
                raise Broken(f"{-entry['amount_minor']} are earned by {entry['party_id']} without a sale")
            moved[entry["party_id"], entry["currency"]] += entry["amount_minor"]
            self.checked += 1
        for entry in entries_of(fact):
            is_more = entry["account"] in _EARNED - _ARISES and entry["amount_minor"] < 0
            if is_more and moved[entry["party_id"], entry["currency"]] < 0:
                raise Broken(f"{entry['party_id']} is owed {-entry['amount_minor']} that it had not earned")

    def _come_back(self, fact: Fact) -> dict[Party, int]:
        """What was drawn for a payout may be its party's again, once."""
        if isinstance(fact, payouts.Requested):
            drawn = [entry for entry in fact.entries if entry["account"] in _EARNED]
            self._drawn[fact.payout_id] = {(one["party_id"], one["currency"]): one["amount_minor"] for one in drawn}
        elif isinstance(fact, _NOT_ARRIVED):
            return self._drawn.pop(fact.originator_id, {})
        elif isinstance(fact, payouts.PulledBack):
            return self._pulled_back(fact)
        return {}

    def _pulled_back(self, fact: payouts.PulledBack) -> dict[Party, int]:
        """No more of a split than was drawn for it, however often."""
        drawn = self._drawn.get(fact.originator_id, {})
        back = {party: min(amount_minor, fact.amount_minor) for party, amount_minor in drawn.items()}
        for party, amount_minor in back.items():
            drawn[party] -= amount_minor
        return back
