"""A person is forgotten in the mall: addresses, names and own words are gone, every cent and every order stays."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts.identity import PersonForgotten, PersonTagged
from services.kernel.domain import FORGOTTEN
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.flow.rebuild import rebuild
from services.mall.domain.refusals import SellerSuspended
from tests.support.stored import lying_at

from .market import ANNA, BORIS, CHEN, Market

ADDRESS, CITY = "Boris Vronsky, Bolshaya Morskaya 47, Petersburg", "Zarskoje Selo"


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def forget(market: Market, person_id: UUID) -> None:
    market.identity.said = [one for one in market.identity.said if not tells_of(one.data, person_id)]
    market.identity.say(PersonForgotten(person_id=person_id), at_end(market))
    market.settle()


def tells_of(data: dict[str, Any], person_id: UUID) -> bool:
    """Of whoever is forgotten identity does not tell a tag any more."""
    return "value" in data and data["person_id"] == str(person_id)


def at_end(market: Market) -> datetime:
    market.identity.positions_each = 100  # whatever was left out: later than all that was said
    return market.clock.at


def test_her_address_is_gone_and_every_sum_is_as_before(market: Market) -> None:
    market.seller()
    opened = market.paid(market.listed(), delivery_address=ADDRESS)
    (order,) = market.orders(opened)
    assert order.delivery_address == ADDRESS
    books, views = market.books(), market.service.views.digests()
    forget(market, BORIS)
    (order,) = market.orders(opened)
    assert order.delivery_address is FORGOTTEN
    assert market.books() == books
    changed = {name for name, digest in market.service.views.digests().items() if digest != views[name]}
    assert changed <= {"known_claims_v1", "known_tags_v1"}
    assert not any(ADDRESS.encode() in content for content in lying_at(market.folder).values())


def test_an_open_order_goes_on_without_the_address(market: Market) -> None:
    market.seller()
    opened = market.paid(market.listed(), delivery_address=ADDRESS)
    forget(market, BORIS)
    seen = market.runner.run(market.service.ask(*asked(market, "order", ANNA, order_id=opened["order_ids"][0])))[0]
    assert not seen["delivery_address"]
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.settle()
    assert market.orders(opened)[0].status == "delivered"


def asked(market: Market, name: str, actor_id: UUID, **path: str) -> tuple[Any, ...]:
    operation = market.service.by_name[name]
    return operation, Actor(actor_id), forms.load(operation, path, {})


def test_a_seller_who_is_forgotten_sells_nothing_more_and_keeps_her_balance(market: Market) -> None:
    market.seller()
    listing_id = market.listed()
    market.paid(listing_id)
    books = market.books()
    forget(market, ANNA)
    with pytest.raises(SellerSuspended):
        market.bought(listing_id, buyer_id=CHEN)
    assert market.books() == books


def test_views_rebuilt_from_the_first_fact_are_equal(market: Market) -> None:
    market.seller()
    market.certify(BORIS)
    market.identity.say(PersonTagged(person_id=BORIS, kind="city", value=CITY), market.clock.at)
    market.paid(market.listed(), delivery_address=ADDRESS)
    assert any(CITY.encode() in content for content in lying_at(market.folder).values())
    forget(market, BORIS)
    assert rebuild(market.service).is_equal
    assert not any(CITY.encode() in content for content in lying_at(market.folder).values())
