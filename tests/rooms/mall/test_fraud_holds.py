"""Commissions that are suspected: withheld with evidence, appealed against, let go, forfeited; right to the cent."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest

from services.contracts.groups import MemberRoleGiven, MemberRoleTaken
from services.contracts.identity import PersonForgotten
from services.kernel.flow.rebuild import rebuild
from services.mall.application.fraud_weighing import FraudWeighing
from services.mall.domain import refusals
from services.mall.domain.fraud_hold import FraudHold
from services.mall.projections.ties import ties

from .attributing import by_way, explained, linked, rod_on_shelf
from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .paying import account, ensure_sound, payable, refund
from .questioning import ask, buy, person, put_on_shelf
from .suspecting import (
    EARNED,
    OTHER_OPERATOR,
    TERMS,
    by_link,
    decide,
    forfeited,
    hold,
    released,
    same_account,
    told,
)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def withheld(market: Market) -> int:
    return -market.account("member_withheld") - market.account("community_withheld")


def holds(market: Market) -> list[FraudHold]:
    opened = [fact for fact in market.facts if isinstance(fact, FraudHold.Opened)]
    found = [market.service.store.load(FraudHold, fact.hold_id) for fact in opened]
    return [one for one in found if one is not None]


def rules(market: Market) -> list[list[str]]:
    """By which each hold was opened."""
    return [[one["rule"] for one in fact.evidence] for fact in market.facts if isinstance(fact, FraudHold.Opened)]


def lower(market: Market, **changes: int) -> None:
    """Terms that hold now."""
    market.do("set_fraud_terms", OPERATOR, **(TERMS | changes))
    market.pass_time(days=7)


def test_what_is_paid_to_the_account_of_the_buyer_is_withheld_and_the_rest_is_released(market: Market) -> None:
    opened = released(market)
    assert withheld(market) == EARNED
    assert -market.account("seller_available") == 12_000 - EARNED - 600
    assert market.account("member_held") == market.account("member_available") == 0
    assert rules(market) == [["same_payout_account"]]
    assert hold(market, opened).outcome is None
    ensure_sound(market)


def test_without_the_weighing_it_would_be_his_own(market: Market) -> None:
    with patch.object(FraudWeighing, "_weighed", lambda *_: []):
        released(market)
    assert -market.account("member_available") == EARNED


def test_who_has_said_where_the_earner_is_paid_is_paid_there_himself(market: Market) -> None:
    """Boris owned the group, and set its account; now it is Chen's, to whom nobody has told it."""
    market.seller()
    rod = market.listed(stock=9)
    put_on_shelf(market, BORIS, rod)
    account(market, GROUP, BORIS, "acct_group")
    given = {"group_id": GROUP, "role": "owner"}
    market.groups.say(MemberRoleTaken(person_id=BORIS, **given), market.clock.at)
    market.groups.say(MemberRoleGiven(person_id=CHEN, **given), market.clock.at)
    market.settle()
    opened = buy(market, BORIS, by_way(rod, group_id=GROUP))
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=8)
    assert rules(market) == [["same_payout_account"]]
    assert hold(market, opened, "community", GROUP).role == "community"
    ensure_sound(market)


def test_of_two_who_earn_the_one_that_is_suspected_waits(market: Market) -> None:
    market.seller()
    rod = rod_on_shelf(market)
    same_account(market)
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=8)
    assert (withheld(market), -market.account("community_available")) == (600, 600)
    decide(market, hold(market, opened).id, "let_go", OPERATOR)
    assert (withheld(market), -market.account("member_available")) == (0, 600)
    ensure_sound(market)


def test_silence_of_the_platform_lets_it_go(market: Market) -> None:
    opened = released(market)
    market.pass_time(days=20)
    assert withheld(market) == EARNED
    market.pass_time(days=1)
    assert hold(market, opened).outcome == "lapsed"
    assert (withheld(market), payable(market, "member", DORA).balance_minor) == (0, EARNED)
    ensure_sound(market)


def test_two_forfeit_it_after_an_appeal_and_it_is_the_sellers(market: Market) -> None:
    opened = released(market)
    forfeited(market, hold(market, opened).id)
    assert hold(market, opened).outcome == "forfeited"
    assert (withheld(market), market.account("member_available")) == (0, 0)
    assert -market.account("seller_available") == 12_000 - 600
    (line,) = market.orders(opened)[0].lines.values()
    (earned,) = ask(market, "listing_sales", ANNA, listing_id=line["listing_id"])["amounts"]
    assert (earned["seller_minor"], earned["member_minor"]) == (11_400, 0)
    market.pass_time(days=60)
    assert rebuild(market.service, page=7).is_equal
    ensure_sound(market)


