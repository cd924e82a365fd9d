"""Steps towards a payout: something is earned, an account has rested, the provider says what became of it."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock
from uuid import UUID

from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.seller import Seller
from services.mall.invariants import invariants
from tests.support.forging import judged

from .market import ANNA, OPERATOR, Market

OTHER_OPERATOR = UUID(int=0xA07)
SELLER = Seller.create_id(ANNA)
EARNED = 11_400
"""What Anna gets of a rod for 120.00, without a commission."""
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)
DESTINATION = "acct_anna"


def sold(market: Market, *, days: int = 8, **changes: Any) -> dict[str, Any]:
    """A rod is sold, delivered, and can no longer be sent back."""
    opened = market.paid(market.listed(), **changes)
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=days)
    return opened


def account(market: Market, party_id: UUID = SELLER, person_id: UUID = ANNA, destination: str = DESTINATION) -> None:
    """Where a party is paid; it has rested."""
    market.do("set_payout_account", person_id, party_id=party_id, destination=destination, agrees=True)
    market.pass_time(hours=73)


def terms(market: Market, **changes: Any) -> None:
    """By hand alone, unless told otherwise, so that a test says when."""
    values = {"schedule": "manual", "least_minor": 100, "approval_above_minor": 10**6, "account_rest_hours": 72}
    proposal_id = market.do("set_payout_terms", OPERATOR, **(values | changes))["proposal_id"]
    if proposal_id is not None:
        market.do("confirm_payout_terms", OTHER_OPERATOR, proposal_id=proposal_id)


def asked(market: Market, amount_minor: int | None = None, person_id: UUID = ANNA, party_id: UUID = SELLER) -> UUID:
    """A payout by hand, not yet sent."""
    wanted = {} if amount_minor is None else {"amount_minor": amount_minor}
    done = market.do("request_payout", person_id, party_id=party_id, currency="EUR", **wanted)
    return UUID(done["payout_id"])


def told(market: Market, payout_id: UUID, event_id: str = "evt_t") -> int:
    """The callback about a transfer as the provider has it."""
    transfer = market.provider.transfer_document(payout_id)
    return market.callback(event_id, f"transfer.{transfer['status']}", transfer)


def paid_out(market: Market, payout_id: UUID) -> None:
    """Sent, paid and told."""
    market.settle()
    market.provider.end_transfer(payout_id)
    assert told(market, payout_id, f"evt_{payout_id}") == 204


def refund(market: Market, opened: dict[str, Any]) -> None:
    """The rod goes back, whatever its seller has left, and the provider has paid it back."""
    (line_id,) = market.orders(opened)[0].lines
    part = {"order_id": opened["order_ids"][0], "line_id": line_id, "quantity": 1}
    done = market.do("refund_line", OPERATOR, **part)
    market.settle()
    market.provider.end_refund(done["refund_id"])
    assert market.told_of_refund(done["refund_id"], f"evt_{done['refund_id']}") == 204


def payout(market: Market, payout_id: UUID) -> Payout:
    found = market.service.store.load(Payout, payout_id)
    assert found is not None
    return found


def payouts(market: Market) -> list[Payout]:
    """All of them, in their order."""
    return [payout(market, fact.payout_id) for fact in market.facts if isinstance(fact, Payout.Requested)]


def payable(market: Market, role: str = "seller", party_id: UUID = SELLER) -> Payable:
    found = market.service.store.load(Payable, Payable.create_id(role, party_id, "EUR"))
    assert found is not None
    return found


def account_of(market: Market, party_id: UUID = SELLER, role: str = "seller") -> PayoutAccount:
    found = market.service.store.load(PayoutAccount, PayoutAccount.create_id(role, party_id))
    assert found is not None
    return found


def unsound(market: Market) -> dict[str, str]:
    """Which invariants of the mall do not hold for all that has happened, and what they say."""
    rows = {(row.kind, row.subject) for row in market.service.recorder.due(FOR_EVER, 100_000)}
    facts = market.facts
    found = {one.name: judged(one, facts) for one in invariants(Mock(due_rows=lambda: rows))}
    return {name: what for name, what in found.items() if what is not None}


def ensure_sound(market: Market) -> None:
    """Every invariant holds."""
    broken = unsound(market)
    assert broken == {}, broken
