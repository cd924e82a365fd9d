"""Profit sharing (分账) as WeChat Pay does it: within its limits, asynchronously, and with misbehaviour by the script.

Only orders asked for with ``profit_sharing`` are split; what is frozen of one is free after thirty days by itself, or
when it is unfrozen. Every answer is made of what has come to pass by then: nothing runs by itself.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.payments.book import Book
from simulators.payments.problems import Refused
from simulators.payments.script import Script
from simulators.payments.transactions import Transaction
from simulators.wechat.documents import BEIJING, Document, number_of

MOST_BPS, MOST_SPLITS, MOST_RECEIVERS = 3_000, 50, 50
LEAST, FROZEN, PULLED_BACK_FOR, CLOSED_AFTER = (
    timedelta(minutes=1), timedelta(days=30), timedelta(days=180), timedelta(days=5)
)  # fmt: skip
MERCHANT, PERSON = "MERCHANT_ID", "PERSONAL_OPENID"
SAME = ("transaction_id", "receivers")


@dataclass
class Share:
    """What one split of an order brings to one receiver; ``ends_at`` is when that is known."""

    number: str
    payment: Transaction
    asked: Document
    kind: str
    account: str
    amount_minor: int
    created_at: datetime
    ends_at: datetime
    fails_as: str = ""
    result: str = "PENDING"
    pulled_back_minor: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether it is, or may be, with its receiver."""
        return self.result != "CLOSED"


