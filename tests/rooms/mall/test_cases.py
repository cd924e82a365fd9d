"""Cases: somebody always has to act, silence has a defined end, and what goes back takes the way of every refund."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts.identity import PersonForgotten
from services.kernel.refusals import Forbidden
from services.mall.domain import refusals
from services.mall.domain.case import Case
from services.mall.domain.checkout import Checkout
from services.mall.domain.order import Order
from services.mall.queries.cases import figures

from .attributing import by_way, linked, rod_on_shelf
from .gathered import PRICE, Gathered, ticket
from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .paying import ensure_sound
from .questioning import ask, buy, line
from .test_payments_refunds import delivered, refunded, through_the_shelf

WORDS = "The reel does not turn."
ANSWER = "It did when it was sent."


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        market.settle()
        ensure_sound(market)


def bought(market: Market) -> dict[str, Any]:
    """A rod through the shelf of a group, delivered."""
    opened = through_the_shelf(market)
    delivered(market, opened)
    return opened


def in_case(market: Market, opened: dict[str, Any], **more: Any) -> UUID:
    told = {"reason": "not_as_described", "text": WORDS} | more
    return UUID(market.do("open_case", BORIS, order_id=opened["order_ids"][0], **told)["case_id"])


def escalated(market: Market, opened: dict[str, Any], **more: Any) -> UUID:
    case_id = in_case(market, opened, **more)
    market.do("answer_case", ANNA, case_id=case_id, text=ANSWER)
    market.do("escalate_case", BORIS, case_id=case_id, text="No.")
    return case_id


def decide(market: Market, case_id: UUID, decision: str, by: UUID = OPERATOR, **more: Any) -> None:
    told = {"reason": "broken", "text": "The photograph shows it."} | more
    market.do("decide_case", by, case_id=case_id, decision=decision, **told)


def case(market: Market, case_id: UUID) -> Case:
    found = market.service.store.load(Case, case_id)
    assert found is not None
    return found


def order(market: Market, opened: dict[str, Any]) -> Order:
    return market.orders(opened)[0]


def seen(market: Market, case_id: UUID, by: UUID = BORIS) -> dict[str, Any]:
    market.settle()
    return ask(market, "case", by, case_id=case_id)


def test_nothing_is_released_while_a_case_is_open_and_then_it_is(market: Market) -> None:
    opened = bought(market)
    case_id = escalated(market, opened)
    market.pass_time(days=8)
    assert order(market, opened).status == "delivered"
    decide(market, case_id, "reject")
    market.pass_time(seconds=1)
    assert order(market, opened).status == "released"


def test_closed_within_the_window_it_is_released_when_that_closes(market: Market) -> None:
    opened = bought(market)
    market.do("settle_case", BORIS, case_id=in_case(market, opened))
    market.pass_time(days=6)
    assert order(market, opened).status == "delivered"
    market.pass_time(days=1)
    assert order(market, opened).status == "released"


def test_delivered_while_a_case_is_open_it_is_released_after_its_end(market: Market) -> None:
    opened = through_the_shelf(market)
    case_id = in_case(market, opened, reason="not_arrived")
    delivered(market, opened)
    market.do("answer_case", ANNA, case_id=case_id, text=ANSWER)
    market.do("escalate_case", BORIS, case_id=case_id, text="No.")
    market.pass_time(days=30)
    assert order(market, opened).status == "delivered"
    decide(market, case_id, "reject")
    market.pass_time(seconds=1)
    assert order(market, opened).status == "released"


def test_all_that_is_left_goes_back_by_the_way_of_every_refund(market: Market) -> None:
    opened = bought(market)
    case_id = escalated(market, opened)
    decide(market, case_id, "refund_whole")
    (refund_id,) = order(market, opened).refunds
    market.settle()
    market.provider.end_refund(refund_id)
    assert market.told_of_refund(refund_id) == 204
    assert market.books() == {}
    told = seen(market, case_id)
    assert (told["outcome"], told["refunded_minor"]) == ("refunded", 12_000)


def test_a_part_of_it_is_borne_by_every_party(market: Market) -> None:
    opened = bought(market)
    decide(market, escalated(market, opened), "refund_part", amount_minor=3_000)
    assert order(market, opened).left_minor == 9_000
    assert (market.account("refunds_due"), market.account("seller_held")) == (-3_000, -7_650)
    (demanded,) = [fact for fact in market.facts if isinstance(fact, Checkout.RefundDemanded)]
    assert (demanded.amount_minor, demanded.reason) == (3_000, "case_decided")


def test_after_the_release_it_is_taken_from_what_is_available(market: Market) -> None:
    opened = bought(market)
    market.pass_time(days=8)
    assert order(market, opened).status == "released"
    decide(market, escalated(market, opened), "refund_whole")
    assert market.account("seller_available") == market.account("community_available") == 0


def test_one_line_of_several_goes_back_alone(market: Market) -> None:
    rod, reel = market.listed(), market.listed(price_minor=5_000)
    opened = buy(market, BORIS, line(rod), line(reel))
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    of_reel = next(one["line_id"] for one in order(market, opened).lines.values() if one["listing_id"] == reel)
    decide(market, escalated(market, opened, line_id=of_reel), "refund_whole")
    assert order(market, opened).left_minor == 12_000
    with pytest.raises(refusals.NoSuchLine):
        in_case(market, opened, line_id=UUID(int=9))


def test_a_silent_seller_has_it_escalated(market: Market) -> None:
    opened = bought(market)
    case_id = in_case(market, opened)
    market.pass_time(hours=47)
    assert case(market, case_id).stage == "awaiting_seller"
    market.pass_time(hours=1)
    assert case(market, case_id).stage == "awaiting_operator"
    with pytest.raises(refusals.CaseAwaitsOther):
        market.do("answer_case", ANNA, case_id=case_id, text=ANSWER)


def test_a_silent_buyer_has_it_closed(market: Market) -> None:
    opened = bought(market)
    case_id = in_case(market, opened)
    market.do("answer_case", ANNA, case_id=case_id, text=ANSWER)
    market.pass_time(hours=72)
    assert seen(market, case_id)["outcome"] == "left_alone"
    assert order(market, opened).case_id is None
    market.pass_time(days=8)
    assert order(market, opened).status == "released"


def test_silence_of_the_platform_is_counted_and_listed_first(market: Market) -> None:
    late = escalated(market, bought(market))
    market.pass_time(hours=72)
    assert case(market, late).overdue == 1
    new = escalated(market, buy(market, BORIS, line(market.listed())))
    market.settle()
    listed = ask(market, "cases_to_settle", OPERATOR)
    assert [one["case_id"] for one in listed["items"]] == [str(late), str(new)]
    told = {(name, labels["state"]): value for name, _, labels, value in figures(market.service)}
    assert told == {("agora_open_cases", "awaiting_operator"): 2, ("agora_overdue_cases", "awaiting_operator"): 1}
    market.pass_time(hours=72)
    assert case(market, late).overdue == 2
    pages = ask(market, "cases_to_settle", OPERATOR, state="open", limit=1)
    after = ask(market, "cases_to_settle", OPERATOR, state="open", limit=1, cursor=pages["next"])
    assert [pages["items"][0]["case_id"], after["items"][0]["case_id"]] == [str(late), str(new)]


def test_a_clock_that_stood_still_takes_no_time_of_the_platform_away(market: Market) -> None:
    case_id = in_case(market, bought(market))
    market.clock.at += timedelta(days=30)
    market.settle()
    found = case(market, case_id)
    assert (found.stage, found.overdue) == ("awaiting_operator", 0)
    assert found.deadline == market.clock.at + timedelta(hours=72)


def test_a_deadline_is_kept_over_a_restart(market: Market) -> None:
    case_id = in_case(market, bought(market))
    market.reopen()
    market.pass_time(hours=48)
    assert case(market, case_id).stage == "awaiting_operator"


def test_of_who_is_forgotten_the_moves_stay_and_the_words_go(market: Market) -> None:
    case_id = in_case(market, bought(market))
    market.do("answer_case", ANNA, case_id=case_id, text=ANSWER)
    market.identity.say(PersonForgotten(person_id=BORIS), market.clock.at)
    market.settle()
    by_what = {one["what"]: one["text"] for one in seen(market, case_id, ANNA)["timeline"]}
    assert (by_what["case_opened"], by_what["case_answered"]) == (None, ANSWER)


def test_whoever_had_a_part_in_it_does_not_decide(market: Market) -> None:
    opened = buy(market, OPERATOR, line(market.listed()))
    case_id = UUID(
        market.do("open_case", OPERATOR, order_id=opened["order_ids"][0], reason="other", text=WORDS)["case_id"]
    )
    market.pass_time(hours=48)
    with pytest.raises(refusals.OwnCase):
        decide(market, case_id, "refund_whole")


@pytest.mark.parametrize("earner", [DORA, CHEN])
def test_who_earns_by_it_or_owns_a_group_that_does_does_not_decide(market: Market, earner: UUID) -> None:
    rod = rod_on_shelf(market)
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
    case_id = in_case(market, opened)
    market.pass_time(hours=48)
    fields = {"case_id": case_id, "decision": "reject", "amount_minor": 0, "reason": "as_described", "text": WORDS}
    with pytest.raises(refusals.OwnCase):
        market.do("decide_case", earner, **fields)
    market.do("decide_case", OPERATOR, **fields)


def test_there_is_one_case_at_a_time_and_another_one_afterwards(market: Market) -> None:
    opened = bought(market)
    case_id = in_case(market, opened)
    with pytest.raises(refusals.OrderInCase):
        in_case(market, opened)
    market.do("settle_case", BORIS, case_id=case_id)
    assert in_case(market, opened) != case_id


def test_so_long_after_the_delivery_none_is_opened(market: Market) -> None:
    opened = bought(market)
    market.pass_time(days=91)
    with pytest.raises(refusals.CaseTooLate):
        in_case(market, opened)


def test_to_others_there_is_no_such_case(market: Market) -> None:
    opened = bought(market)
    case_id = in_case(market, opened)
    for name, fields in (("say_in_case", {"text": "x"}), ("settle_case", {})):
        with pytest.raises(refusals.NoSuchCase):
            market.do(name, DORA, case_id=case_id, **fields)
    with pytest.raises(refusals.NoSuchCase):
        seen(market, case_id, DORA)
    with pytest.raises(refusals.NoSuchOrder):
        market.do("open_case", DORA, order_id=opened["order_ids"][0], reason="other", text=WORDS)
    with pytest.raises(Forbidden):
        market.do("escalate_case", ANNA, case_id=case_id, text="x")


def test_what_the_seller_pays_back_by_herself_ends_it_once_nothing_is_left(market: Market) -> None:
    opened = bought(market)
    case_id = in_case(market, opened)
    refunded(market, opened)
    assert seen(market, case_id)["outcome"] == "nothing_left"


def test_a_return_that_nobody_answers_becomes_a_case(market: Market) -> None:
    opened = bought(market)
    (line_id,) = order(market, opened).lines
    asked = {"order_id": opened["order_ids"][0], "line_id": line_id, "quantity": 1, "reason": "too_short"}
    market.do("request_return", BORIS, **asked)
    market.pass_time(days=6)
    assert order(market, opened).case_id is None
    market.pass_time(days=1)
    case_id = order(market, opened).case_id
    assert case_id is not None
    row = seen(market, case_id)
    assert (row["opened_by"], row["reason"], row["line_id"]) == ("platform", "return_not_answered", line_id)


def test_a_return_that_was_paid_back_becomes_none(market: Market) -> None:
    opened = bought(market)
    (line_id,) = order(market, opened).lines
    asked = {"order_id": opened["order_ids"][0], "line_id": line_id, "quantity": 1, "reason": "too_short"}
    market.do("request_return", BORIS, **asked)
    refunded(market, opened)
    market.pass_time(days=8)
    assert order(market, opened).case_id is None


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_has_a_case_in_which_both_sides_are_heard_until_it_ends(market: Market, outcome: Any) -> None:
    opened = bought(market)
    market.provider.disputed.open("dp_1", opened["payment_id"], 12_000)
    market.told_of_dispute("dp_1")
    case_id = order(market, opened).case_id
    assert case_id is not None
    market.do("answer_case", ANNA, case_id=case_id, text=ANSWER)
    assert case(market, case_id).stage == "awaiting_bank"
    with pytest.raises(refusals.CaseAwaitsOther):
        market.do("settle_case", BORIS, case_id=case_id)
    market.pass_time(days=30)
    market.provider.disputed.end("dp_1", outcome)
    market.told_of_dispute("dp_1")
    assert seen(market, case_id)["outcome"] == f"dispute_{outcome}"
    market.pass_time(seconds=1)
    assert order(market, opened).status == "released"


def test_a_case_that_is_open_when_a_dispute_begins_goes_on_and_is_decided_after_it(market: Market) -> None:
    opened = bought(market)
    case_id = escalated(market, opened)
    market.provider.disputed.open("dp_1", opened["payment_id"], 5_000)
    market.told_of_dispute("dp_1")
    assert order(market, opened).case_id == case_id
    with pytest.raises(refusals.OrderDisputed):
        decide(market, case_id, "refund_whole")
    market.provider.disputed.end("dp_1", "lost")
    market.told_of_dispute("dp_1")
    decide(market, case_id, "refund_whole")
    assert order(market, opened).left_minor == 0


def test_what_was_paid_elsewhere_is_settled_there(market: Market) -> None:
    rod = market.listed()
    at = {"happened_at": "2026-01-02T12:00:00Z"}
    sold = {"line_id": str(UUID(int=7)), "listing_id": rod, "quantity": 1, "unit_price_minor": 12_000}
    parts = [{"order_id": str(UUID(int=8)), "seller_id": str(market.listing(rod).seller_id), "lines": [sold]}]
    checkout = {"checkout_id": str(UUID(int=6)), **at}
    market.do("record_sale", OPERATOR, **checkout, buyer_id=BORIS, currency="EUR", orders=parts)
    payment = {"payment_id": str(UUID(int=5)), "method": "voucher", "amount_minor": 12_000}
    market.do("record_payment", OPERATOR, **checkout, **payment)
    market.do("record_settlement", OPERATOR, **checkout)
    with pytest.raises(refusals.OrderPaidElsewhere):
        in_case(market, {"order_ids": [UUID(int=8)]})


def test_the_timeline_tells_everything_in_its_order_and_nothing_of_others(market: Market) -> None:
    market.seller(CHEN)
    market.certify(CHEN)
    rod, reel = market.listed(), market.listed(CHEN, price_minor=5_000)
    opened = market.bought(rod, reel, delivery_address="1 Lake Road")
    market.pass_time(minutes=1)
    market.provider.capture(opened["payment_id"])
    market.told(opened["payment_id"])
    mine = next(one for one in market.orders(opened) if one.seller_person_id == ANNA)
    theirs = next(one for one in market.orders(opened) if one.seller_person_id == CHEN)
    market.do("refund_line", CHEN, order_id=theirs.id, line_id=next(iter(theirs.lines)), quantity=1)
    market.pass_time(hours=1)
    market.do("deliver", ANNA, order_id=mine.id)
    market.pass_time(hours=1)
    case_id = in_case(market, {"order_ids": [mine.id]})
    market.pass_time(hours=1)
    market.do("say_in_case", BORIS, case_id=case_id, text="A photograph", sha256="0" * 64)
    market.pass_time(hours=1)
    market.do("answer_case", ANNA, case_id=case_id, text=ANSWER)
    market.pass_time(hours=72)
    told = seen(market, case_id, ANNA)
    assert [(one["what"], one["by"]) for one in told["timeline"]] == [
        ("placed", "buyer"), ("payment_captured", "platform"), ("paid", "platform"), ("delivered", "seller"),
        ("case_opened", "buyer"), ("case_said", "buyer"), ("case_answered", "seller"), ("case_closed", "platform"),
    ]  # fmt: skip
    by_what = {one["what"]: one for one in told["timeline"]}
    assert (by_what["case_opened"]["text"], by_what["case_said"]["sha256"]) == (WORDS, "0" * 64)
    assert "Lake Road" not in str(told)
    assert (told["buyer_id"], seen(market, case_id)["buyer_id"]) == (None, str(BORIS))


def test_both_sides_find_their_cases(market: Market) -> None:
    case_id = in_case(market, bought(market))
    market.settle()
    for actor_id, side in ((BORIS, "buyer"), (ANNA, "seller")):
        (row,) = ask(market, "cases", actor_id, **{"as": side})["items"]
        assert row["case_id"] == str(case_id)
    assert ask(market, "cases", ANNA)["items"] == []


def test_terms_hold_for_cases_that_are_opened_later(market: Market) -> None:
    first = in_case(market, bought(market))
    market.do("set_case_terms", OPERATOR, seller_hours=12, buyer_hours=24, operator_hours=36, open_days=30)
    assert ask(market, "case_terms", BORIS)["seller_hours"] == 12
    second = in_case(market, buy(market, BORIS, line(market.listed())))
    market.pass_time(hours=12)
    assert (case(market, first).stage, case(market, second).stage) == ("awaiting_seller", "awaiting_operator")


def test_a_ticket_goes_back_whole_or_not_at_all(market: Market) -> None:
    gathered = Gathered(market)
    gathered.announce()
    gathered.reserve()
    opened = market.paid(lines=[ticket()])
    gathered.issue(opened)
    case_id = escalated(market, opened)
    with pytest.raises(refusals.TicketRefundedInParts):
        decide(market, case_id, "refund_part", amount_minor=PRICE - 1)
    decide(market, case_id, "refund_whole")
    assert order(market, opened).left_minor == 0
