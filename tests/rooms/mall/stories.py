"""A mall in which a little of everything has happened."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.mall.domain.seller import Seller

from .agreeing import agreed, ended, of_offer, offered
from .market import ANNA, BORIS, CHEN, DORA, GROUP, NOON, OPERATOR, Market
from .paying import OTHER_OPERATOR, account, asked, terms, told
from .questioning import buy, line, person, put_on_shelf
from .suspecting import by_link, forfeited, hold, same_account


def eventful(market: Market) -> None:
    """A little of everything that can happen to a listing, a checkout and an order."""
    market.seller(ANNA)
    market.seller(DORA)
    rod, lamp = market.listed(stock=9, tags=["fishing", "long"]), market.listed(DORA, stock=9, price_minor=3_333)
    put_on_shelf(market, CHEN, rod, lamp)
    market.do("drop", CHEN, group_id=GROUP, listing_id=lamp)
    market.do("reprice", ANNA, listing_id=rod, price_minor=11_999)
    market.do("spread_stock", ANNA, listing_id=rod, buckets=3)
    market.do("spread_stock", ANNA, listing_id=rod, buckets=2)
    market.do("restock", ANNA, listing_id=rod, quantity=2)
    kept = buy(market, BORIS, line(rod, 2, GROUP), line(lamp))
    returned = buy(market, CHEN, line(rod))
    buy(market, person(1), line(lamp, 2))
    for order in market.orders(kept) + market.orders(returned):
        market.do("deliver", order.seller_person_id, order_id=order.id)
    first = market.orders(returned)[0]
    part = {"order_id": first.id, "line_id": next(iter(first.lines)), "quantity": 1}
    market.do("request_return", CHEN, **part, reason="changed_mind")
    refund = market.do("refund_line", ANNA, **part)
    market.settle()
    market.provider.end_refund(refund["refund_id"])
    market.told_of_refund(refund["refund_id"])
    came_back(market, returned["checkout_id"], refund["refund_id"])
    market.do("cancel_checkout", BORIS, checkout_id=market.bought(rod)["checkout_id"])
    market.bought(lamp)
    market.pass_time(days=8)
    disputed(market, rod)
    market.do("withdraw_listing", DORA, listing_id=lamp, reason="sold_elsewhere")
    of_elsewhere(market, rod)
    of_payouts(market)
    of_agreements(market, rod)
    of_fraud_holds(market, rod)
    of_cases(market, kept)
    market.settle()


def came_back(market: Market, checkout_id: str, refund_id: str) -> None:
    """A bank sends a refund back, and the buyer gets it another way."""
    market.provider.end_refund(refund_id, "returned", "account_closed")
    market.told_of_refund(refund_id, "evt_back")
    said = {"checkout_id": checkout_id, "refund_id": refund_id, "outcome": "paid_elsewhere", "reason": "by_transfer"}
    for operator_id in (OPERATOR, OTHER_OPERATOR):
        market.do("settle_refund", operator_id, **said)


def disputed(market: Market, rod: str) -> None:
    """Three sales that banks dispute: one is lost in part, one won and refunded by amount, one is open."""
    for number, outcome in enumerate(("lost", "won", None)):
        sold = buy(market, person(3), line(rod))
        reference = f"dp_{number}"
        market.provider.disputed.open(reference, sold["payment_id"], 5_000)
        market.told_of_dispute(reference)
        if outcome is not None:
            market.provider.disputed.end(reference, outcome)  # type: ignore[arg-type]
            market.told_of_dispute(reference)
        if outcome == "won":
            (order,) = market.orders(sold)
            asked = {"order_id": order.id, "line_id": next(iter(order.lines)), "amount_minor": 1_000}
            market.do("refund_line", ANNA, **asked)


def of_payouts(market: Market) -> None:
    """Paid; returned by the bank; failed; rejected, approved by one of two; and given up."""
    terms(market)
    account(market, Seller.create_id(DORA), DORA, "acct_dora")
    account(market)
    for amount_minor, status in ((1_000, "paid"), (2_000, "returned"), (500, "failed")):
        payout_id = asked(market, amount_minor)
        market.settle()
        market.provider.end_transfer(payout_id, "paid")
        if status != "failed":
            told(market, payout_id, f"evt_{payout_id}")
        market.provider.end_transfer(payout_id, status, "" if status == "paid" else "account_closed")
        told(market, payout_id, f"evt_last_{payout_id}")
        account(market)
    terms(market, approval_above_minor=0)
    rejected, approved_once = (asked(market, 100, DORA, Seller.create_id(DORA)) for _ in range(2))
    market.do("reject_payout", OPERATOR, payout_id=rejected, reason="not_known")
    market.do("approve_payout", OPERATOR, payout_id=approved_once)
    market.do("cancel_payout", ANNA, payout_id=asked(market, 100))


def of_agreements(market: Market, rod: str) -> None:
    """Anna and Chen's group: one offer replaced, one accepted and ended, one declined, one withdrawn, one open. Dora
    and Chen's group: one accepted until the day after."""
    offered(market, exclusive=True, listing_ids=[rod])
    agreed(market, exclusive=True, listing_ids=[rod])
    ended(market, ANNA)
    market.do("decline_agreement", ANNA, **of_offer(offered(market, CHEN)))
    market.do("withdraw_agreement", CHEN, **of_offer(offered(market, CHEN)))
    offered(market, pool_bps=100, territory=["CN"])
    until = (market.clock.at + timedelta(days=1)).isoformat()
    lapses = {"seller_id": Seller.create_id(DORA), "group_id": GROUP, "pool_bps": 100, "ends_at": until}
    market.do("accept_agreement", CHEN, **of_offer(market.do("offer_agreement", DORA, **lapses)))


