"""How a sale is brought about by a way, and what it came to."""

from typing import Any
from uuid import UUID

from .market import ANNA, BORIS, CHEN, DORA, GROUP, Market
from .questioning import ask, buy, line, put_on_shelf

POST, GATHERING = UUID(int=0x905), UUID(int=0x6A7)
OF_12_000 = {"seller": 10_200, "community": 600, "member": 600, "platform": 600}


def rod_on_shelf(market: Market) -> str:
    """Anna's rod on the shelf of Chen's group, of which Dora is a member."""
    rod = market.listed(stock=9)
    put_on_shelf(market, CHEN, rod)
    market.join(DORA)
    return rod


def linked(market: Market, rod: str, owner: UUID = DORA, **more: Any) -> str:
    return str(market.do("make_link", owner, listing_id=rod, **more)["link_id"])


def shares(market: Market, opened: dict[str, Any]) -> dict[str, int]:
    (order,) = market.orders(opened)
    (bought,) = order.lines.values()
    return {party: share for party, share in bought["shares"].items() if share}


def explained(market: Market, opened: dict[str, Any], asks: UUID = BORIS) -> dict[str, Any]:
    (order,) = market.orders(opened)
    return ask(market, "attribution", asks, order_id=order.id, line_id=next(iter(order.lines)))


def outcomes(market: Market, opened: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in explained(market, opened)["touches"]]


def by_way(rod: str, **way: Any) -> dict[str, Any]:
    return line(rod) | way


def own_purchases(market: Market, rod: str) -> list[dict[str, int]]:
    """By his own link, from his own shelf, by the owner of the group, by the seller's own link."""
    market.do("pick_mine", BORIS, listing_id=rod)
    of_boris, of_dora = linked(market, rod, BORIS), linked(market, rod, group_id=GROUP)
    of_anna = linked(market, rod, ANNA)
    return [
        shares(market, buy(market, BORIS, by_way(rod, link_id=of_boris))),
        shares(market, buy(market, BORIS, by_way(rod, shelf_person_id=BORIS))),
        shares(market, buy(market, CHEN, by_way(rod, link_id=of_dora))),
        shares(market, buy(market, DORA, by_way(rod, link_id=of_dora))),
        shares(market, buy(market, BORIS, by_way(rod, link_id=of_anna))),
    ]
