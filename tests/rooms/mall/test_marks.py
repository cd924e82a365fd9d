"""Commissions that are suspected by what was paid with, and by the device: kept sealed, weighed, told to nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from services.contracts.identity import PersonForgotten
from services.kernel.refusals import Malformed
from services.mall.application.marking import Marking
from services.mall.domain import refusals
from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.marks import Marks
from tests.support.stored import lying_at

from .attributing import by_way, linked
from .crashes import Crashes, one_row_at_a_time
from .marked import CARD, PHONE, buys, by_doras_link, noted, released, rules
from .market import BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .paying import ensure_sound
from .questioning import ask, put_on_shelf
from .suspecting import hold, told

OWN_CARD, OWN_PHONE = "card-of-dora", "phone-of-dora"


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


def forget(market: Market, person_id: UUID) -> None:
    market.identity.say(PersonForgotten(person_id=person_id), market.clock.at)
    market.settle()


def set_account(market: Market, person_id: UUID, device: str | None, party_id: UUID | None = None) -> None:
    asked = {"party_id": party_id or person_id, "destination": f"acct_{person_id.hex}", "agrees": True}
    market.do("set_payout_account", person_id, **asked, device=device)


@pytest.mark.parametrize(("card", "expected"), [(CARD, [["same_payment_means"]]), (OWN_CARD, []), (None, [])])
def test_who_earns_by_what_was_bought_with_the_card_of_hers_is_suspected(
    market: Market, card: str | None, expected: list[list[str]]
) -> None:
    rod = market.listed(stock=9)
    buys(market, rod, DORA, paid_with=card)
    released(market, by_doras_link(market, rod, paid_with=CARD))
    assert rules(market) == expected
    assert -market.account("member_withheld") == (1_200 if expected else 0)
    ensure_sound(market)


@pytest.mark.parametrize(("phone", "expected"), [(PHONE, [["same_device"]]), (OWN_PHONE, []), (None, [])])
def test_who_says_where_to_be_paid_on_the_device_of_the_buyer_is_suspected(
    market: Market, phone: str | None, expected: list[list[str]]
) -> None:
    rod = market.listed(stock=9)
    set_account(market, DORA, phone)
    released(market, by_doras_link(market, rod, device=PHONE))
    assert rules(market) == expected
    ensure_sound(market)


def test_what_is_found_only_after_the_purchase_and_before_the_release_counts(market: Market) -> None:
    rod = market.listed(stock=9)
    opened = by_doras_link(market, rod, paid_with=CARD, device=PHONE)
    buys(market, rod, DORA, paid_with=CARD, device=PHONE)
    released(market, opened)
    assert rules(market) == [["same_payment_means", "same_device"]]


def test_a_community_stands_for_who_owns_it(market: Market) -> None:
    rod = market.listed(stock=9)
    put_on_shelf(market, CHEN, rod)
    set_account(market, CHEN, PHONE, party_id=GROUP)
    released(market, buys(market, rod, device=PHONE, group_id=GROUP))
    assert rules(market) == [["same_device"]]


def test_a_card_is_no_device(market: Market) -> None:
    rod = market.listed(stock=9)
    buys(market, rod, DORA, paid_with="one text")
    released(market, by_doras_link(market, rod, device="one text"))
    assert rules(market) == []


@pytest.mark.parametrize("forgotten", [BORIS, DORA])
def test_forgetting_one_of_them_ends_the_comparison(market: Market, forgotten: UUID) -> None:
    rod = market.listed(stock=9)
    buys(market, rod, DORA, paid_with=CARD, device=PHONE)
    opened = by_doras_link(market, rod, paid_with=CARD, device=PHONE)
    forget(market, forgotten)
    assert [mark for _, mark in noted(market, forgotten)] == ["", ""]
    released(market, opened)
    assert rules(market) == []
    ensure_sound(market)


def test_of_somebody_forgotten_nothing_is_noted_any_more(market: Market) -> None:
    rod = market.listed(stock=9)
    buys(market, rod, DORA, paid_with=CARD)
    opened = market.bought(rod)
    market.settle()
    forget(market, BORIS)
    market.provider.capture(opened["payment_id"], paid_with=CARD)
    assert market.told(opened["payment_id"]) == 204
    assert noted(market, BORIS) == []
    assert market.checkout(opened).status == "paid"


def test_a_callback_twice_an_answer_and_another_purchase_are_noted_once(market: Market) -> None:
    rod = market.listed(stock=9)
    market.provider.instantly = "captured"
    opened = buys(market, rod, paid_with=CARD, device=PHONE)
    for event_id in ("evt_again", "evt_again", f"evt_{opened['payment_id']}"):
        assert market.told(opened["payment_id"], event_id) == 204
    market.pass_time(hours=1)
    buys(market, rod, paid_with=CARD, device=PHONE)
    assert noted(market, BORIS) == [("device", PHONE), ("payment_means", CARD)]
    ensure_sound(market)


def test_what_an_answer_or_an_inquiry_tells_is_noted_too(market: Market) -> None:
    rod = market.listed(stock=9)
    opened = market.bought(rod)
    market.settle()
    market.provider.capture(opened["payment_id"], paid_with=CARD)
    market.pass_time(minutes=5)
    assert noted(market, BORIS) == [("payment_means", CARD)]


def test_nobody_reads_them_back_and_they_lie_nowhere_in_the_clear(market: Market) -> None:
    rod = market.listed(stock=9)
    set_account(market, DORA, PHONE)
    buys(market, rod, DORA, paid_with=CARD)
    opened = by_doras_link(market, rod, paid_with=CARD, device=PHONE)
    released(market, opened)
    answers = [told(market, hold(market, opened).id, asks) for asks in (DORA, OPERATOR)]
    answers += [ask(market, name, DORA, party_id=DORA) for name in ("payout_account", "account")]
    answers += [ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])]
    (evidence,) = [fact.evidence for fact in market.facts if isinstance(fact, FraudHold.Opened)]
    messages = market.service.messages(0, 1_000).messages
    assert len(messages) > 5
    for mark in (CARD, PHONE):
        assert mark not in repr([answers, evidence, messages])
        assert not any(mark.encode() in content for content in lying_at(market.folder).values())


def test_a_callback_is_the_same_one_whatever_it_tells_of_the_card(market: Market) -> None:
    opened = buys(market, market.listed(), paid_with=CARD)
    for paid_with in (None, OWN_CARD):
        market.provider.capture(opened["payment_id"], paid_with=paid_with)
        assert market.told(opened["payment_id"], f"evt_{opened['payment_id']}") == 204
    assert noted(market, BORIS) == [("payment_means", CARD)]


def test_the_answer_to_a_repeated_command_does_not_depend_on_the_device(market: Market) -> None:
    rod = market.listed(stock=9)
    once, again = (market.bought(rod, key="once", device=device) for device in (PHONE, OWN_PHONE))
    assert once == again
    assert noted(market, BORIS) == [("device", PHONE)]


@pytest.mark.parametrize(("device", "refusal"), [("", Malformed), ("x" * 101, Malformed), ("a\0b", Malformed),
                                                 (5, Malformed), (" ", refusals.DeviceNotUsable)])  # fmt: skip
def test_another_text_for_a_device_is_refused_and_nothing_is_ordered(
    market: Market, device: Any, refusal: type[Exception]
) -> None:
    rod = market.listed(stock=9)
    before = market.position
    with pytest.raises(refusal):
        market.bought(rod, device=device)
    with pytest.raises(refusal):
        set_account(market, DORA, device)
    assert market.position == before


def test_no_device_and_null_are_no_mark(market: Market) -> None:
    rod = market.listed(stock=9)
    market.bought(rod, device=None)
    set_account(market, DORA, None)
    assert not [fact for fact in market.facts if isinstance(fact, Marks.Opened)]


def test_without_its_look_at_who_is_forgotten_a_late_payment_would_be_compared(market: Market) -> None:
    rod = market.listed(stock=9)
    buys(market, rod, DORA, paid_with=CARD)
    opened = market.bought(lines=[by_way(rod, link_id=linked(market, rod))])
    market.settle()
    forget(market, BORIS)
    market.provider.capture(opened["payment_id"], paid_with=CARD)
    with patch.object(Marking, "_is_to_be_noted", lambda *_: True):
        market.told(opened["payment_id"])
    market.settle()
    released(market, opened)
    assert rules(market) == [["same_payment_means"]]


EFFECTS = 4
"""An account, a checkout, the payment that is asked for, its capture: the marks have no append of their own."""


def the_whole_way(market: Market, rod: str) -> list[Callable[[], object]]:
    """An account is set and a rod bought, by Boris and by Dora's link, on one device; it is paid, and told."""
    link_id = linked(market, rod, DORA)
    asked = {"party_id": DORA, "destination": "acct_dora", "agrees": True, "device": PHONE}
    lines = [{"listing_id": rod, "quantity": 1, "link_id": link_id}]
    found: dict[str, Any] = {}

    def buy() -> None:
        found.update(market.do("open_checkout", BORIS, "buy", lines=lines, payment_method="card", device=PHONE))

    def capture() -> None:
        market.provider.capture(found["payment_id"], paid_with=CARD)
        market.told(found["payment_id"])

    return [
        lambda: market.do("set_payout_account", DORA, "account", **asked), buy, market.settle, capture, capture,
    ]  # fmt: skip


def walked(folder: Path, at: int | None, after: bool) -> tuple[Any, int]:
    """What is kept and booked at the end, and how many effects there were."""
    with Market(folder) as market, one_row_at_a_time():
        market.seller()
        rod = market.listed(stock=9)
        steps = the_whole_way(market, rod)
        market.settle()
        crashes = Crashes(at, after)
        crashes.walk(market, steps)
        ensure_sound(market)
        return [noted(market, BORIS), noted(market, DORA), market.account("provider")], crashes.seen


def test_a_crash_at_any_effect_keeps_each_mark_once_with_what_told_it(tmp_path: Path) -> None:
    undisturbed, effects = walked(tmp_path / "undisturbed", None, after=False)
    assert undisturbed == [[("device", PHONE), ("payment_means", CARD)], [("device", PHONE)], 12_000]
    assert effects == EFFECTS, f"there are {effects} effects now: crash at each of them"
    for at in range(1, EFFECTS + 1):
        for after in (False, True):
            assert walked(tmp_path / f"{at}{after}", at, after)[0] == undisturbed
