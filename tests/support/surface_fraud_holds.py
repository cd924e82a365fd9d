"""An accepted example of each operation about fraud holds."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from services.mall.domain.fraud_hold import FraudHold
from tests.support.everybody import Answer, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import RECORDED
from tests.support.surface_ways import link_of

TERMS: Answer = {
    "cycle_orders": 3, "cycle_days": 30, "velocity_orders": 20, "velocity_days": 30, "appeal_days": 7, "hold_days": 21,
}  # fmt: skip
ACCOUNT: Answer = {"destination": "acct_of_both", "agrees": True}
LET_GO: Answer = {"decision": "let_go", "reason": "explained", "text": "They share a flat."}


@dataclass(frozen=True, slots=True)
class Suspected:
    """Somebody earned by what was bought by somebody who is paid to the same account."""

    earner: UUID
    buyer: UUID
    hold_id: UUID

    @property
    def path(self) -> dict[str, object]:
        """Of the hold."""
        return {"hold_id": self.hold_id}


def suspected(everybody: Everybody) -> Suspected:
    """What was delivered long ago can no longer be sent back: it is released, and the share stays behind."""
    earner, buyer = everybody.person(), everybody.person()
    offered, link_id, _ = link_of(everybody, earner)
    for person_id in (earner, buyer):
        everybody.do(person_id, f"/mall/accounts/{person_id}/destination", **ACCOUNT)
    everybody.settle()
    line = {"listing_id": offered.listing_id, "quantity": 1, "link_id": link_id}
    opened = everybody.do(buyer, "/mall/checkouts", lines=[line], payment_method="card")
    content, headers = everybody.captured(UUID(opened["payment_id"]))
    answer = everybody.ask("POST", "/mall/payments/callback", content=content, headers=headers)
    assert answer.status_code == 204, answer.text
    everybody.settle()
    order_id = UUID(opened["order_ids"][0])
    everybody.do(everybody.operator, "/mall/records/deliveries", order_id=str(order_id), **RECORDED)
    everybody.settle()
    return Suspected(earner, buyer, FraudHold.id_of(order_id, "member", earner))


def _seen(everybody: Everybody, by: UUID) -> Call:
    found = suspected(everybody)
    return Call(by=found.earner, path=found.path, other=found.buyer)


def _appeal(everybody: Everybody, by: UUID) -> Call:
    found = suspected(everybody)
    bodies: dict[str, Answer] = {"body": {"text": "We share a flat."}, "other_body": {"text": "No."}}
    return Call(by=found.earner, path=found.path, other=found.buyer, **bodies)


def _decide(everybody: Everybody, by: UUID) -> Call:
    found = suspected(everybody)
    other_body = LET_GO | {"reason": "seen"}
    return Call(by=everybody.operator, path=found.path, body=LET_GO, other_body=other_body, other=found.earner)


EXAMPLES: dict[str, Example] = {
    "fraud_terms": lambda everybody, by: Call(by=by),
    "set_fraud_terms": lambda everybody, by: Call(
        by=everybody.operator, body=TERMS, other_body=TERMS | {"velocity_orders": 21 + uuid4().int % 100}
    ),
    "fraud_holds": lambda everybody, by: Call(by=by, body={"limit": 10}),
    "fraud_hold": _seen,
    "appeal_fraud_hold": _appeal,
    "decide_fraud_hold": _decide,
    "fraud_holds_to_decide": lambda everybody, by: Call(
        by=everybody.operator, body={"state": "undecided", "limit": 10}
    ),
}
