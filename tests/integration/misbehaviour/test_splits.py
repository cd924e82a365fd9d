"""Whatever WeChat Pay does wrong about splits ends, too: with books that balance, and debts that have a name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.auditing import audit_directory
from services.mall import due
from services.mall.domain.payout import Payout
from simulators.payments.script import SPLIT_FAULTS
from tests.support.payment_rigs import Rig, splitting
from tests.support.served_mall import BUYER, OPERATOR, SELLER, Served, serving

from .catalogue import SPLITS
from .ending import ALWAYS, Ending

RECEIVER = "1900000110"


class Splitting(Ending):
    """A rod for 120.00 yuan is sold by a member's link; her tenth is split out of the payment."""

    def __init__(self, rig: Rig, served: Served) -> None:
        super().__init__(served)
        self.rig, self.member = rig, uuid4()

    def pass_time(self, **by: float) -> None:
        """Also at WeChat Pay, which knows days and seconds."""
        self.rig.pass_time(seconds=int(by.get("seconds", 0)) + 1, days=int(by.get("days", 0)))
        super().pass_time(**by)

    def sold(self) -> dict[str, Any]:
        """Paid, delivered, released, split."""
        served = self.served
        paid_at = {"destination": f"acct_mch_{RECEIVER}", "agrees": True}
        served.post(self.member, f"/accounts/{self.member}/destination", **paid_at)
        goods = {"title": "Rod", "price_minor": 12_000, "currency": "CNY", "stock": 5, "commission_bps": 1_000}
        listing_id = served.post(SELLER, "/listings", **goods)["listing_id"]
        link_id = served.post(self.member, "/links", listing_id=listing_id)["link_id"]
        line = {"listing_id": listing_id, "quantity": 1, "link_id": link_id}
        opened = served.post(BUYER, "/checkouts", lines=[line], payment_method="card")
        served.becomes(opened, "paid")
        served.post(SELLER, f"/orders/{opened['order_ids'][0]}/deliver")
        self.to_end(ALWAYS | {due.PAY_DAY})
        return opened

    def send_back(self, opened: dict[str, Any]) -> None:
        """The buyer has all of it back."""
        (order_id,) = opened["order_ids"]
        line = {"line_id": next(iter(self.served.order(order_id).lines)), "quantity": 1}
        self.served.post(OPERATOR, f"/orders/{order_id}/refunds", **line)
        self.to_end(ALWAYS | {due.PAY_DAY})

    def payouts(self) -> list[Payout]:
        facts = self.mall.store.facts(self.began_at, 100_000)
        ids = [one.fact.payout_id for one in facts if isinstance(one.fact, Payout.Requested)]
        return [found for found in (self.mall.store.load(Payout, one) for one in ids) if found is not None]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Splitting]:
    with splitting() as rig:
        with serving(tmp_path, rig.url, provider=rig.provider, read_callback=rig.read) as served:
            terms = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15}
            served.post(OPERATOR, "/terms", **terms, seller_threshold=None)
            seller_id = served.post(SELLER, "/sellers", name="Rods and more")["seller_id"]
            served.post(SELLER, f"/accounts/{seller_id}/destination", destination="acct_maria", agrees=True)
            rig.direct.post("/receivers", json={"account": RECEIVER}).raise_for_status()
            yield Splitting(rig, served)
        assert audit_directory(tmp_path).findings == []


@pytest.mark.parametrize("fault", SPLITS)
def test_it_ends_with_books_that_balance_and_nothing_open(story: Splitting, fault: str) -> None:
    payouts, leaves = SPLITS[fault]
    story.rig.fault(fault)
    opened = story.sold()
    if fault.startswith("return"):
        story.send_back(opened)
        assert [one["status"] for one in story.payouts()[0].pull_backs.values()] == ["failed"]
    else:
        assert [one.status for one in story.payouts()] == ["failed"]
        other = {"destination": "acct_other", "agrees": True}
        story.served.post(story.member, f"/accounts/{story.member}/destination", **other)
    story.to_end(ALWAYS)
    assert sorted((one.status, one.amount_minor) for one in story.payouts()) == payouts
    assert story.cases() == []
    assert story.leaves() == leaves
    assert leaves["provider"] == story.moved()


def test_everything_that_wechat_pay_can_do_wrong_has_a_row() -> None:
    assert SPLITS.keys() == SPLIT_FAULTS.keys()
