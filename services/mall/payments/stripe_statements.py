"""The statement of a day out of Stripe's balance transactions, as lines of the port.

What lay there at the end of the day is what lies there now, less what has happened since: Stripe tells no other.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from services.mall.domain.statement import end_of
from services.mall.payments.statements import StatementPage, read_page
from services.mall.payments.stripe_client import StripeApi

MOST_PAGES: Final = 1_000
KINDS: Final = {
    "charge": "payment", "payment": "payment", "refund": "refund", "payment_refund": "refund",
    "refund_failure": "refund", "payment_failure_refund": "refund", "transfer": "transfer",
    "transfer_refund": "transfer", "transfer_cancel": "transfer", "transfer_failure": "transfer",
    "payout": "withdrawal", "payout_cancel": "withdrawal", "payout_failure": "withdrawal", "stripe_fee": "fee",
    "stripe_fx_fee": "fee", "tax_fee": "fee", "application_fee": "fee",
}  # fmt: skip
Document = dict[str, Any]


class _NotTold(Exception):
    """Stripe gave no usable answer: the day is asked for again."""


class StripeStatements:
    """Pages of balance transactions with what they are about."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api

    def page(self, day: str, after: str | None) -> StatementPage:
        """A page of the lines of a day, and the balances at its end; ``unknown`` when they moved meanwhile."""
        end = end_of(day)
        asked: Document = {
            "created": {"gte": _seconds(end - timedelta(days=1)), "lt": _seconds(end)}, "limit": 100,
            "expand": ["data.source"],
        }  # fmt: skip
        try:
            found = self._listed(asked | ({} if after is None else {"starting_after": after}))
            lines = [line for one in found["data"] for line in self._lines(one)]
            balances = self._balances(end)
        except (_NotTold, AttributeError, LookupError, TypeError, ValueError) as why:
            return StatementPage("unknown", reason=f"no usable statement: {why}")
        more = found["data"][-1]["id"] if found.get("has_more") and found["data"] else None
        return read_page(day, {"day": day, "lines": lines, "balances": balances, "next": more})

    def _lines(self, told: Document) -> Iterator[Document]:
        """One line, and another where Stripe keeps or gives back a fee that is no fee of a payment."""
        kind, subject_id = self._about(told)
        fee_minor = told["fee"]
        apart = fee_minor < 0 or kind == "dispute"  # the mall books the fee of a dispute as one with its money
        line = {
            "line_id": told["id"], "kind": kind, "subject_id": subject_id, "amount_minor": told["amount"],
            "fee_minor": 0 if apart else fee_minor, "currency": told["currency"].upper(),
            "happened_at": datetime.fromtimestamp(told["created"], UTC).isoformat(), "reason": "",
        }  # fmt: skip
        yield line
        if apart and fee_minor:
            kind = kind if kind == "dispute" else "fee"
            yield line | {"line_id": f"{told['id']}_fee", "kind": kind, "amount_minor": -fee_minor}

    def _about(self, told: Document) -> tuple[str, str | None]:
        source = told.get("source")
        source = source if isinstance(source, dict) else {}
        if source.get("object") == "dispute":
            return "dispute", source["id"]
        kind = KINDS.get(told["type"], "other")
        if source.get("object") == "transfer_reversal":
            source = self._transfer(str(source["transfer"]))
        named = (source.get("metadata") or {}).get(f"{kind}_id")
        return kind, named if isinstance(named, str) else None

    def _transfer(self, transfer_id: str) -> Document:
        found = self._api.ask(lambda stripe: stripe.v1.transfers.retrieve(transfer_id))
        if found.document is None:
            raise _NotTold(found.reason)
        return found.document

    def _balances(self, end: datetime) -> dict[str, int]:
        """What lies there now, asked for before and after the sum of what has happened since."""
        now = self._lying()
        left = defaultdict(int, now)
        for one in self._since(end):
            left[one["currency"].upper()] -= one["net"]
        if self._lying() != now:
            raise _NotTold("the balance moved while it was asked for")
        return dict(left)

    def _lying(self) -> dict[str, int]:
        found = self._api.ask(lambda stripe: stripe.v1.balance.retrieve())
        if found.document is None:
            raise _NotTold(found.reason)
        lying: dict[str, int] = defaultdict(int)
        for one in (*found.document["available"], *found.document["pending"]):
            lying[one["currency"].upper()] += one["amount"]
        return dict(lying)

    def _since(self, end: datetime) -> Iterator[Document]:
        asked: Document = {"created": {"gte": _seconds(end)}, "limit": 100}
        for _ in range(MOST_PAGES):
            found = self._listed(asked)
            yield from found["data"]
            if not found.get("has_more"):
                return
            asked["starting_after"] = found["data"][-1]["id"]
        raise _NotTold("too much has happened since")

    def _listed(self, asked: Document) -> Document:
        params: Any = asked
        found = self._api.ask(lambda stripe: stripe.v1.balance_transactions.list(params))
        if found.document is None:
            raise _NotTold(found.reason)
        return found.document


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
