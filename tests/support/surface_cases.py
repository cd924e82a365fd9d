"""An accepted example of each operation about cases."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.support.everybody import Answer, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import Sale, delivered

TERMS: Answer = {"seller_hours": 48, "buyer_hours": 72, "operator_hours": 72, "open_days": 90}
OPENED: Answer = {"reason": "not_as_described", "text": "The reel does not turn."}
SAID: Answer = {"text": "It did when it was sent."}
DECIDED: Answer = {"decision": "refund_part", "amount_minor": 100, "reason": "broken", "text": "Seen."}


@dataclass(frozen=True, slots=True)
class InCase:
    """Something that was bought, and the case about it."""

    sale: Sale
    case_id: str

    @property
    def path(self) -> dict[str, object]:
        """Of the case."""
        return {"case_id": self.case_id}


def in_case(everybody: Everybody, *, answered: bool = False, escalated: bool = False) -> InCase:
    """A case, as far as it has come."""
    sale = delivered(everybody)
    case_id = str(everybody.do(sale.buyer, f"/mall/orders/{sale.order_id}/cases", **OPENED)["case_id"])
    if answered or escalated:
        everybody.do(sale.offer.seller, f"/mall/cases/{case_id}/answer", **SAID)
    if escalated:
        everybody.do(sale.buyer, f"/mall/cases/{case_id}/escalation", **SAID)
    everybody.settle()
    return InCase(sale, case_id)


def _open(everybody: Everybody, by: UUID) -> Call:
    sale = delivered(everybody)
    return Call(
        by=sale.buyer, path={"order_id": sale.order_id}, body=OPENED, other_body=OPENED | {"reason": "other"},
        other=sale.offer.seller,
    )  # fmt: skip


def _answer(everybody: Everybody, by: UUID) -> Call:
    found = in_case(everybody)
    seller = found.sale.offer.seller
    return Call(by=seller, path=found.path, body=SAID, other_body={"text": "No."}, other=found.sale.buyer)


def _of_buyer(*, answered: bool = False, **bodies: Any) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        found = in_case(everybody, answered=answered)
        return Call(by=found.sale.buyer, path=found.path, other=found.sale.offer.seller, **bodies)

    return example


def _decide(everybody: Everybody, by: UUID) -> Call:
    found = in_case(everybody, escalated=True)
    other_body = DECIDED | {"amount_minor": 101}
    return Call(by=everybody.operator, path=found.path, body=DECIDED, other_body=other_body, other=found.sale.buyer)


EXAMPLES: dict[str, Example] = {
    "case_terms": lambda everybody, by: Call(by=by),
    "set_case_terms": lambda everybody, by: Call(
        by=everybody.operator, body=TERMS, other_body=TERMS | {"open_days": 91 + uuid4().int % 100}
    ),
    "open_case": _open,
    "cases": lambda everybody, by: Call(by=by, body={"as": "seller", "limit": 10}),
    "case": _of_buyer(),
    "answer_case": _answer,
    "say_in_case": _of_buyer(body=SAID | {"sha256": "0" * 64}, other_body={"text": "No."}),
    "escalate_case": _of_buyer(answered=True, body=SAID, other_body={"text": "No."}),
    "settle_case": _of_buyer(),
    "decide_case": _decide,
    "cases_to_settle": lambda everybody, by: Call(by=everybody.operator, body={"state": "open", "limit": 10}),
}
