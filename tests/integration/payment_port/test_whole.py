"""A platform with each provider: ordered, paid, refunded in part, delivered, released, paid out; the books hold."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.auditing import audit_directory
from services.mall.domain.marks import PAYMENT_MEANS, Marks
from services.mall.domain.payout import Payout
from tests.support.payment_rigs import STRIPE_KEY, Rig, rig_of
from tests.support.payments import SECRET
from tests.support.served_mall import BUYER, OPERATOR, SELLER, Served, serving

TERMS = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15}


def open_for_sale(rig: Rig, folder: Path, capture: str) -> Any:
    own = {"callback_secret": SECRET} if rig.name == "own" else {"read_callback": rig.read}
    known = {"references": rig.references} if rig.references else {}
    return serving(folder, rig.url, provider=rig.provider, payments_capture=capture, **own, **known)


def call_back_to(rig: Rig, served: Served) -> None:
    if rig.name == "stripe":
        address = {"url": f"{served.url}/mall/payments/callback"}
        rig.direct.post(
            "/v1/webhook_endpoints", data=address, headers={"Authorization": f"Bearer {STRIPE_KEY}"}
        ).raise_for_status()


@pytest.fixture(params=[("own", "manual"), ("stripe", "automatic"), ("stripe", "manual"), ("wechat", "automatic")])
def sale(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Rig, Served]]:
    name, capture = request.param
    with rig_of(name) as rig:
        with open_for_sale(rig, tmp_path, capture) as served:
            call_back_to(rig, served)
            served.post(OPERATOR, "/terms", **TERMS, seller_threshold=None)
            yield rig, served
            assert served.money_is_where_the_provider_says()
        assert not audit_directory(tmp_path).findings


def until(served: Served, probe: Callable[[], bool]) -> None:
    with served.stored:
        assert served.stored.wait_for(probe, 20)


def ensure_action_is_told(rig: Rig, served: Served, opened: dict[str, Any]) -> None:
    """What the buyer has to do is told to the buyer, and to nobody else."""
    path = f"/checkouts/{opened['checkout_id']}/payment-action"
    rig.until(lambda: rig.provider.payment(UUID(opened["payment_id"])), "processing")
    told = served.get(BUYER, f"{path}?after={opened['position']}")
    assert told["kind"] == ("wechat_code_url" if rig.name == "wechat" else None)
    assert (told["value"] or "").startswith("weixin://wxpay/bizpayurl" if rig.name == "wechat" else "")
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        served.get(uuid4(), path)


def ensure_what_comes_back_is_owed_again(rig: Rig, served: Served) -> None:
    """The bank of the buyer sends a refund back, after it was told to have succeeded."""
    opened = served.bought(served.listed(currency=rig.currency), f"{rig.prefix}card_refund_returned:0.2")
    served.becomes(opened, "paid")
    (order_id,) = opened["order_ids"]
    line = {"line_id": next(iter(served.order(order_id).lines)), "quantity": 1}
    refund_id = served.post(SELLER, f"/orders/{order_id}/refunds", **line)["refund_id"]
    served.until(opened, lambda checkout: checkout.refunds[refund_id]["status"] == "returned")


def test_from_the_order_to_the_payout(sale: tuple[Rig, Served]) -> None:
    rig, served = sale
    seller_id = served.post(SELLER, "/sellers", name="Rods and more")["seller_id"]
    opened = served.bought(served.listed(currency=rig.currency), f"{rig.prefix}card_slow:1")
    ensure_action_is_told(rig, served, opened)
    served.becomes(opened, "paid")
    (order_id,) = opened["order_ids"]
    line_id = next(iter(served.order(order_id).lines))
    extra = served.bought(served.listed(currency=rig.currency), f"{rig.prefix}card@of_buyer")
    served.becomes(extra, "paid")
    marks = served.mall.store.load(Marks, Marks.create_id(BUYER))
    assert marks is not None
    assert marks.marks[PAYMENT_MEANS][-1] == "of_buyer"
    refunded = {"line_id": line_id, "quantity": 1}
    refund_id = served.post(SELLER, f"/orders/{order_id}/refunds", **refunded)["refund_id"]
    served.until(opened, lambda checkout: checkout.refunds[refund_id]["status"] == "refunded")
    ensure_what_comes_back_is_owed_again(rig, served)
    (delivered_id,) = extra["order_ids"]
    served.post(SELLER, f"/orders/{delivered_id}/deliver")
    served.post(SELLER, f"/accounts/{seller_id}/destination", destination="acct_maria", agrees=True)
    served.pass_time(days=8)
    until(served, lambda: served.order(delivered_id).status == "released")
    payout_id = UUID(served.post(SELLER, "/payouts", party_id=seller_id, currency=rig.currency)["payout_id"])

    def payout() -> Payout:
        found = served.mall.store.load(Payout, payout_id)
        assert found is not None
        return found

    served.pass_time(seconds=10)
    until(served, lambda: payout().status == "paid")
    assert payout().amount_minor == 11_400
    assert rig.provider.transfer(payout_id).status == "paid"
