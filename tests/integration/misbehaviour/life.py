"""One way of a sale over real HTTP, to the end of everything that comes by itself, and of what people have to do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.mall import due
from services.mall.domain.payout import Payout
from services.mall.domain.reconciliation import RECONCILIATION_ID, Reconciliation
from simulators.payments.script import INQUIRY_FAULTS
from tests.support.served_mall import OPERATOR, OTHER_OPERATOR, Served
from tests.support.waiting import until

from .catalogue import DISPUTE, PAYMENT, REFUND, STATEMENT, TRANSFER, Row
from .ending import ALWAYS, Ending

UNDER_WAY = ("processing", "pending")


class Life(Ending):
    """What happens to one seller, two buyers and the money between them while the provider misbehaves."""

    def __init__(self, served: Served, row: Row) -> None:
        super().__init__(served)
        self.row, self.seller, self.buyer = row, uuid4(), uuid4()
        self.kept: dict[str, Any] = {}
        self.sent_back: dict[str, Any] | None = None
        self.refund_id = ""
        self.asked: list[str] = []
        """What the provider was asked for, as it is asked about it."""

    def play(self) -> None:
        """All of it."""
        served = self.served
        seller_id = str(served.post(self.seller, "/sellers", name="Rods and more")["seller_id"])
        served.post(self.seller, f"/accounts/{seller_id}/destination", destination=self.row.destination, agrees=True)
        self.buy()
        if self.sent_back is not None:
            self.send_back(self.sent_back)
        if self.row.ends[0] == "paid":
            self.deliver_and_be_paid(UUID(seller_id))
        self.by_hand(UUID(seller_id))
        self.to_end(ALWAYS)
        self.compare()

    def buy(self) -> None:
        """One rod to be kept, and another one where somebody sends one back."""
        self.misbehave(PAYMENT)
        self.kept = self.bought()
        if self.row.at == DISPUTE and self.row.is_scripted:
            self.served.becomes(self.kept, "paid")
            self.misbehave(DISPUTE)
        self.to_end()
        if self.row.ends[1]:
            self.sent_back = self.bought()
            self.to_end()
        assert self.served.checkout(self.kept).status == self.row.ends[0]

    def send_back(self, opened: dict[str, Any]) -> None:
        """The seller pays the buyer back."""
        self.misbehave(REFUND)
        done = self.served.post(self.seller, self.refunds_of(opened), **self.line_of(opened))
        self.refund_id = str(done["refund_id"])
        self.asked.append(f"/refunds/{self.refund_id}")
        self.to_end()

    def deliver_and_be_paid(self, seller_id: UUID) -> None:
        """What was kept is delivered and can no longer be sent back; the seller draws what there is."""
        (order_id,) = self.kept["order_ids"]
        self.served.post(self.seller, f"/orders/{order_id}/deliver")
        self.to_end()
        assert self.served.order(order_id).status == "released"
        if self.row.ends[2]:
            self.misbehave(TRANSFER)
            drawn = self.served.post(self.seller, "/payouts", party_id=str(seller_id), currency="EUR")
            self.asked.append(f"/transfers/{drawn['payout_id']}")
            self.to_end(ALWAYS | {due.PAY_DAY})
        if self.row.is_late:
            assert self.last_payout() == "paid"
            assert until(lambda: self.disputes() == ["lost"]), self.disputes()

    def by_hand(self, seller_id: UUID) -> None:
        """What people do about what is left."""
        if self.row.hand == "elsewhere":
            back = self.opened_back
            self.served.until(back, lambda one: one.refunds[self.refund_id]["status"] in ("failed", "returned"))
            path = f"/checkouts/{back['checkout_id']}/refunds/{self.refund_id}/settlement"
            for operator_id in (OPERATOR, OTHER_OPERATOR):
                self.served.post(operator_id, path, outcome="paid_elsewhere", reason="by_transfer")
        if self.row.hand == "other_account":
            assert until(lambda: self.last_payout() in ("failed", "returned")), self.last_payout()
            other = {"destination": "acct_other", "agrees": True}
            self.served.post(self.seller, f"/accounts/{seller_id}/destination", **other)
        if self.row.hand == "refund_again":
            self.refund_again(self.opened_back)

    def refund_again(self, opened: dict[str, Any]) -> None:
        """Neither the seller, nor an operator, nor the provider itself gives it back a second time."""
        ways = [(self.seller, self.refunds_of(opened), self.line_of(opened)),
                (OPERATOR, self.refunds_of(opened), self.line_of(opened)),
                (OPERATOR, f"/checkouts/{opened['checkout_id']}/refunds/{self.refund_id}/retry", {})]  # fmt: skip
        for actor_id, path, body in ways:
            with pytest.raises(AssertionError, match=r"mall\.(over_refunded|refund_already_confirmed)"):
                self.served.post(actor_id, path, **body)
        again = {"refund_id": str(uuid4()), "payment_id": opened["payment_id"], "amount_minor": 1,
                 "callback_url": f"{self.served.url}/mall/payments/callback"}  # fmt: skip
        refused = self.served.provider.post("/refunds", json=again, headers={"Idempotency-Key": again["refund_id"]})
        assert (refused.status_code, refused.json()["code"]) == (422, "more_than_captured")

    def compare(self) -> None:
        """The statement of the day on which the provider did all of it, as often as it takes until nothing differs."""
        self.misbehave(STATEMENT)
        day = datetime.now(UTC).date()
        self.demand(day.isoformat())
        found = self.discrepancies()
        assert [one["kind"] for one in found] == ([self.row.differs] if self.row.differs else []), found
        for one in found:
            self.resolve(one, day.isoformat())
        if self.row.hand == "corrected":
            self.served.provider.delete("/script").raise_for_status()
            self.demand(day.isoformat())
        if self.row.hand == "next_day":
            self.demand((day + timedelta(days=1)).isoformat())

    def resolve(self, one: dict[str, Any], day: str) -> None:
        """As docs/reconciliation.md says."""
        if self.row.hand == "accept_fees":
            self.served.post(OPERATOR, f"/reconciliations/{day}/fees")
        if self.row.hand in ("suspense", "strike"):
            account = "suspense_reconciliation" if self.row.hand == "suspense" else None
            path = f"/discrepancies/{one['discrepancy_id']}/resolution"
            self.served.post(OPERATOR, path, account=account, reason="looked_at")

    def ensure_all_has_ended(self) -> None:
        """Nothing waits for anybody, and the books are as worked out by hand."""
        self.to_end(ALWAYS)
        assert self.to_come() == [], "it has not happened"
        assert self.discrepancies() == [], self.discrepancies()
        assert self.cases() == [], self.cases()
        checkouts = [self.served.checkout(one) for one in (self.kept, self.sent_back) if one]
        assert {one.payment_status for one in checkouts} <= {"captured", "declined"}
        statuses = [refund["status"] for one in checkouts for refund in one.refunds.values()]
        assert statuses == [self.row.ends[1]] * bool(self.row.ends[1]), statuses
        assert self.last_payout() == self.row.ends[2], self.last_payout()
        assert self.leaves() == self.row.leaves, self.leaves()
        if self.row.at != STATEMENT:
            moved = self.moved() - self.lay_there_minor
            assert self.leaves().get("provider", 0) == moved, moved

    def misbehave(self, at: str) -> None:
        """What the row is about happens next, if it is about this."""
        if self.row.at == at and self.row.is_scripted:
            self.served.fault(self.row.fault)

    def is_quiet(self) -> bool:
        """Nothing is due at this moment, and the provider is not about to do anything."""
        if not super().is_quiet() or any(fault in INQUIRY_FAULTS for fault in self.to_come()):
            return super().is_quiet()  # an inquiry of ours would be the one that goes wrong
        is_disputed = not self.row.is_late and any(status not in ("won", "lost") for status in self.disputes())
        return not is_disputed and not any(map(self.is_under_way, self.asked))

    def to_come(self) -> list[str]:
        """What of the script has not happened yet."""
        return list(self.served.provider.get("/script").json()["waiting"])

    def is_under_way(self, path: str) -> bool:
        """Also of what is given back or paid, and will come back."""
        answer = self.served.provider.get(path)
        status = answer.json().get("status")
        return status in UNDER_WAY or status in self.row.not_yet

    def disputes(self) -> list[str]:
        """How those of the rod that was kept stand at the provider."""
        if not self.kept or "dispute" not in self.row.method:
            return []
        found = self.served.provider.get(f"/disputes?payment_id={self.kept['payment_id']}")
        return [one["status"] for one in found.json()["disputes"]] or ["to come"]

    def demand(self, day: str) -> None:
        """An operator has it imported once more; then all days until now are over and compared."""
        self.served.post(OPERATOR, f"/reconciliations/{day}")
        self.pass_time(days=1, hours=2)
        self.to_end()

    def discrepancies(self) -> list[dict[str, Any]]:
        books = self.mall.store.load(Reconciliation, RECONCILIATION_ID)
        assert books is not None
        return [one | {"discrepancy_id": key} for key, one in books.discrepancies.items() if one["state"] == "open"]

    def last_payout(self) -> str:
        facts = self.mall.store.facts(self.began_at, 100_000)
        drawn = [one.fact.payout_id for one in facts if isinstance(one.fact, Payout.Requested)]
        found = self.mall.store.load(Payout, drawn[-1]) if drawn else None
        return found.status if found else ""

    def bought(self) -> dict[str, Any]:
        goods = {"title": "Rod", "price_minor": 12_000, "currency": "EUR", "stock": 5}
        listing_id = self.served.post(self.seller, "/listings", **goods)["listing_id"]
        lines = [{"listing_id": listing_id, "quantity": 1}]
        opened = self.served.post(self.buyer, "/checkouts", lines=lines, payment_method=self.row.method)
        self.asked.append(f"/payments/{opened['payment_id']}")
        return opened

    def refunds_of(self, opened: dict[str, Any]) -> str:
        return f"/orders/{opened['order_ids'][0]}/refunds"

    def line_of(self, opened: dict[str, Any]) -> dict[str, Any]:
        return {"line_id": next(iter(self.served.order(opened["order_ids"][0]).lines)), "quantity": 1}

    @property
    def opened_back(self) -> dict[str, Any]:
        assert self.sent_back is not None
        return self.sent_back
