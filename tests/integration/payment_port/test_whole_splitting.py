"""A platform with WeChat Pay that splits: sold by a link, released, split, freed, refunded; the books hold."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.auditing import audit_directory
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.unfreezing import Unfreezing
from tests.support.payment_rigs import Rig, splitting
from tests.support.served_mall import BUYER, OPERATOR, SELLER, Served, serving

TERMS = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15}
MEMBER = uuid4()


@pytest.fixture
def sale(tmp_path: Path) -> Iterator[tuple[Rig, Served]]:
    with splitting() as rig:
        with serving(tmp_path, rig.url, provider=rig.provider, read_callback=rig.read) as served:
            served.post(OPERATOR, "/terms", **TERMS, seller_threshold=None)
            yield rig, served
            assert served.money_is_where_the_provider_says()
        assert not audit_directory(tmp_path).findings


def until(served: Served, probe: Callable[[], bool]) -> None:
    with served.stored:
        assert served.stored.wait_for(probe, 20)


def test_a_commission_is_split_the_rest_freed_and_what_is_owed_asked_back(sale: tuple[Rig, Served]) -> None:
    rig, served = sale
    served.post(SELLER, "/sellers", name="Rods and more")
    served.post(MEMBER, f"/accounts/{MEMBER}/destination", destination="acct_mch_1900000110", agrees=True)
    rig.direct.post("/receivers", json={"account": "1900000110"}).raise_for_status()
    goods = {"title": "Rod", "price_minor": 12_000, "currency": "CNY", "stock": 5, "commission_bps": 1_000}
    listing_id = served.post(SELLER, "/listings", **goods)["listing_id"]
    link_id = served.post(MEMBER, "/links", listing_id=listing_id)["link_id"]
    line = {"listing_id": listing_id, "quantity": 1, "link_id": link_id}
    opened = served.post(BUYER, "/checkouts", lines=[line], payment_method="card")
    served.becomes(opened, "paid")
    (order_id,) = opened["order_ids"]
    served.post(SELLER, f"/orders/{order_id}/deliver")
    rig.set_ahead(timedelta(days=8))
    served.pass_time(days=8)
    split_id = Payout.split_id(UUID(order_id), "member", MEMBER)

    def split() -> Payout | None:
        return served.mall.store.load(Payout, split_id)

    until(served, lambda: split() is not None)
    served.pass_time(seconds=10)
    until(served, lambda: (found := split()) is not None and found.status == "paid")
    assert rig.provider.splits.outcome(split_id, UUID(opened["payment_id"])).amount_minor == 1_200
    served.pass_time(hours=1)
    freed_id = Unfreezing.create_id(UUID(opened["checkout_id"]))

    def is_freed() -> bool:
        freed = served.mall.store.load(Unfreezing, freed_id)
        return freed is not None and freed.status == "unfrozen"

    until(served, is_freed)
    assert rig.provider.splits.left(UUID(opened["payment_id"])).amount_minor == 0
    line_id = next(iter(served.order(order_id).lines))
    refund_id = served.post(OPERATOR, f"/orders/{order_id}/refunds", line_id=line_id, quantity=1)["refund_id"]
    served.until(opened, lambda checkout: checkout.refunds[refund_id]["status"] == "refunded")
    until(served, lambda: (found := split()) is not None and found.pulled_back_minor == 1_200)
    payable = served.mall.store.load(Payable, Payable.create_id("member", MEMBER, "CNY"))
    assert payable is not None
    assert payable.balance_minor == 0
    _ensure_bills_know(rig, split_id)


def _ensure_bills_know(rig: Rig, split_id: UUID) -> None:
    """The statement of the day of the splits, which lies ahead, names the split and the pull-back by our ids."""
    rig.provider._bills._now = lambda: rig.provider.splits._now() + timedelta(days=3)
    day = rig.provider.splits._now().date().isoformat()
    page = rig.provider.statement(day)
    assert page.status == "told", page.reason
    moved = {line.amount_minor: line for line in page.lines if line.kind == "transfer"}
    assert sorted(moved) == [-1_200, 1_200]
    assert moved[-1_200].subject_id == split_id
    assert moved[1_200].subject_id not in (None, split_id)