def test_nothing_is_forfeited_unheard_and_never_by_one(market: Market) -> None:
    hold_id = hold(market, released(market)).id
    with pytest.raises(refusals.AppealStillOpen):
        decide(market, hold_id, "forfeit", OPERATOR)
    market.pass_time(days=TERMS["appeal_days"])
    with pytest.raises(refusals.ForfeitureProposedByYou):
        decide(market, hold_id, "forfeit", OPERATOR, OPERATOR)
    for concerned in (ANNA, BORIS, DORA):
        with pytest.raises(refusals.OwnHold):
            decide(market, hold_id, "let_go", concerned)
    decide(market, hold_id, "forfeit", OTHER_OPERATOR)
    with pytest.raises(refusals.HoldEnded):
        decide(market, hold_id, "let_go", OPERATOR)
    ensure_sound(market)


def test_an_appeal_makes_two_look_anew(market: Market) -> None:
    hold_id = hold(market, released(market)).id
    market.pass_time(days=TERMS["appeal_days"])
    decide(market, hold_id, "forfeit", OPERATOR)
    assert told(market, hold_id)["state"] == "forfeiture_proposed"
    market.do("appeal_fraud_hold", DORA, hold_id=hold_id, text="He is my landlord.")
    with pytest.raises(refusals.AppealedAlready):
        market.do("appeal_fraud_hold", DORA, hold_id=hold_id, text="Indeed.")
    decide(market, hold_id, "forfeit", OTHER_OPERATOR)
    assert withheld(market) == EARNED
    decide(market, hold_id, "forfeit", OPERATOR)
    assert withheld(market) == 0
    ensure_sound(market)


@pytest.mark.parametrize("ends", ["lapses", "forfeited", "stays"])
def test_a_refund_takes_it_from_where_it_is(market: Market, ends: str) -> None:
    opened = released(market)
    if ends == "forfeited":
        forfeited(market, hold(market, opened).id)
    elif ends == "lapses":
        market.pass_time(days=TERMS["hold_days"])
    refund(market, opened)
    market.pass_time(days=TERMS["hold_days"])
    accounts = ("member_withheld", "member_available", "seller_available", "platform_fees", "refunds_due", "provider")
    assert [market.account(name) for name in accounts] == [0] * 6
    ensure_sound(market)


def test_a_refund_in_part_leaves_its_part_and_no_more(market: Market) -> None:
    opened = released(market)
    (line_id,) = market.orders(opened)[0].lines
    market.do("refund_line", OPERATOR, order_id=opened["order_ids"][0], line_id=line_id, amount_minor=5_000)
    assert withheld(market) == 700
    forfeited(market, hold(market, opened).id)
    assert -market.account("seller_available") == 7_000 - 350
    refund(market, opened)
    assert market.account("seller_available") == 0
    ensure_sound(market)


def test_while_a_bank_disputes_it_nothing_moves(market: Market) -> None:
    opened = released(market)
    hold_id = hold(market, opened).id
    market.provider.disputed.open("dp_1", UUID(opened["payment_id"]), 12_000)
    market.told_of_dispute("dp_1")
    market.settle()
    with pytest.raises(refusals.OrderDisputed):
        decide(market, hold_id, "let_go", OPERATOR)
    market.pass_time(days=22)
    assert withheld(market) == EARNED
    market.provider.disputed.end("dp_1", "lost")
    market.told_of_dispute("dp_1")
    market.pass_time(days=2)
    assert hold(market, opened).outcome == "lapsed"
    assert (withheld(market), market.account("member_available"), market.account("seller_available")) == (0, 0, 0)
    ensure_sound(market)


def each_way(market: Market, *pairs: tuple[UUID, UUID], times: int = 2) -> None:
    """Each buys by the link of the other so many times."""
    rod = market.listed(stock=99)
    for _ in range(times):
        for buyer_id, owner_id in pairs:
            by_link(market, buyer_id=buyer_id, owner_id=owner_id, rod=rod)
    market.pass_time(days=8)


def test_who_earn_by_one_another_are_suspected_from_so_many_on(market: Market) -> None:
    market.seller()
    lower(market, cycle_orders=2)
    each_way(market, (BORIS, DORA), (DORA, BORIS), times=1)
    assert rules(market) == []
    each_way(market, (BORIS, DORA), (DORA, BORIS), times=1)
    assert rules(market) == [["cycle"], ["cycle"]]
    ensure_sound(market)


def test_a_ring_of_three_is_found_from_each_side(market: Market) -> None:
    market.seller()
    lower(market, cycle_orders=1)
    each_way(market, (BORIS, DORA), (DORA, CHEN), times=1)
    assert rules(market) == []
    each_way(market, (BORIS, DORA), (DORA, CHEN), (CHEN, BORIS), times=1)
    assert rules(market) == [["ring_of_three"]] * 3
    ensure_sound(market)


