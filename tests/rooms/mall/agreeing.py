"""How a seller and a community come to agree in a mall."""

from typing import Any
from uuid import UUID

from services.mall.domain.agreement import Agreement
from services.mall.domain.seller import Seller

from .market import ANNA, CHEN, GROUP, Market


def offered(market: Market, by: UUID = ANNA, group_id: UUID = GROUP, **terms: Any) -> dict[str, Any]:
    """Anna offers Chen's group 20 %, or what is named."""
    told = {"seller_id": Seller.create_id(ANNA), "group_id": group_id, "pool_bps": 2_000} | terms
    made = market.do("offer_agreement", by, **told)
    market.settle()
    return made


def of_offer(made: dict[str, Any]) -> dict[str, Any]:
    """The path of an offer."""
    return {"agreement_id": made["agreement_id"], "offer_id": made["offer_id"]}


def agreed(market: Market, owner: UUID = CHEN, group_id: UUID = GROUP, **terms: Any) -> dict[str, Any]:
    """Offered by Anna, and accepted by the owner of the group."""
    made = offered(market, group_id=group_id, **terms)
    accepted = market.do("accept_agreement", owner, **of_offer(made))
    market.settle()
    return accepted


def ended(market: Market, by: UUID = CHEN, group_id: UUID = GROUP) -> dict[str, Any]:
    """One side ends what was agreed."""
    over = market.do("end_agreement", by, agreement_id=Agreement.create_id(Seller.create_id(ANNA), group_id))
    market.settle()
    return over
