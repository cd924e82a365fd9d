"""An accepted example of each operation about payouts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.mall.domain.dispute import Dispute
from tests.support.everybody import Answer, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import RECORDED, bought

TERMS: Answer = {"schedule": "manual", "least_minor": 100, "approval_above_minor": 0, "account_rest_hours": 0}
ACCOUNT: Answer = {"destination": "acct_1a2b", "agrees": True}


@dataclass(frozen=True, slots=True)
class Earned:
    """Somebody who sold something long ago, and can be paid for it."""

    seller: UUID
    seller_id: str
    buyer: UUID

    @property
    def path(self) -> dict[str, object]:
        """Of the account."""
        return {"party_id": self.seller_id}

    @property
    def wanted(self) -> Answer:
        """The body of a payout."""
        return {"party_id": self.seller_id, "currency": "EUR", "amount_minor": 1_000}


def proposed(everybody: Everybody) -> Any:
    """Looser terms than those that hold, which another operator has to confirm; None where these hold already."""
    return everybody.do(everybody.operator, "/mall/payout-terms", **TERMS)["proposal_id"]


def earned(everybody: Everybody, *, has_account: bool = True) -> Earned:
    """What was delivered long ago can no longer be sent back, so that it is available at once."""
    proposal_id = proposed(everybody)
    if proposal_id is not None:
        everybody.do(everybody.person("operator"), f"/mall/payout-terms/proposals/{proposal_id}/confirmation")
    sale = bought(everybody)
    everybody.do(everybody.operator, "/mall/records/deliveries", order_id=sale.order_id, **RECORDED)
    found = Earned(sale.offer.seller, sale.offer.seller_id, sale.buyer)
    if has_account:
        everybody.do(found.seller, f"/mall/accounts/{found.seller_id}/destination", **ACCOUNT)
    everybody.settle()
    return found


def _confirm_terms(everybody: Everybody, by: UUID) -> Call:
    """There is one proposal at most: examples that are made side by side are about the same."""
    pending = everybody.ask("GET", "/mall/payout-terms", everybody.operator).json()["proposed"]
    if pending is None:
        everybody.do(everybody.operator, "/mall/payout-terms", **(TERMS | {"account_rest_hours": 72}))
        pending = {"proposal_id": proposed(everybody)}
    proposal_id = pending["proposal_id"]
    return Call(by=everybody.person("operator"), path={"proposal_id": proposal_id}, other=everybody.person())


def _set_account(everybody: Everybody, by: UUID) -> Call:
    found = earned(everybody, has_account=False)
    other = ACCOUNT | {"destination": "acct_3c4d"}
    return Call(by=found.seller, path=found.path, body=ACCOUNT, other_body=other, other=found.buyer)


def _of_account(everybody: Everybody, by: UUID) -> Call:
    found = earned(everybody)
    return Call(by=found.seller, path=found.path, other=found.buyer)


def _request(everybody: Everybody, by: UUID) -> Call:
    found = earned(everybody)
    return Call(
        by=found.seller, body=found.wanted, other_body=found.wanted | {"amount_minor": 1_001}, other=found.buyer
    )  # fmt: skip


def _payouts(everybody: Everybody, by: UUID) -> Call:
    found = earned(everybody)
    return Call(by=found.seller, body={"party_id": found.seller_id, "limit": 10}, other=found.buyer)


def _of_payout(*, by_operator: bool = False, **bodies: Any) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        found = earned(everybody)
        payout_id = everybody.do(found.seller, "/mall/payouts", **found.wanted)["payout_id"]
        everybody.settle()
        asks, other = (everybody.operator, found.seller) if by_operator else (found.seller, found.buyer)
        return Call(by=asks, path={"payout_id": payout_id}, other=other, **bodies)

    return example


def _settle_payout(everybody: Everybody, by: UUID) -> Call:
    found = earned(everybody)
    payout_id = everybody.do(found.seller, "/mall/payouts", **found.wanted)["payout_id"]
    for _ in range(2):
        everybody.do(everybody.person("operator"), f"/mall/payouts/{payout_id}/approval")
    everybody.settle()
    said = {"outcome": "paid", "reason": "seen_at_provider"}
    path, other_body = {"payout_id": payout_id}, said | {"outcome": "failed"}
    return Call(by=everybody.operator, path=path, body=said, other_body=other_body, other=found.seller)


def _settle_dispute(everybody: Everybody, by: UUID) -> Call:
    sale, reference = bought(everybody), f"dp-{everybody.number()}"
    document = {
        "dispute_id": reference, "payment_id": str(sale.opened["payment_id"]), "status": "opened", "amount_minor": 100,
        "fee_minor": 0, "currency": "EUR", "reason": "fraudulent",
    }  # fmt: skip
    content, headers = everybody.callback("dispute.opened", document)
    assert everybody.ask("POST", "/mall/payments/callback", content=content, headers=headers).status_code == 204
    said, path = {"outcome": "won", "reason": "seen_at_provider"}, {"dispute_id": str(Dispute.id_of(reference))}
    other_body = said | {"outcome": "lost"}
    return Call(by=everybody.operator, path=path, body=said, other_body=other_body, other=sale.buyer)


EXAMPLES: dict[str, Example] = {
    "payout_terms": lambda everybody, by: Call(by=by),
    "set_payout_terms": lambda everybody, by: Call(
        by=everybody.operator, body=TERMS, other_body=TERMS | {"least_minor": 101 + uuid4().int % 100}
    ),
    "confirm_payout_terms": _confirm_terms,
    "set_payout_account": _set_account,
    "payout_account": _of_account,
    "drop_payout_account": _of_account,
    "request_payout": _request,
    "payouts": _payouts,
    "payout": _of_payout(),
    "cancel_payout": _of_payout(),
    "approve_payout": _of_payout(by_operator=True),
    "reject_payout": _of_payout(
        by_operator=True, body={"reason": "not_known"}, other_body={"reason": "looked_into"}
    ),
    "settle_payout_by_hand": _settle_payout,
    "settle_dispute": _settle_dispute,
    "payouts_to_settle": lambda everybody, by: Call(by=everybody.operator, body={"why": "approval", "limit": 10}),
}
