"""Facts about the terms of business that should not be: what their invariant is seen to find."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from services.kernel.domain import acting
from services.mall.domain.terms import DEFAULT_TERMS, Terms, frozen
from tests.support.scenario import NOON, context

from .samples import a_checkout, an_order
from .tariffs import LONG_AGO

Breach = tuple[str, str, list[Any]]
VALUES: dict[str, Any] = {name: value for name, value in DEFAULT_TERMS.items() if name != "version"}


def the_terms(*changes: tuple[datetime, dict[str, Any]]) -> Terms:
    """Opened long ago, and changed."""
    with acting(context(at=LONG_AGO)):
        terms = Terms.open(LONG_AGO, **VALUES)
    for at, change in changes:
        with acting(context(at=at)):
            terms.change(at, **change)
    return terms


def terms_story(*changes: tuple[datetime, dict[str, Any]], recorded: bool = False, **kept: Any) -> list[Any]:
    """Boris orders at noon under what holds then; ``kept`` is what the order has otherwise."""
    terms = the_terms(*changes)
    told = {"expires_at": None, "payment_id": None, "payment_method": None, "recorded": True} if recorded else {}
    with acting(context()):
        placed = [a_checkout(**told), an_order(terms={**frozen(terms.at(NOON)), **kept})]
    return [fact for root in (terms, *placed) for fact in root.collect_events()]


def without_times(facts: list[Any]) -> list[Any]:
    """As they were stored before there was notice: all held at once."""
    for fact in facts:
        if isinstance(fact, (Terms.Opened, Terms.Changed)):
            fact.__dict__.update(announced_at=None, begins_at=fact.recorded_at + timedelta(seconds=1))
    return facts


def _forged(**changes: Any) -> list[Any]:
    facts = list(the_terms((LONG_AGO, {"platform_fee_bps": 600})).collect_events())
    facts[-1].__dict__.update(changes)
    return facts


def terms_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    raised = (LONG_AGO, {"platform_fee_bps": 600})
    yield "terms", "before their notice", _forged(begins_at=LONG_AGO)
    yield "terms", "before their notice", _forged(begins_at=LONG_AGO + timedelta(days=6))
    yield "terms", "later than they say", _forged(announced_at=NOON, begins_at=NOON + timedelta(days=7))
    yield "terms", "other terms", terms_story(raised, platform_fee_bps=500)
    yield "terms", "other terms", terms_story(raised, version=1)
    yield "terms", "other terms", terms_story((NOON - timedelta(days=6), {"platform_fee_bps": 600}), version=2)
    yield "terms", "other terms", terms_story(raised, recorded=True, version=0)
    yield "terms", "return_window_days", terms_story(return_window_days=8)
