"""What is refused of fraud holds; ``things`` have none."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.kernel.refusals import Malformed, Refusal
from services.mall.domain import refusals

from .market import BORIS, OPERATOR
from .suspecting import TERMS

HOLD = {"hold_id": UUID(int=0xBAD)}
DECIDED = HOLD | {"decision": "forfeit", "reason": "same_hands", "text": "One account."}

FRAUD_HOLDS: list[tuple[str, UUID, Callable[[Any], dict[str, Any]], type[Refusal]]] = [
    ("set_fraud_terms", OPERATOR, lambda t: TERMS | {"hold_days": 1}, refusals.TermsOutOfBounds),
    ("set_fraud_terms", OPERATOR, lambda t: TERMS | {"cycle_orders": "two"}, Malformed),
    ("appeal_fraud_hold", BORIS, lambda t: HOLD | {"text": "It is mine."}, refusals.NoSuchHold),
    ("appeal_fraud_hold", BORIS, lambda t: HOLD | {"text": ""}, Malformed),
    ("decide_fraud_hold", OPERATOR, lambda t: DECIDED, refusals.NoSuchHold),
    ("decide_fraud_hold", OPERATOR, lambda t: DECIDED | {"decision": "keep"}, Malformed),
    ("decide_fraud_hold", OPERATOR, lambda t: DECIDED | {"reason": "One account"}, Malformed),
]
