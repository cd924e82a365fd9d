"""Every operation that decides says no in a sentence, and a no changes nothing: the position stays where it was."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from services.kernel.doors.operation import Kind
from services.kernel.refusals import Forbidden, Malformed, NotYetHappened, Refusal
from services.mall.domain import refusals
from services.mall.domain.seller import Seller
from services.mall.operations import operations

from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .refused_agreements import AGREEMENTS, negotiated
from .refused_cases import CASES as ABOUT_CASES
from .refused_fraud_holds import FRAUD_HOLDS
from .refused_payouts import PAYOUTS
from .refused_reconciling import RECONCILING, reconciled
from .refused_reviews import REVIEWS, line_of
from .refused_tariffs import TARIFFS

NOBODY = UUID(int=0xBAD)
SENTENCE = re.compile(r"^[A-Z'\"].*[.]$", re.DOTALL)
LATER, THEN = "2099-01-01T00:00:00Z", "2017-10-02T10:56:33Z"


class Things(NamedTuple):
    """What the refusals are about."""

    market: Market
    rod: str
    reel: str
    yen: str
    gone: str
    bought: dict[str, Any]
    paid: dict[str, Any]
    delivered: dict[str, Any]
    recorded: UUID

    def line(self, opened: dict[str, Any]) -> str:
        return next(iter(self.market.orders(opened)[0].lines))


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    with Market(tmp_path_factory.mktemp("refusals")) as market:
        market.seller(ANNA)
        market.seller(CHEN)
        market.found_group(DORA)
        rod, reel, yen = market.listed(stock=9), market.listed(CHEN), market.listed(currency="JPY")
        gone = market.listed()
        market.do("withdraw_listing", ANNA, listing_id=gone, reason="discontinued")
        market.do("pick", DORA, group_id=GROUP, listing_id=rod)
        bought, paid, delivered = market.bought(rod), market.paid(rod), market.paid(rod)
        market.do("deliver", ANNA, order_id=delivered["order_ids"][0])
        market.withdraw_claim(CHEN)
        recorded = UUID(int=0x77)
        sale = {"checkout_id": recorded, "buyer_id": BORIS, "currency": "EUR", "orders": []}
        market.do("record_sale", OPERATOR, happened_at=THEN, **sale)
        things = Things(market, rod, reel, yen, gone, bought, paid, delivered, recorded)
        market.do("write_review", BORIS, **line_of(things, delivered))
        market.settle()
        reconciled(market)
        negotiated(market)
        yield things


def buying(listing_id: object, **changes: Any) -> dict[str, Any]:
    return {"lines": [{"listing_id": listing_id, "quantity": 1} | changes], "payment_method": "card"}


Case = tuple[str, UUID, Callable[[Things], dict[str, Any]], type[Refusal]]
TERMS = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15, "seller_threshold": None}
GOODS = {"title": "Rod", "price_minor": 1, "currency": "EUR", "stock": 1}
SELLING: list[Case] = [
    ("set_terms", OPERATOR, lambda t: TERMS | {"return_window_days": 6}, refusals.TermsOutOfBounds),
    ("set_terms", OPERATOR, lambda t: TERMS | {"seller_threshold": {"claim": "rich"}}, refusals.ThresholdNotUsable),
    ("set_terms", OPERATOR, lambda t: TERMS | {"platform_fee_bps": "500"}, Malformed),
    ("open_seller", ANNA, lambda t: {"name": "Anna"}, refusals.AlreadySeller),
    ("open_seller", BORIS, lambda t: {"name": "Boris"}, refusals.SellerThresholdUnmet),
    ("open_seller", BORIS, lambda t: {"name": ""}, Malformed),
    ("list_goods", BORIS, lambda t: GOODS, refusals.NoSuchSeller),
    ("list_goods", CHEN, lambda t: GOODS, refusals.SellerSuspended),
    ("list_goods", ANNA, lambda t: GOODS | {"title": "  "}, refusals.TitleNotUsable),
    ("list_goods", ANNA, lambda t: GOODS | {"price_minor": 0}, Malformed),
    ("list_goods", ANNA, lambda t: GOODS | {"currency": "eur"}, Malformed),
    ("list_goods", ANNA, lambda t: GOODS | {"commission_bps": 5_001}, Malformed),
    ("list_goods", ANNA, lambda t: GOODS | {"price_minor": 10**12 + 1}, Malformed),
    ("list_goods", ANNA, lambda t: GOODS | {"colour": "red"}, Malformed),
    ("reprice", BORIS, lambda t: {"listing_id": t.rod, "price_minor": 1}, Forbidden),
    ("reprice", ANNA, lambda t: {"listing_id": NOBODY, "price_minor": 1}, refusals.NoSuchListing),
    ("reprice", ANNA, lambda t: {"listing_id": t.gone, "price_minor": 1}, refusals.ListingWithdrawn),
    ("restock", BORIS, lambda t: {"listing_id": t.rod, "quantity": 1}, Forbidden),
    ("restock", CHEN, lambda t: {"listing_id": t.reel, "quantity": 1}, refusals.SellerSuspended),
    ("restock", ANNA, lambda t: {"listing_id": t.rod, "quantity": 0}, Malformed),
    ("spread_stock", BORIS, lambda t: {"listing_id": t.rod, "buckets": 2}, Forbidden),
    ("spread_stock", ANNA, lambda t: {"listing_id": NOBODY, "buckets": 2}, refusals.NoSuchListing),
    ("spread_stock", ANNA, lambda t: {"listing_id": t.gone, "buckets": 2}, refusals.ListingWithdrawn),
    ("spread_stock", CHEN, lambda t: {"listing_id": t.reel, "buckets": 2}, refusals.SellerSuspended),
    ("spread_stock", ANNA, lambda t: {"listing_id": t.rod, "buckets": 65}, Malformed),
    ("withdraw_listing", BORIS, lambda t: {"listing_id": t.rod, "reason": "x"}, Forbidden),
    ("withdraw_listing", ANNA, lambda t: {"listing_id": t.gone, "reason": "x"}, refusals.ListingWithdrawn),
    ("withdraw_listing", ANNA, lambda t: {"listing_id": t.rod, "reason": "Anna says so"}, Malformed),
    ("pick", BORIS, lambda t: {"group_id": GROUP, "listing_id": t.rod}, Forbidden),
    ("pick", DORA, lambda t: {"group_id": NOBODY, "listing_id": t.rod}, Forbidden),
    ("pick", DORA, lambda t: {"group_id": GROUP, "listing_id": NOBODY}, refusals.NoSuchListing),
    ("pick", DORA, lambda t: {"group_id": GROUP, "listing_id": t.gone}, refusals.ListingWithdrawn),
    ("pick", DORA, lambda t: {"group_id": GROUP, "listing_id": t.rod}, refusals.AlreadyPicked),
    ("drop", BORIS, lambda t: {"group_id": GROUP, "listing_id": t.rod}, Forbidden),
    ("drop", DORA, lambda t: {"group_id": GROUP, "listing_id": t.reel}, refusals.NotPicked),
]
BUYING: list[Case] = [
    ("open_checkout", BORIS, lambda t: buying(NOBODY), refusals.NoSuchListing),
    ("open_checkout", BORIS, lambda t: buying(t.gone), refusals.ListingWithdrawn),
    ("open_checkout", BORIS, lambda t: buying(t.reel), refusals.SellerSuspended),
    ("open_checkout", ANNA, lambda t: buying(t.rod), refusals.OwnPurchase),
    ("open_checkout", BORIS, lambda t: buying(t.rod, quantity=10), refusals.SoldOut),
    ("open_checkout", BORIS, lambda t: buying(t.rod, group_id=NOBODY), refusals.NoSuchShelf),
    ("open_checkout", BORIS, lambda t: buying(t.yen, group_id=GROUP), refusals.NotPicked),
    ("open_checkout", BORIS, lambda t: buying(t.rod) | {"lines": []}, Malformed),
    ("open_checkout", BORIS, lambda t: buying(t.rod) | {"lines": buying(t.rod)["lines"] * 51}, Malformed),
    ("open_checkout", BORIS, lambda t: {"lines": buying(t.rod)["lines"]}, Malformed),
    ("open_checkout", BORIS, lambda t: buying(t.rod) | {"lines": [{"listing_id": one, "quantity": 1}
     for one in (t.rod, t.yen)]}, refusals.MixedCurrencies),
    ("cancel_checkout", CHEN, lambda t: {"checkout_id": t.bought["checkout_id"]}, refusals.NoSuchCheckout),
    ("cancel_checkout", BORIS, lambda t: {"checkout_id": NOBODY}, refusals.NoSuchCheckout),
    ("cancel_checkout", BORIS, lambda t: {"checkout_id": t.paid["checkout_id"]}, refusals.CheckoutNotOpen),
]  # fmt: skip


WAYS: list[Case] = [
    ("open_checkout", BORIS, lambda t: buying(t.rod, link_id=NOBODY), refusals.NoSuchLink),
    ("open_checkout", BORIS, lambda t: buying(t.rod, shelf_person_id=DORA), refusals.NoSuchShelf),
    ("open_checkout", BORIS, lambda t: buying(t.rod, group_id=GROUP, link_id=NOBODY), Malformed),
    ("set_season", BORIS, lambda t: {"group_id": GROUP}, Forbidden),
    ("set_season", DORA, lambda t: {"group_id": GROUP, "listing_id": t.reel}, refusals.NotPicked),
    ("set_season", DORA, lambda t: {"group_id": GROUP, "opens_at": LATER, "closes_at": THEN}, refusals.SeasonEndsFirst),
    ("pick_mine", BORIS, lambda t: {"listing_id": NOBODY}, refusals.NoSuchListing),
    ("pick_mine", BORIS, lambda t: {"listing_id": t.gone}, refusals.ListingWithdrawn),
    ("drop_mine", BORIS, lambda t: {"listing_id": t.rod}, refusals.NoSuchShelf),
    ("set_my_season", BORIS, lambda t: {}, refusals.NoSuchShelf),
    ("make_link", BORIS, lambda t: {"listing_id": t.rod, "group_id": GROUP}, Forbidden),
    ("make_link", DORA, lambda t: {"listing_id": t.reel, "group_id": GROUP}, refusals.NotPicked),
    ("make_link", BORIS, lambda t: {"listing_id": t.gone}, refusals.ListingWithdrawn),
    ("make_link", BORIS, lambda t: {"listing_id": t.rod, "expires_at": THEN}, refusals.LinkEndsInPast),
    ("revoke_link", BORIS, lambda t: {"link_id": NOBODY}, refusals.NoSuchLink),
    ("touch", BORIS, lambda t: {"listing_id": t.rod}, Malformed),
    ("touch", BORIS, lambda t: {"listing_id": t.rod, "link_id": NOBODY}, refusals.NoSuchLink),
    ("touch", BORIS, lambda t: {"listing_id": t.reel, "group_id": GROUP}, refusals.NotPicked),
    ("leave_ways", BORIS, lambda t: {"listing_id": NOBODY}, refusals.NoSuchListing),
]  # fmt: skip


def of_order(opened: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"order_id": opened["order_ids"][0]} | more


def returning(t: Things, opened: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return of_order(opened, **({"line_id": t.line(opened), "quantity": 1, "reason": "too_short"} | changes))


def refunding(t: Things, opened: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return of_order(opened, **({"line_id": t.line(opened), "quantity": 1} | changes))


ORDERS: list[Case] = [
    ("deliver", BORIS, lambda t: of_order(t.paid), Forbidden),
    ("deliver", DORA, lambda t: of_order(t.paid), refusals.NoSuchOrder),
    ("deliver", ANNA, lambda t: of_order(t.bought), refusals.NotPaid),
    ("deliver", ANNA, lambda t: of_order(t.delivered), refusals.AlreadyDelivered),
    ("request_return", ANNA, lambda t: returning(t, t.paid), Forbidden),
    ("request_return", DORA, lambda t: returning(t, t.paid), refusals.NoSuchOrder),
    ("request_return", BORIS, lambda t: returning(t, t.bought), refusals.NotPaid),
    ("request_return", BORIS, lambda t: returning(t, t.paid, quantity=2), refusals.OverRefunded),
    ("request_return", BORIS, lambda t: returning(t, t.paid, line_id=NOBODY), refusals.NoSuchLine),
    ("request_return", BORIS, lambda t: returning(t, t.paid, reason="Too short!"), Malformed),
    ("refund_line", BORIS, lambda t: refunding(t, t.paid), Forbidden),
    ("refund_line", DORA, lambda t: refunding(t, t.paid), refusals.NoSuchOrder),
    ("refund_line", ANNA, lambda t: refunding(t, t.bought), refusals.NotPaid),
    ("refund_line", ANNA, lambda t: refunding(t, t.paid, quantity=2), refusals.OverRefunded),
    ("refund_line", ANNA, lambda t: refunding(t, t.paid, quantity=0), refusals.NothingToRefund),
    ("refund_line", OPERATOR, lambda t: refunding(t, t.paid, line_id=NOBODY), refusals.NoSuchLine),
    ("refund_line", ANNA, lambda t: refunding(t, t.paid, with_freight="yes"), Malformed),
    ("retry_refund", OPERATOR, lambda t: {"checkout_id": NOBODY, "refund_id": NOBODY}, refusals.NoSuchCheckout),
    ("retry_refund", OPERATOR, lambda t: {"checkout_id": t.paid["checkout_id"], "refund_id": NOBODY},
     refusals.NoSuchRefund),
]  # fmt: skip


def recording(what: str, expected: type[Refusal], **fields: Any) -> Case:
    return f"record_{what}", OPERATOR, lambda t: {"happened_at": THEN} | fields, expected


def sale(listing_id: object, **changes: Any) -> dict[str, Any]:
    line = {"line_id": NOBODY, "listing_id": listing_id, "quantity": 1, "unit_price_minor": 1}
    order = {"order_id": NOBODY, "seller_id": Seller.create_id(ANNA), "lines": [line]} | changes
    fields = {"checkout_id": NOBODY, "buyer_id": BORIS, "currency": "EUR", "orders": [order]}
    return {"happened_at": THEN} | fields


LISTED = {"listing_id": NOBODY, "seller_id": NOBODY, "title": "Tent", "price_minor": 1, "currency": "BRL"}
PAYMENT = {"checkout_id": NOBODY, "payment_id": NOBODY, "method": "boleto", "amount_minor": 1}
PAYOUT = {"payout_id": NOBODY, "role": "seller", "party_id": NOBODY, "order_ids": [NOBODY]}
RECORDS: list[Case] = [
    recording("seller", NotYetHappened, person_id=NOBODY, name="N", happened_at=LATER),
    recording("seller", Malformed, person_id=NOBODY, name="N", happened_at="yesterday"),
    recording("seller", refusals.RecordedOtherwise, person_id=ANNA, name="Another"),
    recording("listing", refusals.NoSuchSeller, **LISTED),
    recording("listing", NotYetHappened, **LISTED, happened_at=LATER),
    ("record_sale", OPERATOR, lambda t: sale(NOBODY), refusals.NoSuchListing),
    ("record_sale", OPERATOR, lambda t: sale(t.reel), refusals.SoldByAnother),
    ("record_sale", OPERATOR, lambda t: sale(t.yen), refusals.MixedCurrencies),
    ("record_sale", OPERATOR, lambda t: sale(t.rod, seller_id=NOBODY), refusals.NoSuchSeller),
    ("record_sale", OPERATOR, lambda t: sale(t.rod, order_id=t.paid["order_ids"][0]), refusals.RecordedOtherwise),
    ("record_sale", OPERATOR, lambda t: sale(t.rod, lines=[]), Malformed),
    ("record_sale", OPERATOR, lambda t: sale(t.rod, lines=sale(t.rod)["orders"][0]["lines"] * 2), Malformed),
    recording("payment", refusals.NoSuchCheckout, **PAYMENT),
    recording("payment", Malformed, **(PAYMENT | {"amount_minor": -1})),
    ("record_payment", OPERATOR, lambda t: PAYMENT | {"happened_at": THEN, "checkout_id": t.bought["checkout_id"]},
     refusals.CheckoutNotRecorded),
    ("record_payment", OPERATOR, lambda t: PAYMENT | {"happened_at": THEN, "checkout_id": t.recorded,
     "payment_id": t.paid["payment_id"]}, refusals.PaymentElsewhere),
    recording("settlement", refusals.NoSuchCheckout, checkout_id=NOBODY),
    recording("delivery", refusals.NoSuchOrder, order_id=NOBODY),
    ("record_delivery", OPERATOR, lambda t: of_order(t.delivered, happened_at=THEN), refusals.AlreadyDelivered),
    recording("cancellation", refusals.NoSuchCheckout, checkout_id=NOBODY, reason="canceled"),
    recording("cancellation", Malformed, checkout_id=NOBODY, reason="It was cancelled"),
    recording("refund", refusals.NoSuchCheckout, checkout_id=NOBODY, reason="canceled"),
    recording("refund", Malformed, checkout_id=NOBODY, reason="It was cancelled"),
    ("record_refund", OPERATOR, lambda t: {"checkout_id": t.bought["checkout_id"], "reason": "x", "happened_at": THEN},
     refusals.CheckoutNotRecorded),
    recording("payout", refusals.NoSuchOrder, **PAYOUT),
    recording("payout", Malformed, **(PAYOUT | {"role": "platform"})),
    ("record_payout", OPERATOR, lambda t: PAYOUT | {"order_ids": t.paid["order_ids"], "happened_at": THEN},
     refusals.CheckoutNotRecorded),
]  # fmt: skip
FILED = {"quarter": "2025Q1", "as_of": "2026-01-01T00:00:00Z", "sha256": "0" * 64, "receipt": "No. 7"}
OPERATED = {"half": "2025H1"} | {name: FILED[name] for name in ("as_of", "sha256", "receipt")}
FILINGS: list[Case] = [
    ("record_filing", OPERATOR, lambda t: FILED | {"as_of": LATER}, refusals.MomentToCome),
    ("record_filing", OPERATOR, lambda t: FILED | {"since": FILED["as_of"]}, refusals.SinceNotEarlier),
    ("record_filing", OPERATOR, lambda t: FILED | {"sha256": "0"}, Malformed),
    ("record_operators_filing", OPERATOR, lambda t: OPERATED | {"as_of": LATER}, refusals.MomentToCome),
    ("record_operators_filing", OPERATOR, lambda t: OPERATED | {"half": "2025Q4"}, Malformed),
]
AMOUNTS: list[Case] = [
    ("refund_line", ANNA, lambda t: refunding(t, t.paid, quantity=0, amount_minor=12_001), refusals.MoreThanIsLeft),
    ("refund_line", ANNA, lambda t: refunding(t, t.paid, amount_minor=1), refusals.AskedInTwoWays),
    ("refund_line", ANNA, lambda t: refunding(t, t.paid, amount_minor=-1), Malformed),
    ("refund_line", ANNA, lambda t: refunding(t, t.paid, quantity=0, freight_minor=1), refusals.MoreThanIsLeft),
    ("set_terms", OPERATOR, lambda t: TERMS | {"platform_fee_on_refund": "halved"}, Malformed),
]
HAND = {"refund_id": NOBODY, "outcome": "paid_elsewhere", "reason": "by_transfer"}
BY_HAND: list[Case] = [
    ("settle_refund", OPERATOR, lambda t: HAND | {"checkout_id": NOBODY}, refusals.NoSuchCheckout),
    ("settle_refund", OPERATOR, lambda t: HAND | {"checkout_id": t.paid["checkout_id"]}, refusals.NoSuchRefund),
    ("settle_refund", OPERATOR, lambda t: HAND | {"checkout_id": NOBODY, "outcome": "lost"}, Malformed),
    ("settle_refund", OPERATOR, lambda t: HAND | {"checkout_id": NOBODY, "reason": "By transfer"}, Malformed),
]
OF_MONEY = [*TARIFFS, *FILINGS, *AMOUNTS, *PAYOUTS, *RECONCILING]
OF_ORDERS = [*ORDERS, *ABOUT_CASES, *FRAUD_HOLDS, *BY_HAND]
CASES = [*SELLING, *BUYING, *WAYS, *OF_ORDERS, *RECORDS, *REVIEWS, *OF_MONEY, *AGREEMENTS]


IDS = [f"{name}-{expected.__name__}" for name, _, _, expected in CASES]


@pytest.mark.parametrize(("name", "actor_id", "fields", "expected"), CASES, ids=IDS)
def test_a_refusal_is_a_sentence_and_changes_nothing(
    things: Things, name: str, actor_id: UUID, fields: Callable[[Things], dict[str, Any]], expected: type[Refusal]
) -> None:
    before = things.market.position
    with pytest.raises(expected) as refused:
        things.market.do(name, actor_id, **fields(things))
    assert SENTENCE.match(refused.value.detail)
    assert things.market.position == before


def test_no_operation_that_decides_is_left_out() -> None:
    deciding = {operation.name for operation in operations if operation.kind is Kind.COMMAND}
    assert deciding == {name for name, *_ in CASES}
