"""From what on a commission is suspected, and how long everybody has then: announced before it holds."""

from datetime import datetime, timedelta
from typing import Any, TypedDict, cast
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .refusals import TermsOutOfBounds

__all__ = ["DEFAULT_FRAUD_TERMS", "FRAUD_TERMS_ID", "FraudTerms", "FraudTermsValues"]

FRAUD_TERMS_ID = derived_id("mall", "fraud terms")


class FraudTermsValues(TypedDict):
    """Terms as they are applied; ``version`` 0 are the defaults, before any held.

    A cycle is suspected from ``cycle_orders`` orders each way on, paid within ``cycle_days`` of the one that is
    released; a velocity beyond ``velocity_orders`` orders of one buyer for one earner within ``velocity_days``. The
    earner has ``appeal_days`` before anything is forfeited; after ``hold_days`` without a decision the share is let go.
    """

    version: int
    cycle_orders: int
    cycle_days: int
    velocity_orders: int
    velocity_days: int
    appeal_days: int
    hold_days: int


DEFAULT_FRAUD_TERMS: FraudTermsValues = {
    "version": 0, "cycle_orders": 3, "cycle_days": 30, "velocity_orders": 20, "velocity_days": 30,
    "appeal_days": 7, "hold_days": 21,
}  # fmt: skip
"""What holds until an operator sets terms, and their notice is over."""
BOUNDS = {
    "cycle_orders": (1, 100), "cycle_days": (1, 180), "velocity_orders": (1, 10_000), "velocity_days": (1, 180),
    "appeal_days": (7, 60), "hold_days": (14, 120),
}  # fmt: skip
DECIDING_DAYS = 7
"""So long a hold lasts beyond the time for an appeal: the shortest in which two operators can look at it."""


class FraudTerms(AggregateRoot):
    """The terms of the one mall, under ``FRAUD_TERMS_ID``. A fraud hold keeps those under which it was opened."""

    TOPIC = "mall:FraudTerms"

    class Opened(Begun):
        """The first terms; they hold for what is released from ``holds_from`` on."""

        TOPIC = "mall:FraudTerms.Opened"
        holds_from: datetime
        cycle_orders: int
        cycle_days: int
        velocity_orders: int
        velocity_days: int
        appeal_days: int
        hold_days: int

    class Changed(Fact):
        """All values anew, also those that stayed. What was to hold at the same time or later never does."""

        TOPIC = "mall:FraudTerms.Changed"
        holds_from: datetime
        cycle_orders: int
        cycle_days: int
        velocity_orders: int
        velocity_days: int
        appeal_days: int
        hold_days: int

    @staticmethod
    def create_id() -> UUID:
        return FRAUD_TERMS_ID

    @classmethod
    def open(cls, now: datetime, notice_days: int, **values: Any) -> "FraudTerms":
        """The first terms: ``FraudTermsValues`` without the version. Raises ``TermsOutOfBounds``."""
        _check_all(values)
        return cls(now + timedelta(days=notice_days), **values)

    @event(Opened)
    def __init__(
        self, holds_from: datetime, cycle_orders: int, cycle_days: int, velocity_orders: int, velocity_days: int,
        appeal_days: int, hold_days: int,
    ) -> None:  # fmt: skip
        self.announced: list[dict[str, Any]] = []
        values = (cycle_orders, cycle_days, velocity_orders, velocity_days, appeal_days, hold_days)
        self._announce(holds_from, 1, *values)

    def change(self, now: datetime, notice_days: int, **values: Any) -> None:
        """New values, as for ``open``; the same again record nothing. Raises ``TermsOutOfBounds``."""
        _check_all(values)
        if self.latest != {"version": self.latest["version"], **values}:
            self._changed(now + timedelta(days=notice_days), **values)

    @event(Changed)
    def _changed(
        self, holds_from: datetime, cycle_orders: int, cycle_days: int, velocity_orders: int, velocity_days: int,
        appeal_days: int, hold_days: int,
    ) -> None:  # fmt: skip
        values = (cycle_orders, cycle_days, velocity_orders, velocity_days, appeal_days, hold_days)
        self._announce(holds_from, self.latest["version"] + 1, *values)

    @property
    def latest(self) -> FraudTermsValues:
        """What was announced last, whether it holds yet or not."""
        return cast(FraudTermsValues, self.announced[-1]["values"])

    @property
    def latest_holds_from(self) -> datetime:
        """From when on that does."""
        return cast(datetime, self.announced[-1]["holds_from"])

    def at(self, moment: datetime) -> FraudTermsValues:
        """What held at a moment."""
        held: list[FraudTermsValues] = [one["values"] for one in self.announced if one["holds_from"] <= moment]
        return held[-1] if held else DEFAULT_FRAUD_TERMS

    def _announce(self, holds_from: datetime, version: int, *values: int) -> None:
        told = dict(zip(BOUNDS, values, strict=True))
        # What was announced before and would begin later is replaced, so that the last word is the one that holds.
        self.announced = [one for one in self.announced if one["holds_from"] < holds_from]
        self.announced.append({"holds_from": holds_from, "values": {"version": version, **told}})


def _check_all(values: dict[str, Any]) -> None:
    bounds = BOUNDS | {"hold_days": (values["appeal_days"] + DECIDING_DAYS, BOUNDS["hold_days"][1])}
    for field, (least, most) in bounds.items():
        if not least <= values[field] <= most:
            raise TermsOutOfBounds(field=field, value=values[field], least=least, most=most)
