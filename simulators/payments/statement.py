"""The statement: every movement of money, and what lies at the provider because of it."""

from collections.abc import Iterator
from typing import Any

from simulators.payments.transactions import Transaction

TOTALS = {
    "capture": "captured_minor", "refund": "refunded_minor", "fee": "fees_minor", "transfer": "transferred_minor",
    "transfer_return": "returned_minor", "refund_return": "returned_minor", "dispute": "disputed_minor",
}  # fmt: skip
OF_SPLITS = {"split": "split_minor", "return": "pulled_back_minor"}
"""Where there are any: only WeChat Pay splits."""


class Statement:
    """Movements in the order in which they were settled; what goes out is negative."""

    def __init__(self) -> None:
        self.movements: list[dict[str, Any]] = []
        self._moved_minor: dict[str, int] = {}
        self._on_its_way_minor: dict[str, int] = {}

    def requested(self, transaction: Transaction) -> None:
        """What was asked to go out cannot be sent again."""
        self._reserve(transaction, 1)

    def settled(self, transaction: Transaction) -> None:
        """What has become of it is booked."""
        if transaction.status != "returned":
            self._reserve(transaction, -1)
        for movement in _movements(transaction):
            self.add(movement)

    def add(self, movement: dict[str, Any]) -> None:
        """One more movement."""
        self.movements.append(movement)
        currency = movement["currency"]
        self._moved_minor[currency] = self._moved_minor.get(currency, 0) + movement["amount_minor"]

    def available_minor(self, currency: str) -> int:
        """What was captured, less fees, disputes, refunds and transfers, those that are on their way included."""
        return self._moved_minor.get(currency, 0) - self._on_its_way_minor.get(currency, 0)

    def totals(self) -> dict[str, dict[str, int]]:
        """For each currency, minor units by kind of movement; what they leave, and what may be sent.

        None of the kinds is negative. What a dispute that was won gave back is no longer disputed.
        """
        totals: dict[str, dict[str, int]] = {}
        for movement in self.movements:
            of_currency = totals.setdefault(movement["currency"], dict.fromkeys(TOTALS.values(), 0))
            amount_minor = movement["amount_minor"]
            is_dispute = movement["kind"] == "dispute"
            name = (TOTALS | OF_SPLITS)[movement["kind"]]
            of_currency[name] = of_currency.get(name, 0) + (-amount_minor if is_dispute else abs(amount_minor))
        for currency, of_currency in totals.items():
            of_currency["balance_minor"] = self._moved_minor[currency]
            of_currency["available_minor"] = self.available_minor(currency)
        return totals

    def _reserve(self, transaction: Transaction, sign: int) -> None:
        if transaction.kind != "payment":
            before_minor = self._on_its_way_minor.get(transaction.currency, 0)
            self._on_its_way_minor[transaction.currency] = before_minor + sign * transaction.amount_minor


def _movements(transaction: Transaction) -> Iterator[dict[str, Any]]:
    """The lines that follow from what has become of it; none when it failed."""
    match transaction.status:
        case "captured":
            yield _movement(transaction, "capture", transaction.taken_minor)
            fee_minor = min(transaction.behaviour.fee_minor, transaction.taken_minor)
            if fee_minor:
                yield _movement(transaction, "fee", -fee_minor)
        case "succeeded":
            yield _movement(transaction, "refund", -transaction.amount_minor)
        case "paid":
            yield _movement(transaction, "transfer", -transaction.amount_minor)
        case "returned":
            yield _movement(transaction, f"{transaction.kind}_return", transaction.amount_minor)


def _movement(transaction: Transaction, kind: str, amount_minor: int) -> dict[str, Any]:
    ids = {name: transaction.transaction_id if transaction.kind == name else None for name in ("refund", "transfer")}
    return {
        "kind": kind, "payment_id": transaction.payment_id or None, "refund_id": ids["refund"],
        "transfer_id": ids["transfer"], "amount_minor": amount_minor, "currency": transaction.currency,
        "method": transaction.method, "destination": transaction.destination, "settled_at": transaction.settled_at,
    }  # fmt: skip
