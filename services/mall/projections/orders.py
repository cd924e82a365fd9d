"""Every order and how far it has come; its address is read from the order itself, its lines stand in the sales."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import order_facts as facts

metadata = MetaData()
orders = Table(
    "orders_v2",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("checkout_id", Text, nullable=False),
    Column("buyer_id", Text, nullable=False),
    Column("seller_id", Text, nullable=False),
    Column("seller_person_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("charged_back_minor", BigInteger, nullable=False),
    Column("open_disputes", BigInteger, nullable=False),
    Column("placed_at", Text, nullable=False),
    Column("paid_at", Text),
    Column("delivered_at", Text),
    Column("return_window_ends_at", Text),
    Column("version", BigInteger, nullable=False),
    Index("orders_v2_of_buyer", "buyer_id", "place"),
    Index("orders_v2_of_seller", "seller_person_id", "place"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(orders)
_CHANGE = orders.update().where(orders.c.order_id == bindparam("mine"))
_DISPUTE = _CHANGE.values(open_disputes=orders.c.open_disputes + bindparam("more"))
_CHARGE_BACK = _CHANGE.values(charged_back_minor=orders.c.charged_back_minor + bindparam("amount"))
_REFUND = _CHANGE.values(refunded_minor=orders.c.refunded_minor + bindparam("amount"))


class OrdersView(PagedProjection):
    """One row an order: placed, paid, delivered, released or cancelled."""

    name, version, hears, metadata = "orders", 2, frozenset({"mall"}), metadata

    @when(facts.Placed)
    def placed(self, writes: Writes, fact: facts.Placed, place: Place) -> None:
        row = {
            "order_id": str(fact.order_id), "place": place.position, "checkout_id": str(fact.checkout_id),
            "buyer_id": str(fact.buyer_id), "seller_id": str(fact.seller_id),
            "seller_person_id": str(fact.seller_person_id), "state": "placed", "currency": fact.currency,
            "total_minor": sum(line["price_minor"] + line["freight_minor"] for line in fact.lines),
            "refunded_minor": 0, "charged_back_minor": 0, "open_disputes": 0,
            "placed_at": place.effective_at.isoformat(), "version": 1,
        }  # fmt: skip
        writes.put(str(fact.originator_id), _BEGIN, row)

    @when(facts.Paid)
    def paid(self, writes: Writes, fact: facts.Paid, place: Place) -> None:
        writes.put(
            str(fact.originator_id),
            _CHANGE,
            {**_mine(fact), "state": "paid", "paid_at": place.effective_at.isoformat()},
        )

    @when(facts.Delivered)
    def delivered(self, writes: Writes, fact: facts.Delivered, place: Place) -> None:
        times = {
            "delivered_at": fact.delivered_at.isoformat(),
            "return_window_ends_at": fact.return_window_ends_at.isoformat(),
        }
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "state": "delivered", **times})

    @when(facts.ReturnRequested)
    def return_requested(self, writes: Writes, fact: facts.ReturnRequested, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))

    @when(facts.LineRefunded)
    def line_refunded(self, writes: Writes, fact: facts.LineRefunded, place: Place) -> None:
        writes.put(str(fact.originator_id), _REFUND, {**_mine(fact), "amount": fact.amount_minor})

    @when(facts.CaseOpened, facts.CaseClosed)
    def case_moved(self, writes: Writes, fact: Fact, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))

    @when(facts.ShareWithheld, facts.ShareLetGo, facts.ShareForfeited)
    def share_moved(self, writes: Writes, fact: Fact, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))

    @when(facts.Disputed)
    def disputed(self, writes: Writes, fact: facts.Disputed, place: Place) -> None:
        writes.put(str(fact.originator_id), _DISPUTE, {**_mine(fact), "more": 1})

    @when(facts.DisputeEnded)
    def dispute_ended(self, writes: Writes, fact: facts.DisputeEnded, place: Place) -> None:
        writes.put(str(fact.originator_id), _DISPUTE, {**_mine(fact), "more": -1})

    @when(facts.LineChargedBack)
    def line_charged_back(self, writes: Writes, fact: facts.LineChargedBack, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHARGE_BACK, {**_mine(fact), "amount": fact.amount_minor})

    @when(facts.Released)
    def released(self, writes: Writes, fact: facts.Released, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "state": "released"})

    @when(facts.Cancelled)
    def cancelled(self, writes: Writes, fact: facts.Cancelled, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "state": "cancelled"})

    @when(facts.CancelledPaid)
    def cancelled_paid(self, writes: Writes, fact: facts.CancelledPaid, place: Place) -> None:
        amount_minor = fact.amount_minor if fact.refund_id else 0  # without a refund it waits in suspense
        writes.put(str(fact.originator_id), _REFUND, {**_mine(fact), "amount": amount_minor, "state": "cancelled"})


def _mine(fact: Fact) -> dict[str, object]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version}
