"""Sales by which somebody earns who should perhaps not: Boris buys Anna's rod by Dora's link."""

from typing import Any
from uuid import UUID

from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.fraud_terms import DEFAULT_FRAUD_TERMS
from tests.rooms.mall.attributing import by_way, linked
from tests.rooms.mall.paying import OTHER_OPERATOR, account
from tests.rooms.mall.questioning import ask, buy

from .market import ANNA, BORIS, DORA, OPERATOR, Market

__all__ = [
    "EARNED", "OTHER_OPERATOR", "TERMS", "WORDS", "by_link", "decide", "forfeited", "hold", "released", "same_account",
    "told",
]  # fmt: skip

EARNED = 1_200
"""What Dora gets of a rod for 120.00."""
TERMS = {name: value for name, value in DEFAULT_FRAUD_TERMS.items() if name != "version"}
WORDS = {"reason": "same_hands", "text": "Both are paid to one account."}


def by_link(market: Market, *, buyer_id: UUID = BORIS, owner_id: UUID = DORA, rod: str | None = None) -> dict[str, Any]:
    """A rod is bought by somebody's link, and delivered."""
    rod = rod or market.listed(stock=99)
    opened = buy(market, buyer_id, by_way(rod, link_id=linked(market, rod, owner_id)))
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.settle()
    return opened


def same_account(market: Market) -> None:
    """Boris and Dora are paid to the same one."""
    for person_id in (BORIS, DORA):
        account(market, person_id, person_id, "acct_of_both")


def released(market: Market) -> dict[str, Any]:
    """Dora's share of what Boris bought is suspected when the window has closed."""
    market.seller()
    same_account(market)
    opened = by_link(market)
    market.pass_time(days=8)
    return opened


def hold(market: Market, opened: dict[str, Any], role: str = "member", party_id: UUID = DORA) -> FraudHold:
    found = market.service.store.load(FraudHold, FraudHold.id_of(UUID(opened["order_ids"][0]), role, party_id))
    assert found is not None
    return found


def decide(market: Market, hold_id: UUID, decision: str, *operators: UUID) -> None:
    for operator_id in operators:
        market.do("decide_fraud_hold", operator_id, hold_id=hold_id, decision=decision, **WORDS)
    market.settle()


def forfeited(market: Market, hold_id: UUID) -> None:
    """Dora has had her say, and two operators do not believe her."""
    market.do("appeal_fraud_hold", DORA, hold_id=hold_id, text="He pays my rent.")
    decide(market, hold_id, "forfeit", OPERATOR, OTHER_OPERATOR)


def told(market: Market, hold_id: UUID, asks: UUID = DORA) -> dict[str, Any]:
    return ask(market, "fraud_hold", asks, hold_id=hold_id)
