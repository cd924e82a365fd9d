"""How long everybody has in a case: the seller to answer, the buyer to accept, an operator to decide. And how many."""

from typing import Any, TypedDict, cast
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .refusals import TermsOutOfBounds

__all__ = ["CASE_TERMS_ID", "DEFAULT_CASE_TERMS", "CaseTerms", "CaseTermsValues", "Hours"]

CASE_TERMS_ID = derived_id("mall", "case terms")


class Hours(TypedDict):
    """How many hours each has, as a case freezes them when it is opened."""

    seller_hours: int
    buyer_hours: int
    operator_hours: int


class CaseTermsValues(Hours):
    """Terms as they are applied; ``version`` 0 are the defaults, before any were set. ``open_days`` is how long after
    its delivery a case can be opened about an order, ``cases_per_order`` how many a buyer opens about one."""

    version: int
    open_days: int
    cases_per_order: int


CASES_PER_ORDER = 5
"""What holds where terms say nothing, as those of before anybody counted."""
DEFAULT_CASE_TERMS: CaseTermsValues = {
    "version": 0, "seller_hours": 48, "buyer_hours": 72, "operator_hours": 72, "open_days": 90,
    "cases_per_order": CASES_PER_ORDER,
}  # fmt: skip
"""What holds until an operator sets terms."""
BOUNDS = {
    "seller_hours": (12, 720), "buyer_hours": (12, 720), "operator_hours": (12, 720), "open_days": (30, 730),
    "cases_per_order": (1, 20),
}  # fmt: skip


class CaseTerms(AggregateRoot):
    """The terms of the one mall, under ``CASE_TERMS_ID``. A change holds for cases that are opened later."""

    TOPIC = "mall:CaseTerms"
    snapshot_version = 2

    class Opened(Begun):
        """The first terms."""

        TOPIC = "mall:CaseTerms.Opened"
        class_version = 2
        seller_hours: int
        buyer_hours: int
        operator_hours: int
        open_days: int
        cases_per_order: int

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Nobody counted."""
            state["cases_per_order"] = CASES_PER_ORDER

    class Changed(Fact):
        """All values anew, also those that stayed."""

        TOPIC = "mall:CaseTerms.Changed"
        class_version = 2
        seller_hours: int
        buyer_hours: int
        operator_hours: int
        open_days: int
        cases_per_order: int

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Nobody counted."""
            state["cases_per_order"] = CASES_PER_ORDER

    @staticmethod
    def create_id() -> UUID:
        return CASE_TERMS_ID

    @classmethod
    def open(cls, **values: Any) -> "CaseTerms":
        """The first terms: ``CaseTermsValues`` without the version; the number may be left out. Raises
        ``TermsOutOfBounds``."""
        values = {"cases_per_order": CASES_PER_ORDER} | values
        _check_all(values)
        return cls(**values)

    @event(Opened)
    def __init__(
        self, seller_hours: int, buyer_hours: int, operator_hours: int, open_days: int, cases_per_order: int
    ) -> None:  # fmt: skip
        self.seller_hours = seller_hours
        self.buyer_hours = buyer_hours
        self.operator_hours = operator_hours
        self.open_days = open_days
        self.cases_per_order = cases_per_order

    def change(self, **values: Any) -> None:
        """New values, as for ``open``; a number that is left out stays, the same again record nothing. Raises
        ``TermsOutOfBounds``."""
        values = {"cases_per_order": self.cases_per_order} | values
        _check_all(values)
        if self.values != {"version": self.version, **values}:
            self._changed(**values)

    @event(Changed)
    def _changed(
        self, seller_hours: int, buyer_hours: int, operator_hours: int, open_days: int, cases_per_order: int
    ) -> None:  # fmt: skip
        self.seller_hours = seller_hours
        self.buyer_hours = buyer_hours
        self.operator_hours = operator_hours
        self.open_days = open_days
        self.cases_per_order = cases_per_order

    @property
    def values(self) -> CaseTermsValues:
        """As they are applied, with the version they had."""
        told = {name: getattr(self, name) for name in BOUNDS}
        return cast(CaseTermsValues, {"version": self.version, **told})


def _check_all(values: dict[str, Any]) -> None:
    for field, (least, most) in BOUNDS.items():
        if not least <= values[field] <= most:
            raise TermsOutOfBounds(field=field, value=values[field], least=least, most=most)
