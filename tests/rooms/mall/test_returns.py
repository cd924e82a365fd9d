"""What is sent back in time holds what is held, until it is paid back or decided; and nobody waits for ever."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.auditing import audit_directory
from services.mall import due
from services.mall.domain import refusals
from services.mall.domain.case import Case
from services.mall.domain.order import Order
from tests.support.forging import opened as store_opened
from tests.support.forging import rechain

from .market import ANNA, BORIS, OPERATOR, Market
from .paying import SELLER, ensure_sound
from .questioning import ask, buy, line
from .test_cases import ANSWER, WORDS, bought, decide, escalated, in_case, order, seen
from .test_payments_refunds import refunded

RETURNED = "return_not_answered"


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        market.settle()
        ensure_sound(market)


def send_back(market: Market, opened: dict[str, Any], quantity: int = 1) -> str:
    """Of the first line; its id."""
    line_id = next(iter(order(market, opened).lines))
    asked = {"order_id": opened["order_ids"][0], "line_id": line_id, "quantity": quantity, "reason": "too_short"}
    market.do("request_return", BORIS, **asked)
    return line_id


def case_of(market: Market, opened: dict[str, Any]) -> Case:
    """The one that is open."""
    case_id = order(market, opened).case_id
    assert case_id is not None
    found = market.service.store.load(Case, case_id)
    assert found is not None
    return found


def late(market: Market) -> dict[str, Any]:
    """Two rods in one line, one of which is sent back an hour before the window closes."""
    opened = buy(market, BORIS, line(market.listed(), 2))
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=6, hours=23)
    send_back(market, opened)
    return opened


def test_the_release_waits_for_what_is_on_its_way_back_and_comes_once_that_is_paid_back(market: Market) -> None:
    opened = late(market)
    market.pass_time(days=1)
    assert (order(market, opened).status, order(market, opened).case_id) == ("delivered", None)
    assert market.account("seller_available") == 0
    refunded(market, opened)
    market.pass_time(hours=1)
    assert order(market, opened).status == "released"


def test_what_nobody_answers_becomes_a_case_and_is_never_given_out_before_its_end(market: Market) -> None:
    opened = late(market)
    market.pass_time(days=7)
    case = case_of(market, opened)
    assert (case.reason, order(market, opened).status) == (RETURNED, "delivered")
    market.pass_time(days=30)
    assert order(market, opened).status == "delivered"
    decide(market, case.id, "reject")
    market.pass_time(seconds=1)
    assert order(market, opened).status == "released"


def test_a_clock_that_stood_still_opens_the_case_and_releases_nothing(market: Market) -> None:
    opened = late(market)
    market.reopen()
    market.pass_time(days=30)
    assert case_of(market, opened).reason == RETURNED
    assert order(market, opened).status == "delivered"


def test_nobody_gets_the_money_twice(market: Market) -> None:
    """The seller has it paid out, and pays back then what was sent back in time: out of nothing."""
    opened = late(market)
    market.pass_time(days=2)
    assert market.account("seller_available") == 0
    refunded(market, opened)
    market.pass_time(hours=1)
    available = -market.account("seller_available")
    assert available == order(market, opened).left_minor - 600
    assert market.account("seller_held") == 0


def test_another_case_that_was_settled_leaves_the_return_to_be_answered(market: Market) -> None:
    opened = late(market)
    other = in_case(market, opened, reason="other")
    market.do("answer_case", ANNA, case_id=other, text=ANSWER)
    market.do("escalate_case", BORIS, case_id=other, text="No.")
    market.pass_time(days=8)  # the time for the answer to the return is over meanwhile
    assert case_of(market, opened).id == other
    market.do("settle_case", BORIS, case_id=other)
    market.pass_time(hours=1)
    assert case_of(market, opened).reason == RETURNED
    assert order(market, opened).status == "delivered"


def test_before_the_delivery_it_becomes_a_case_too_after_a_dispute_has_ended(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed(), 2))
    send_back(market, opened)
    market.provider.disputed.open("dp_1", opened["payment_id"], 12_000)
    market.told_of_dispute("dp_1")
    market.pass_time(days=8)
    assert case_of(market, opened).reason == "disputed"
    market.provider.disputed.end("dp_1", "won")
    market.told_of_dispute("dp_1")
    market.pass_time(hours=1)
    assert case_of(market, opened).reason == RETURNED


def test_what_the_bank_took_is_no_longer_waited_for(market: Market) -> None:
    opened = late(market)
    market.provider.disputed.open("dp_1", opened["payment_id"], 24_000)
    market.told_of_dispute("dp_1")
    market.provider.disputed.end("dp_1", "lost")
    market.told_of_dispute("dp_1")
    market.pass_time(days=1)
    assert order(market, opened).status == "released"


def test_a_buyer_who_is_silent_in_the_case_about_it_is_waited_for_no_longer(market: Market) -> None:
    opened = late(market)
    market.pass_time(days=7)
    market.do("answer_case", ANNA, case_id=case_of(market, opened).id, text="Nothing came.")
    market.pass_time(hours=72)
    market.pass_time(seconds=1)
    assert order(market, opened).status == "released"


def test_what_was_paid_elsewhere_waits_for_nobody_here(market: Market) -> None:
    at = {"happened_at": "2026-01-02T12:00:00Z"}
    sold = {"line_id": str(UUID(int=7)), "listing_id": market.listed(), "quantity": 1, "unit_price_minor": 12_000}
    parts = [{"order_id": str(UUID(int=8)), "seller_id": str(SELLER), "lines": [sold]}]
    checkout = {"checkout_id": str(UUID(int=6)), **at}
    market.do("record_sale", OPERATOR, **checkout, buyer_id=BORIS, currency="EUR", orders=parts)
    payment = {"payment_id": str(UUID(int=5)), "method": "voucher", "amount_minor": 12_000}
    market.do("record_payment", OPERATOR, **checkout, **payment)
    market.do("record_settlement", OPERATOR, **checkout)
    market.do("request_return", BORIS, order_id=UUID(int=8), line_id=UUID(int=7), quantity=1, reason="too_short")
    market.do("record_delivery", OPERATOR, order_id=UUID(int=8), **at)
    found = market.service.store.load(Order, UUID(int=8))
    assert found is not None
    assert (found.returning, found.status) == ([str(UUID(int=7))], "released")


def test_a_buyer_opens_so_many_cases_and_none_about_what_was_decided(market: Market) -> None:
    hours = {"seller_hours": 48, "buyer_hours": 72, "operator_hours": 72, "open_days": 90}
    market.do("set_case_terms", OPERATOR, **hours, cases_per_order=2)
    assert ask(market, "case_terms", BORIS)["cases_per_order"] == 2
    opened = bought(market)
    for _ in range(2):
        market.do("settle_case", BORIS, case_id=in_case(market, opened))
    with pytest.raises(refusals.TooManyCases):
        in_case(market, opened)
    other = buy(market, BORIS, line(market.listed()))
    decide(market, escalated(market, other), "reject")
    with pytest.raises(refusals.CaseDecided):
        in_case(market, other, reason="other")


def test_nothing_is_decided_about_what_went_back(market: Market) -> None:
    opened = bought(market)
    refunded(market, opened)
    with pytest.raises(refusals.NothingLeftToDecide):
        in_case(market, opened, reason="refund_not_received")


def test_a_timeline_is_told_by_pages(market: Market) -> None:
    case_id = in_case(market, bought(market))
    for number in range(7):
        market.do("say_in_case", BORIS, case_id=case_id, text=f"{number}")
    whole = seen(market, case_id)
    found: list[dict[str, Any]] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        page = ask(market, "case", BORIS, case_id=case_id, limit=5, **({"cursor": cursor} if cursor else {}))
        found, cursor, pages = found + page["timeline"], page["next"], pages + 1
        assert len(page["timeline"]) <= 5
    assert (found, whole["next"], pages) == (whole["timeline"], None, 3)
    assert [one["text"] for one in found if one["what"] == "case_said"] == [str(one) for one in range(7)]
    assert found[4]["text"] == WORDS
    made_up = urlsafe_b64encode(b'["\xd9\xa1"]').decode()
    assert ask(market, "case", BORIS, case_id=case_id, cursor=made_up)["timeline"] == found


@pytest.mark.in_files
def test_a_store_of_before_passes_the_audit_and_releases_nothing_that_was_sent_back(market: Market) -> None:
    opened = late(market)
    forget_the_clock(market, opened)
    market.reopen()
    assert order(market, opened).returns_answered_by is None
    found = [one for one in audit_directory(market.folder).findings if one.service == "mall"]
    assert [one for one in found if one.invariant != "tracking"] == []
    ensure_sound(market)
    market.pass_time(hours=2)
    assert (case_of(market, opened).reason, order(market, opened).status) == (RETURNED, "delivered")


def forget_the_clock(market: Market, opened: dict[str, Any]) -> None:
    """The store as it was before returns had a clock: another version of the fact, and no due row."""
    market.settle()
    market.service.stop()
    path = market.folder / "mall" / "facts.db"
    with store_opened(path) as rows:
        (position, state) = rows.execute(
            "SELECT position, state FROM facts WHERE topic = ?", (Order.ReturnRequested.TOPIC,)
        ).fetchone()
        told = {name: value for name, value in json.loads(state).items() if name not in ("answer_by", "class_version")}
        rows.execute("UPDATE facts SET state = ? WHERE position = ?", (json.dumps(told).encode(), position))
        assert rows.execute("DELETE FROM due WHERE kind = ?", (due.RETURN_UNANSWERED,)).rowcount == 1
    rechain(path)
