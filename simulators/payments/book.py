"""What the provider remembers: all transactions and the statement; in memory, and in a file when one is named."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from simulators.payments.destinations import is_known
from simulators.payments.disputes import Disputes
from simulators.payments.problems import Refused
from simulators.payments.script import Kind
from simulators.payments.statement import Statement
from simulators.payments.transactions import Transaction


class Book:
    """All transactions. With a path every change is a line of JSON in that file, read again at the start."""

    def __init__(self, path: Path | None = None) -> None:
        self.statement = Statement()
        self._transactions: dict[tuple[Kind, str], Transaction] = {}
        self._refunded_minor: dict[str, int] = {}
        self._delivered: set[str] = set()
        self.disputes = Disputes(self._record)
        self._file: BinaryIO | None = None
        if path is not None:
            self._open(path)

    def find(self, kind: Kind, transaction_id: str) -> Transaction:
        """The transaction; Refused 404 when nobody asked for it."""
        try:
            return self._transactions[kind, transaction_id]
        except KeyError:
            raise Refused(404, f"no_such_{kind}", f"There is no {kind} {transaction_id}.") from None

    def request_payment(self, form: dict[str, Any]) -> tuple[Transaction, bool]:
        """The payment, and whether it is new; Refused 409 when its id was used with another body."""
        return self._request(Transaction("payment", form["payment_id"], **form))

    def request_refund(self, form: dict[str, Any]) -> tuple[Transaction, bool]:
        """The refund, and whether it is new; Refused 422 when the payment does not allow it."""
        refund_id = form["refund_id"]
        payment = self._transactions.get(("payment", form["payment_id"]))
        if payment is None:
            raise Refused(422, "no_such_payment", f"There is no payment {form['payment_id']} to refund.")
        inherited: dict[str, Any] = {"currency": payment.currency, "method": payment.method}
        rest = {name: value for name, value in form.items() if name != "refund_id"}
        refund = Transaction("refund", refund_id, **inherited, **rest)
        if ("refund", refund_id) not in self._transactions:
            self._guard_refund(payment, refund.amount_minor)
        return self._request(refund)

    def request_transfer(self, form: dict[str, Any]) -> tuple[Transaction, bool]:
        """The transfer, and whether it is new; Refused 422 when it cannot be, 409 as for a payment."""
        asked = {name: value for name, value in form.items() if name != "transfer_id"}
        begun: dict[str, Any] = {"payment_id": "", "method": "", "status": "pending", "answered_status": "pending"}
        transfer = Transaction("transfer", form["transfer_id"], **begun, **asked)
        if ("transfer", transfer.transaction_id) not in self._transactions:
            self._guard_transfer(transfer)
        return self._request(transfer)

    def transfers(self) -> list[dict[str, Any]]:
        """All transfers as they stand now, in the order in which they were asked for."""
        return [one.document() for one in self.all_of("transfer")]

    def settle(self, transaction: Transaction) -> None:
        """Gives the transaction the status that it has next."""
        self._end(transaction, *transaction.next_outcome())

    def capture(self, payment: Transaction, amount_minor: int) -> None:
        """Takes so much of an authorised payment; Refused 409 when it is not authorised, 422 when it is less."""
        _guard_authorised(payment)
        if amount_minor > payment.amount_minor:
            detail = f"Of payment {payment.transaction_id} only {payment.amount_minor} (minor units) are authorised."
            raise Refused(422, "more_than_authorised", detail)
        self._end(payment, "captured", captured_minor=amount_minor)

    def void(self, payment: Transaction) -> None:
        """Lets go of a payment that is authorised; Refused 409 when it is not."""
        _guard_authorised(payment)
        self._end(payment, "declined", "voided")

    def give_up(self, payment: Transaction) -> None:
        """Lets go of a payment that was declined and could be paid by another card."""
        self._end(payment, "declined", "voided")

    def pay_again(self, payment: Transaction) -> None:
        """Another card pays what one has declined; Refused 400 where nothing waits for one."""
        if payment.status != "declined" or payment.reason == "voided":
            detail = f"Payment {payment.transaction_id} is {payment.status}; it waits for no other card."
            raise Refused(400, "payment_intent_unexpected_state", detail)
        self._end(payment, "captured")

    def close_order(self, payment: Transaction) -> None:
        """Ends a payment that was asked for and not made; one that has ended stays as it is."""
        if payment.is_open:
            self._end(payment, "declined", "voided")

    def delivered(self, event_id: str) -> None:
        """Notes that the receiver has confirmed the callback."""
        self._record({"row": "delivered", "event_id": event_id})

    def is_delivered(self, event_id: str) -> bool:
        """Whether the receiver has confirmed the callback."""
        return event_id in self._delivered

    def payments(self) -> list[Transaction]:
        """All payments, in the order in which they were asked for."""
        return self.all_of("payment")

    def all_of(self, kind: str) -> list[Transaction]:
        """All payments, refunds or transfers, in the order in which they were asked for."""
        return [one for one in self._transactions.values() if one.kind == kind]

    def unfinished(self) -> list[Transaction]:
        """What is not settled, not told to the receiver, or will come back: to be gone on with after a restart."""
        return [one for one in self._transactions.values() if one.comes_back or not self.is_delivered(one.event_id)]

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()

    def _end(self, transaction: Transaction, status: str, reason: str = "", **more: int) -> None:
        row = {"kind": transaction.kind, "transaction_id": transaction.transaction_id, "status": status}
        self._record({"row": "settled", **row, "reason": reason, "settled_at": datetime.now(UTC).isoformat(), **more})

    def _guard_refund(self, payment: Transaction, amount_minor: int) -> None:
        if payment.status != "captured":
            detail = f"Payment {payment.payment_id} is {payment.status}; only what was captured can be refunded."
            raise Refused(422, "not_captured", detail)
        left_minor = payment.taken_minor - self._refunded_minor.get(payment.payment_id, 0)
        if amount_minor > left_minor:
            detail = f"Of payment {payment.payment_id} only {left_minor} {payment.currency} (minor units) are left."
            raise Refused(422, "more_than_captured", detail)

    def _guard_transfer(self, transfer: Transaction) -> None:
        if not is_known(transfer.destination):
            raise Refused(422, "no_such_destination", f"There is no account {transfer.destination}.")
        available_minor = self.statement.available_minor(transfer.currency)
        if transfer.amount_minor > available_minor:
            detail = f"Only {available_minor} {transfer.currency} (minor units) are there to be sent."
            raise Refused(422, "insufficient_balance", detail)

    def _request(self, asked: Transaction) -> tuple[Transaction, bool]:
        known = self._transactions.get((asked.kind, asked.transaction_id))
        if known is None:
            asked.requested_at = datetime.now(UTC).isoformat()
            if asked.behaviour.instant:
                asked.answered_status = asked.next_outcome()[0]
            self._record({"row": "requested", **asdict(asked)})
            return self.find(asked.kind, asked.transaction_id), True
        if not known.same_request(asked):
            detail = f"The {asked.kind} {asked.transaction_id} was asked for before with another body."
            raise Refused(409, "key_reused", detail)
        return known, False

    def _open(self, path: Path) -> None:
        whole = 0
        if path.exists():
            for line in _whole_lines(path):
                self._apply(json.loads(line))
                whole += len(line)
        self._file = path.open("ab")
        self._file.truncate(whole)  # a kill may leave half a line, which nobody was answered for

    def _record(self, row: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(row).encode() + b"\n")
            self._file.flush()
        self._apply(row)

    def _apply(self, row: dict[str, Any]) -> None:
        match row.pop("row"):
            case "requested":
                transaction = Transaction(**row)
                self._transactions[transaction.kind, transaction.transaction_id] = transaction
                self.statement.requested(transaction)
                if transaction.kind == "refund":
                    self._reserve(transaction.payment_id, transaction.amount_minor)
            case "settled":
                self._apply_settled(row)
            case "dispute":
                self.statement.add(self.disputes.apply(row))
            case "delivered":
                self._delivered.add(row["event_id"])

    def _apply_settled(self, row: dict[str, Any]) -> None:
        transaction = self.find(row["kind"], row["transaction_id"])
        transaction.status, transaction.reason = row["status"], row["reason"]
        transaction.settled_at = row["settled_at"]
        transaction.captured_minor = row.get("captured_minor", 0)
        if transaction.kind == "refund" and transaction.status in ("failed", "returned"):
            self._reserve(transaction.payment_id, -transaction.amount_minor)
        self.statement.settled(transaction)

    def _reserve(self, payment_id: str, amount_minor: int) -> None:
        self._refunded_minor[payment_id] = self._refunded_minor.get(payment_id, 0) + amount_minor


def _guard_authorised(payment: Transaction) -> None:
    if payment.status != "authorised":
        detail = f"Payment {payment.transaction_id} is {payment.status}; only what is authorised is captured or let go."
        raise Refused(409, "not_authorised", detail)


def _whole_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from (line for line in file if line.endswith(b"\n"))