def test_a_community_stands_for_who_owns_it(market: Market) -> None:
    """Dora buys by the link of Boris, Boris on the shelf of Dora's community."""
    market.seller()
    lower(market, cycle_orders=1)
    rod = market.listed(stock=9)
    put_on_shelf(market, DORA, rod)
    bought = [
        buy(market, BORIS, by_way(rod, group_id=GROUP)),
        buy(market, DORA, by_way(rod, link_id=linked(market, rod, BORIS))),
    ]
    for opened in bought:
        market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=8)
    assert rules(market) == [["cycle"], ["cycle"]]
    assert {one.role for one in holds(market)} == {"community", "member"}
    ensure_sound(market)


def test_beyond_so_many_within_a_time_each_is_suspected(market: Market) -> None:
    market.seller()
    lower(market, velocity_orders=2, velocity_days=10)
    each_way(market, (BORIS, DORA), times=3)
    assert rules(market) == [["velocity"]]
    (evidence,) = next(fact.evidence for fact in market.facts if isinstance(fact, FraudHold.Opened))
    assert evidence["figures"] == {"orders": 3, "most": 2, "days": 10}
    market.pass_time(days=3)
    each_way(market, (BORIS, DORA), (person(1), DORA))
    assert len(rules(market)) == 1
    ensure_sound(market)


def test_terms_hold_once_their_notice_is_over_and_the_last_word_counts(market: Market) -> None:
    market.seller()
    market.do("set_fraud_terms", OPERATOR, **(TERMS | {"velocity_orders": 1}))
    seen = ask(market, "fraud_terms", BORIS)
    assert (seen["velocity_orders"], seen["announced"]["velocity_orders"]) == (20, 1)
    market.pass_time(days=7)
    seen = ask(market, "fraud_terms", BORIS)
    assert (seen["velocity_orders"], seen["announced"], seen["terms_version"]) == (1, None, 1)


def test_who_earns_sees_why_and_nothing_of_others(market: Market) -> None:
    opened = released(market)
    hold_id = hold(market, opened).id
    seen = told(market, hold_id)
    assert seen["rules"] == ["same_payout_account"]
    assert seen["buyer_id"] is None
    assert [one["order_ids"] for one in seen["evidence"]] == [[]]
    assert told(market, hold_id, OPERATOR)["buyer_id"] == str(BORIS)
    assert [one["hold_id"] for one in ask(market, "fraud_holds", DORA)["items"]] == [str(hold_id)]
    assert [one["hold_id"] for one in ask(market, "fraud_holds_to_decide", OPERATOR)["items"]] == [str(hold_id)]
    assert ask(market, "fraud_holds", BORIS)["items"] == []
    for stranger in (ANNA, BORIS):
        with pytest.raises(refusals.NoSuchHold):
            told(market, hold_id, stranger)
        with pytest.raises(refusals.NoSuchHold):
            market.do("appeal_fraud_hold", stranger, hold_id=hold_id, text="Mine.")


def test_the_answer_why_this_commission_names_the_hold_to_whom_it_concerns(market: Market) -> None:
    opened = released(market)
    for asks, many in ((DORA, 1), (OPERATOR, 1), (BORIS, 0), (ANNA, 0)):
        assert len(explained(market, opened, asks)["fraud_holds"]) == many


def test_what_is_withheld_stands_in_the_account_and_in_the_statement(market: Market) -> None:
    released(market)
    (owed,) = ask(market, "account", DORA, party_id=DORA)["balances"]
    assert (owed["held_minor"], owed["withheld_minor"], owed["available_minor"]) == (EARNED, EARNED, 0)


def test_words_go_with_who_wrote_them_and_the_sums_stay(market: Market) -> None:
    opened = released(market)
    hold_id = hold(market, opened).id
    forfeited(market, hold_id)
    assert told(market, hold_id, OPERATOR)["appeal"] == "He pays my rent."
    market.identity.say(PersonForgotten(person_id=DORA), market.clock.at)
    market.settle()
    assert told(market, hold_id, OPERATOR)["appeal"] is None
    ensure_sound(market)


def test_nothing_is_released_before_the_view_knows_it(market: Market) -> None:
    market.seller()
    by_link(market)
    with market.service.views.writing() as connection:
        connection.execute(ties.delete())
    market.pass_time(days=8)
    assert -market.account("member_held") == EARNED


def test_what_is_sent_back_is_withheld_only_when_it_would_be_released(market: Market) -> None:
    market.seller()
    same_account(market)
    opened = by_link(market)
    (line_id,) = market.orders(opened)[0].lines
    asked = {"order_id": opened["order_ids"][0], "line_id": line_id, "quantity": 1, "reason": "too_short"}
    market.do("request_return", BORIS, **asked)
    market.pass_time(days=8)
    (order,) = market.orders(opened)
    assert (withheld(market), rules(market), order.case_id is None) == (0, [], False)
    asked = {"decision": "reject", "reason": "unfounded", "text": "It was long enough."}
    market.pass_time(days=3)
    market.do("decide_case", OPERATOR, case_id=order.case_id, **asked)
    market.pass_time(hours=1)
    assert (withheld(market), rules(market)) == (EARNED, [["same_payout_account"]])
    ensure_sound(market)
