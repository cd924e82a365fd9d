"""Every way in which commands about payouts are refused before there is one; those of payouts stand in their tests."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.kernel.refusals import Malformed, Refusal
from services.mall.domain import refusals
from services.mall.domain.seller import Seller

from .market import ANNA, BORIS, OPERATOR

NOBODY = UUID(int=0xBAD)
SELLER = Seller.create_id(ANNA)
TERMS = {"schedule": "weekly", "least_minor": 100, "approval_above_minor": 0, "account_rest_hours": 72}
ACCOUNT = {"party_id": SELLER, "destination": "acct_anna", "agrees": True}
WANTED = {"party_id": SELLER, "currency": "EUR", "amount_minor": 100}


def case(name: str, actor_id: UUID, expected: type[Refusal], **fields: Any) -> Any:
    """An operation, who asks, with what, and how it is refused."""
    told: Callable[[Any], dict[str, Any]] = lambda _: fields  # noqa: E731
    return name, actor_id, told, expected


PAYOUTS = [
    case("set_payout_terms", OPERATOR, Malformed, **(TERMS | {"schedule": "hourly"})),
    case("set_payout_terms", OPERATOR, refusals.TermsOutOfBounds, **(TERMS | {"account_rest_hours": 721})),
    case("confirm_payout_terms", OPERATOR, refusals.NoSuchProposal, proposal_id=NOBODY),
    case("set_payout_account", BORIS, refusals.NoSuchAccount, **ACCOUNT),
    case("set_payout_account", ANNA, refusals.NoSuchAccount, **(ACCOUNT | {"party_id": NOBODY})),
    case("set_payout_account", ANNA, refusals.DestinationNotUsable, **(ACCOUNT | {"destination": "DE89 3704 0044"})),
    case("set_payout_account", ANNA, Malformed, **(ACCOUNT | {"agrees": False})),
    case("drop_payout_account", ANNA, refusals.AccountNotSet, party_id=SELLER),
    case("drop_payout_account", BORIS, refusals.NoSuchAccount, party_id=SELLER),
    case("request_payout", ANNA, refusals.AccountNotSet, **WANTED),
    case("request_payout", BORIS, refusals.NoSuchAccount, **WANTED),
    case("request_payout", ANNA, Malformed, **(WANTED | {"amount_minor": -100})),
    case("request_payout", ANNA, Malformed, **(WANTED | {"amount_minor": 0})),
    case("request_payout", ANNA, Malformed, **(WANTED | {"currency": "eur"})),
    case("cancel_payout", ANNA, refusals.NoSuchPayout, payout_id=NOBODY),
    case("approve_payout", OPERATOR, refusals.NoSuchPayout, payout_id=NOBODY),
    case("reject_payout", OPERATOR, refusals.NoSuchPayout, payout_id=NOBODY, reason="x"),
    case("settle_payout_by_hand", OPERATOR, refusals.NoSuchPayout, payout_id=NOBODY, outcome="paid", reason="x"),
    case("settle_payout_by_hand", OPERATOR, Malformed, payout_id=NOBODY, outcome="sent", reason="x"),
    case("settle_dispute", OPERATOR, refusals.NoSuchDispute, dispute_id=NOBODY, outcome="won", reason="x"),
    case("settle_dispute", OPERATOR, Malformed, dispute_id=NOBODY, outcome="open", reason="x"),
    case("reject_payout", OPERATOR, Malformed, payout_id=NOBODY, reason="Not known here"),
]
