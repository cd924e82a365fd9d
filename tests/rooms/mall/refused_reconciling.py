"""What is refused of reconciliations; in ``things`` the first of March was compared, and a discrepancy resolved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.kernel.refusals import Malformed, Refusal
from services.mall.domain import refusals

from .market import OPERATOR, Market
from .questioning import ask
from .reconciled import DAY, compare, line, state

NOBODY, DAY_BEFORE = UUID(int=0xBAD), "2026-03-01"


def reconciled(market: Market) -> None:
    """A day is compared: what was open of it is resolved but for one line, which is about nothing of ours."""
    state(market, DAY_BEFORE, line(NOBODY, 500), line(None, 1, line_id="x"), balance_minor=1)
    compare(market, DAY_BEFORE)
    market.do("resolve_discrepancy", OPERATOR, **discrepancy(market, subject_id=NOBODY), reason="not_ours")
    market.settle()


def discrepancy(market: Market, subject_id: UUID | None, **fields: Any) -> dict[str, Any]:
    """The one that is about this subject, and what is to be done about it."""
    pages = [ask(market, "discrepancies", OPERATOR, state=state) for state in ("open", "resolved")]
    found = [one for page in pages for one in page["items"] if one["kind"] == "theirs"]
    wanted = None if subject_id is None else str(subject_id)
    return {"discrepancy_id": next(one["discrepancy_id"] for one in found if one["subject_id"] == wanted), **fields}


def resolving(**fields: Any) -> dict[str, Any]:
    return {"reason": "looked_at"} | fields


RECONCILING: list[tuple[str, UUID, Callable[[Any], dict[str, Any]], type[Refusal]]] = [
    ("demand_statement", OPERATOR, lambda t: {"day": "yesterday"}, refusals.DayNotADate),
    ("demand_statement", OPERATOR, lambda t: {"day": "2026-02-30"}, refusals.DayNotADate),
    ("demand_statement", OPERATOR, lambda t: {"day": "2999-12-31"}, refusals.DayNotOver),
    ("demand_statement", OPERATOR, lambda t: {"day": "2026-02-01"}, refusals.DayBeforeFirst),
    ("accept_fees", OPERATOR, lambda t: {"day": "2026-3-2"}, refusals.DayNotADate),
    ("accept_fees", OPERATOR, lambda t: {"day": DAY}, refusals.NoFeesStated),
    ("resolve_discrepancy", OPERATOR, lambda t: resolving(discrepancy_id=NOBODY), refusals.NoSuchDiscrepancy),
    ("resolve_discrepancy", OPERATOR, lambda t: resolving(**discrepancy(t.market, NOBODY)),
     refusals.DiscrepancyNotOpen),
    ("resolve_discrepancy", OPERATOR, lambda t: resolving(**discrepancy(t.market, None), account="platform_bank"),
     refusals.AccountDoesNotFit),
    ("resolve_discrepancy", OPERATOR, lambda t: resolving(**discrepancy(t.market, None), account="seller_held"),
     Malformed),
    ("resolve_discrepancy", OPERATOR, lambda t: discrepancy(t.market, None, reason="It is not ours"), Malformed),
]  # fmt: skip
