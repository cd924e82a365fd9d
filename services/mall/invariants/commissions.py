"""Who earns by a sale: every line against the one rule, as it was frozen with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import order_facts as orders
from services.mall.domain.attribution import WINDOW_OVER, WON
from services.mall.domain.lines import Line, earners_of
from services.mall.domain.shares import ALL_OF_IT, WHOLE_BPS, shares_of_line


class CommissionsFollowTheRule(Invariant):
    """A commission arises only from a real sale, by one touch, for two at most, never by a purchase of one's own."""

    name = "attribution"
    sentence = "One touch earns, the latest within its window; two recipients at most, nobody by his own purchase."

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        for line in fact.lines:
            told = line.get("attribution")
            earned_bps = told["earned_bps"] if told else ALL_OF_IT
            _check_shares(line, earned_bps)
            if told:
                _check_touches(told["touches"], datetime.fromisoformat(told["decided_at"]), bool(earned_bps))
            if line["shares"].get("member"):
                _check_member(line, fact)


def _check_shares(line: Line, earned_bps: Mapping[str, int]) -> None:
    if not earned_bps.keys() <= earners_of(line).keys() or sum(earned_bps.values()) > WHOLE_BPS:
        raise Broken(f"the pool of line {line['line_id']} is split between {', '.join(sorted(earned_bps))}")
    terms = line["commission_bps"], line["platform_fee_bps"], earned_bps
    if line["shares"] != shares_of_line(line["price_minor"], line["freight_minor"], *terms):
        raise Broken(f"the shares of line {line['line_id']} are not what its pool, split and fee come to")


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