@dataclass
class Sharing:
    """The splits and pull-backs of one merchant over its book. ``ahead`` is how far its clock was set forward."""

    book: Book
    script: Script
    settle_seconds: float
    shared: set[str] = field(default_factory=set)
    receivers: set[tuple[str, str]] = field(default_factory=set)
    shares: dict[str, list[Share]] = field(default_factory=dict)
    returns: dict[str, Document] = field(default_factory=dict)
    unfrozen: dict[str, str] = field(default_factory=dict)
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """What time it is here."""
        return datetime.now(UTC) + self.ahead

    def add_receiver(self, asked: Document) -> Document:
        """A merchant needs its name, which is not compared here."""
        if asked.get("type") not in (MERCHANT, PERSON) or not asked.get("account") or not asked.get("relation_type"):
            raise Refused(400, "PARAM_ERROR", "type, account or relation_type")
        if asked["type"] == MERCHANT and not asked.get("name"):
            raise Refused(400, "PARAM_ERROR", "The name of a merchant is needed.")
        self.receivers.add((asked["type"], asked["account"]))
        return {name: asked[name] for name in ("type", "account", "relation_type")}

    def frozen_minor(self, payment: Transaction) -> int:
        """What may still be split of an order, before the limit of the share; what was given back was frozen too."""
        is_over = self.now() >= paid_at(payment) + FROZEN
        if payment.transaction_id not in self.shared or payment.transaction_id in self.unfrozen.values() or is_over:
            return 0
        gone = sum(one.amount_minor for one in self._shares_of(payment) if one.is_kept)
        back = [one for one in self.book.all_of("refund") if one.payment_id == payment.transaction_id]
        return payment.taken_minor - gone - sum(one.amount_minor for one in back if one.status != "failed")

    def all_frozen_minor(self) -> int:
        """What nobody can be sent yet."""
        return sum(self.frozen_minor(one) for one in self.book.payments() if one.status == "captured")

    def split(self, payment: Transaction, asked: Document) -> Document:
        """A split of an order, among its receivers; the same number again is the same split."""
        number = asked["out_order_no"]
        if number not in self.shares:
            self._ensure_splittable(payment, asked)
            self.shares[number] = [self._share(number, payment, asked, one) for one in asked["receivers"]]
            if asked["unfreeze_unsplit"]:
                self.unfrozen[number] = payment.transaction_id
        elif any(one.asked[name] != asked[name] for one in self.shares[number] for name in SAME):
            raise Refused(400, "INVALID_REQUEST", "This number is another split's.")
        return self.document(number, payment)

    def unfreeze(self, payment: Transaction, asked: Document) -> Document:
        """Frees the rest of an order."""
        number = asked["out_order_no"]
        if number not in self.unfrozen:
            if not self.frozen_minor(payment):
                raise Refused(403, "NOT_ENOUGH", "Nothing is frozen.")
            self.unfrozen[number] = payment.transaction_id
        return {"transaction_id": asked["transaction_id"], "out_order_no": number, "state": "FINISHED",
                "order_id": number_of("split", number), "receivers": []}  # fmt: skip

    def document(self, number: str, payment: Transaction) -> Document:
        """A split as it stands now."""
        self.settle()
        if number not in self.shares or self.shares[number][0].payment is not payment:
            raise Refused(404, "RESOURCE_NOT_EXISTS", "There is no such split.")
        shares = self.shares[number]
        state = "PROCESSING" if any(one.result == "PENDING" for one in shares) else "FINISHED"
        return {"transaction_id": number_of("payment", payment.transaction_id), "out_order_no": number, "state": state,
                "order_id": number_of("split", number), "receivers": [_receiver(one) for one in shares]}  # fmt: skip

    def pull_back(self, asked: Document) -> Document:
        """A pull-back from a merchant; the same number again is the same pull-back."""
        number = asked["out_return_no"]
        if number not in self.returns:
            share = self._returnable(asked)
            share.pulled_back_minor += asked["amount"]
            is_stuck = self._falls("return_stuck")
            begun = {name: asked[name] for name in ("out_order_no", "out_return_no", "return_mchid", "amount")}
            self.returns[number] = begun | {
                "order_id": number_of("split", asked["out_order_no"]), "return_no": number_of("return", number),
                "result": "PROCESSING", "share": share, "fails_as": "TIME_OUT_CLOSED" if is_stuck else "",
                "ends_at": self.now() + (CLOSED_AFTER if is_stuck else timedelta()),
            }  # fmt: skip
        return self.returned(number, asked["out_order_no"])

    def returned(self, number: str, split: str) -> Document:
        """A pull-back as it stands now."""
        self.settle()
        known = self.returns.get(number)
        if known is None or known["out_order_no"] != split:
            raise Refused(404, "RESOURCE_NOT_EXISTS", "There is no such pull-back.")
        failed = {"fail_reason": known["fails_as"]} if known["result"] == "FAILED" else {}
        return {name: known[name] for name in known if name not in ("share", "fails_as", "ends_at")} | failed

    def settle(self) -> None:
        """Whatever should have ended by now has."""
        for share in (one for shares in self.shares.values() for one in shares):
            if share.result == "PENDING" and self.now() >= share.ends_at:
                share.result = "CLOSED" if share.fails_as else "SUCCESS"
                if not share.fails_as:
                    self._moved("split", share.number, share.payment, -share.amount_minor)
        for number, one in self.returns.items():
            if one["result"] == "PROCESSING" and self.now() >= one["ends_at"]:
                one["result"] = "FAILED" if one["fails_as"] else "SUCCESS"
                if one["fails_as"]:
                    one["share"].pulled_back_minor -= one["amount"]
                else:
                    self._moved("return", number, one["share"].payment, one["amount"])

    def _ensure_splittable(self, payment: Transaction, asked: Document) -> None:
        of_payment, receivers = self._shares_of(payment), asked["receivers"]
        if payment.transaction_id not in self.shared:
            raise Refused(400, "INVALID_REQUEST", "The order is none that is split.")
        if self.now() < paid_at(payment) + LEAST:
            raise Refused(400, "INVALID_REQUEST", "The order is being worked on; try again later.")
        if len(receivers) > MOST_RECEIVERS or len({one.number for one in of_payment}) >= MOST_SPLITS:
            raise Refused(400, "INVALID_REQUEST", "Too many receivers, or splits of this order.")
        if any((one["type"], one["account"]) not in self.receivers for one in receivers):
            raise Refused(400, "INVALID_REQUEST", "A receiver was not added.")
        wanted = sum(one["amount"] for one in receivers)
        if wanted > self.frozen_minor(payment):
            raise Refused(403, "NOT_ENOUGH", "So much is not left to be split.")
        before = sum(one.amount_minor for one in of_payment if one.is_kept)
        if before + wanted > payment.taken_minor * MOST_BPS // 10_000:
            raise Refused(400, "INVALID_REQUEST", "More than may be split.")

    def _share(self, number: str, payment: Transaction, asked: Document, one: Document) -> Share:
        is_stuck, is_closed = self._falls("split_stuck"), self._falls("split_closed")
        after = CLOSED_AFTER if is_stuck else timedelta(seconds=self.settle_seconds)
        now = self.now()
        fails_as = "ACCOUNT_ABNORMAL" if is_stuck or is_closed else ""
        return Share(number, payment, asked, one["type"], one["account"], one["amount"], now, now + after, fails_as)

    def _returnable(self, asked: Document) -> Share:
        found = [one for one in self.shares.get(asked["out_order_no"], ()) if one.account == asked["return_mchid"]]
        if not found or found[0].kind != MERCHANT or found[0].result != "SUCCESS":
            raise Refused(400, "INVALID_REQUEST", "Nothing was split to such a merchant.")
        share = found[0]
        if self.now() >= share.created_at + PULLED_BACK_FOR:
            raise Refused(400, "INVALID_REQUEST", "It was split over 180 days ago.")
        is_empty = self._falls("return_not_enough")
        if is_empty or share.pulled_back_minor + asked["amount"] > share.amount_minor:
            raise Refused(403, "NOT_ENOUGH", "The receiver has not got so much.")
        return share

    def _falls(self, name: str) -> bool:
        """Whether the script wants this to happen now; it is used up by the next occasion that it fits."""
        return self.script.next_named(name)

    def _shares_of(self, payment: Transaction) -> list[Share]:
        return [one for shares in self.shares.values() for one in shares if one.payment is payment]

    def _moved(self, kind: str, number: str, payment: Transaction, amount_minor: int) -> None:
        self.book.statement.add({
            "kind": kind, "payment_id": payment.transaction_id, "refund_id": None, "transfer_id": None,
            f"{kind}_id": number, "amount_minor": amount_minor, "currency": payment.currency, "method": payment.method,
            "destination": "", "settled_at": self.now().isoformat(),
        })  # fmt: skip


def paid_at(payment: Transaction) -> datetime:
    """When an order was paid."""
    return datetime.fromisoformat(payment.settled_at)


def _receiver(one: Share) -> dict[str, Any]:
    known: dict[str, Any] = {
        "type": one.kind, "account": one.account, "amount": one.amount_minor, "description": "结算",
        "result": one.result, "detail_id": number_of("split", f"{one.number}/{one.account}"),
        "create_time": one.created_at.astimezone(BEIJING).isoformat(),
    }  # fmt: skip
    if one.result != "PENDING":
        known["finish_time"] = one.ends_at.astimezone(BEIJING).isoformat()
    return known | ({"fail_reason": one.fails_as} if one.result == "CLOSED" else {})