def of_cases(market: Market, bought: dict[str, Any]) -> None:
    """Two: one that the platform has left undecided for too long, one that has just been opened."""
    first, second = market.orders(bought)
    wrong = {"reason": "not_as_described", "text": "It does not turn."}
    overdue = {"case_id": market.do("open_case", BORIS, order_id=first.id, **wrong)["case_id"]}
    market.do("say_in_case", BORIS, **overdue, text="A photograph", sha256="0" * 64)
    market.do("answer_case", ANNA, **overdue, text="It did.")
    market.do("escalate_case", BORIS, **overdue, text="It does not.")
    market.pass_time(hours=72)
    market.do("open_case", BORIS, order_id=second.id, **wrong)


def of_fraud_holds(market: Market, rod: str) -> None:
    """Two shares of Dora's that are suspected: one is forfeited, one still withheld."""
    first, _ = by_link(market, rod=rod), by_link(market, rod=rod)
    same_account(market)
    market.pass_time(days=2)
    forfeited(market, hold(market, first).id)


def of_elsewhere(market: Market, rod: str) -> None:
    """Sales that were recorded: one cancelled when it was paid, one underpaid, one paid and nothing known of it."""
    at = {"happened_at": NOON.isoformat()}
    seller_id = str(market.listing(rod).seller_id)
    for paid_minor, quantity, is_cancelled in ((12_000, 1, True), (20_000, 2, False), (700, 0, False)):
        checkout_id = uuid4()
        sold = {"line_id": str(uuid4()), "listing_id": rod, "quantity": quantity, "unit_price_minor": 11_999}
        parts = [{"order_id": str(uuid4()), "seller_id": seller_id, "lines": [sold]}] if quantity else []
        checkout = {"checkout_id": checkout_id, **at}
        market.do("record_sale", OPERATOR, **checkout, buyer_id=person(2), currency="EUR", orders=parts)
        payment = {"payment_id": uuid4(), "method": "voucher", "amount_minor": paid_minor}
        market.do("record_payment", OPERATOR, **checkout, **payment)
        market.do("record_settlement", OPERATOR, **checkout)
        if is_cancelled:
            market.do("record_cancellation", OPERATOR, **checkout, reason="cancelled_elsewhere")
