"""Terms of business: they change after their notice, and orders keep those that held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import order_facts as orders
from services.mall.domain import terms_facts as terms
from services.mall.domain.terms import BEFORE_ANY, told
from services.mall.domain.terms_values import holds_at_once

ALWAYS = datetime.min.replace(tzinfo=UTC)
TOLD_WITH_THE_SALE = {"return_window_days"}


@dataclass(frozen=True, slots=True)
class Version:
    """What holds from when on; ``values`` with its version, as an order keeps it, and the notice."""

    announced_at: datetime
    begins_at: datetime
    values: Mapping[str, Any]


class TermsAreAnnounced(Invariant):
    """What was set before there was notice held as soon as it stood in the log, and needed none."""

    name = "terms"
    sentence = "Terms change after their notice, or to nobody's cost; an order keeps those under which it was placed."

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._ahead = [Version(ALWAYS, ALWAYS, {"version": 0, **told(BEFORE_ANY)})]
        self._recorded: set[UUID] = set()
        self._amiss: list[tuple[int, orders.Placed, set[str]]] = []

    @when(terms.Opened)
    def opened(self, _position: int, fact: terms.Opened) -> None:
        self._set(fact)

    @when(terms.Changed)
    def changed(self, _position: int, fact: terms.Changed) -> None:
        if fact.announced_at is not None:
            self._check_notice(fact, fact.announced_at)
        self._set(fact)

    @when(checkouts.Opened)
    def checkout(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._recorded.add(fact.originator_id)

    @when(orders.Placed)
    def placed(self, position: int, fact: orders.Placed) -> None:
        held = self._held(fact.recorded_at).values
        if differing := {name for name, value in fact.terms.items() if value != held.get(name)}:
            self._amiss.append((position, fact, differing))

    def finish(self) -> None:
        for position, fact, differing in self._amiss:
            amiss = differing - (TOLD_WITH_THE_SALE if fact.checkout_id in self._recorded else set())
            if amiss:
                what = f"it keeps other terms than those that held: {', '.join(sorted(amiss))}"
                raise Broken(what, position, str(fact.originator_id))

    def _check_notice(self, fact: terms.Changed, announced_at: datetime) -> None:
        before = self._held(announced_at).values
        is_free = holds_at_once(vars(fact), before)
        needed = timedelta(days=0 if is_free else before["notice_days"])
        if fact.begins_at < announced_at + needed:
            raise Broken("terms change before their notice is over")
        if announced_at > max(fact.recorded_at, self._ahead[-1].announced_at):
            raise Broken("terms were announced later than they say")

    def _set(self, fact: terms.Opened | terms.Changed) -> None:
        self._number += 1
        announced_at = fact.announced_at or ALWAYS
        begins_at = fact.begins_at if fact.announced_at else ALWAYS
        values = {"version": self._number, **{name: vars(fact)[name] for name in told(BEFORE_ANY)}}
        begun = [one for one in self._ahead if one.begins_at <= announced_at]
        self._ahead = [*begun, Version(announced_at, begins_at, values)]

    def _held(self, moment: datetime) -> Version:
        return next(one for one in reversed(self._ahead) if one.begins_at <= moment)
