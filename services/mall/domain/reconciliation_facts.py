"""What is recorded of comparing the books with the provider; use them as ``Reconciliation.Opened`` and so on."""

from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """From this day on every day is compared."""

    TOPIC = "mall:Reconciliation.Opened"
    first_day: str


class StatementDemanded(Fact):
    """An operator wants the statement of a day imported now, for the first time or once more."""

    TOPIC = "mall:Reconciliation.StatementDemanded"
    day: str


class DiscrepanciesFound(Fact):
    """What has no other side, or another amount there; each as ``reconciling.Discrepancy``. One that was settled is
    open again where it is named again."""

    TOPIC = "mall:Reconciliation.DiscrepanciesFound"
    day: str
    statement_version: int
    discrepancies: list[dict[str, Any]]


class DiscrepanciesClosed(Fact):
    """What a statement settled, joined into another, or withdrew: ``{"discrepancy_id", "state", "settled_by",
    "into"}``."""

    TOPIC = "mall:Reconciliation.DiscrepanciesClosed"
    day: str
    statement_version: int
    closed: list[dict[str, Any]]


class DayCompared(Fact):
    """The day was compared with our bookings up to a position.

    By currency: ``told`` is the balance that the provider names, ``stated`` what all its lines come to, ``booked`` what
    we have booked with the provider. ``matched`` counts pairs, ``count`` lines.
    """

    TOPIC = "mall:Reconciliation.DayCompared"
    day: str
    statement_version: int
    taken_to: int
    told: dict[str, int]
    stated: dict[str, int]
    booked: dict[str, int]
    count: int
    matched: int


class DiscrepancyResolved(Fact):
    """An operator settled it: booked to ``account``, or, without one, struck from what the provider states."""

    TOPIC = "mall:Reconciliation.DiscrepancyResolved"
    discrepancy_id: UUID
    reason: str
    account: str | None
    difference_minor: int
    currency: str
    entries: list[dict[str, Any]]


class FeesAccepted(Fact):
    """An operator accepted what the provider kept on a day; ``amounts`` by currency, as they changed its balance."""

    TOPIC = "mall:Reconciliation.FeesAccepted"
    day: str
    discrepancy_ids: list[str]
    amounts: dict[str, int]
    entries: list[dict[str, Any]]
