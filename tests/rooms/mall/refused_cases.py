"""What is refused of cases; ``things`` have a paid order, a delivered one, and no case."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.kernel.refusals import Forbidden, Malformed, Refusal
from services.mall.domain import refusals

from .market import ANNA, BORIS, DORA, OPERATOR

NOBODY = UUID(int=0xBAD)
TERMS = {"seller_hours": 48, "buyer_hours": 72, "operator_hours": 72, "open_days": 90}
DECIDED = {"case_id": NOBODY, "decision": "reject", "reason": "as_described", "text": "It is."}
SAID = {"case_id": NOBODY, "text": "Look."}
Case = tuple[str, UUID, Callable[[Any], dict[str, Any]], type[Refusal]]


def wanted(opened: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A case about an order."""
    return {"order_id": opened["order_ids"][0], "reason": "other", "text": "Too short."} | changes


CASES: list[Case] = [
    ("set_case_terms", OPERATOR, lambda t: TERMS | {"seller_hours": 1}, refusals.TermsOutOfBounds),
    ("set_case_terms", OPERATOR, lambda t: TERMS | {"open_days": "90"}, Malformed),
    ("open_case", ANNA, lambda t: wanted(t.paid), Forbidden),
    ("open_case", DORA, lambda t: wanted(t.paid), refusals.NoSuchOrder),
    ("open_case", BORIS, lambda t: wanted(t.bought), refusals.NotPaid),
    ("open_case", BORIS, lambda t: wanted(t.paid, line_id=NOBODY), refusals.NoSuchLine),
    ("open_case", BORIS, lambda t: wanted(t.paid, reason="changed_mind"), Malformed),
    ("open_case", BORIS, lambda t: wanted(t.paid, text=""), Malformed),
    ("answer_case", ANNA, lambda t: SAID, refusals.NoSuchCase),
    ("say_in_case", BORIS, lambda t: SAID, refusals.NoSuchCase),
    ("say_in_case", BORIS, lambda t: SAID | {"sha256": "0"}, Malformed),
    ("escalate_case", BORIS, lambda t: SAID, refusals.NoSuchCase),
    ("settle_case", BORIS, lambda t: {"case_id": NOBODY}, refusals.NoSuchCase),
    ("decide_case", OPERATOR, lambda t: DECIDED, refusals.NoSuchCase),
    ("decide_case", OPERATOR, lambda t: DECIDED | {"decision": "halve"}, Malformed),
    ("decide_case", OPERATOR, lambda t: DECIDED | {"reason": "As it was described"}, Malformed),
]
