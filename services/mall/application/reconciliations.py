"""Comparing the books with what the provider states: the clock imports, an operator resolves, nothing by itself."""

from typing import Any
from uuid import UUID

from services.mall.domain import refusals
from services.mall.domain.provider_day import ProviderDay
from services.mall.domain.reconciliation import RECONCILIATION_ID, Reconciliation
from services.mall.domain.reconciling import Booking, match
from services.mall.domain.statement import Statement, end_of
from services.mall.projections.provider_bookings import bookings_until

from .loading import Loading


class Reconciliations(Loading):
    """Commands of an operator, and of the clock."""

    def demand_statement(self, day: str) -> dict[str, Any]:
        """Has the statement of a day imported now; the first day ever named is the first that is compared.

        Raises DayNotADate, DayNotOver, DayBeforeFirst, DaysBetweenMissing.
        """
        known = self.unit.find(Reconciliation, RECONCILIATION_ID)
        if known is None:
            self.unit.add(Reconciliation.open(day, self.now))
        else:
            known.demand(day, self.now)
        return {"day": day}

    def import_statement(self, statement: Statement) -> None:
        """What the provider states of a day. The same as before changes nothing, another is a version of its own.

        Raises NoSuchReconciliation, DayBeforeFirst, DaysBetweenMissing, DayNotOver.
        """
        day, known = statement.day, self.unit.find(ProviderDay, ProviderDay.create_id(statement.day))
        if known is not None and known.digest == statement.digest:
            return
        withdrawn, told = statement.changes({} if known is None else known.lines)
        stated = self._version(known, statement)  # before the comparison: so what was stated stands first in the log
        books, version = self._books(), len(stated.versions)
        books.check_turn(day, self.unit.context.recorded_at)
        bookings = self._new_bookings(books, day) if known is None else []
        matching = match(day, version, told, bookings, books.discrepancies, withdrawn)
        stated.withdraw([line["line_id"] for line in withdrawn])
        stated.state(matching.lines)
        books.compare(day, version, matching, bookings, statement.balances, len(statement.lines))

    def resolve_discrepancy(self, discrepancy_id: UUID, reason: str, account: str | None) -> dict[str, Any]:
        """Books it, or strikes it from what they state. Raises what Reconciliation.resolve raises."""
        found = self.unit.get(Reconciliation, RECONCILIATION_ID, refusals.NoSuchDiscrepancy())
        found.resolve(discrepancy_id, reason, account)
        return {"discrepancy_id": discrepancy_id}

    def accept_fees(self, day: str) -> dict[str, Any]:
        """Books what the provider kept on a day. Raises NoSuchReconciliation, DayNotADate, NoFeesStated."""
        self._books().accept_fees(day)
        return {"day": day}

    def _books(self) -> Reconciliation:
        return self.unit.get(Reconciliation, RECONCILIATION_ID, refusals.NoSuchReconciliation())

    def _new_bookings(self, books: Reconciliation, day: str) -> list[Booking]:
        with self.views.glancing() as connection:
            return bookings_until(connection, books.taken_to, end_of(day).isoformat())

    def _version(self, known: ProviderDay | None, statement: Statement) -> ProviderDay:
        if known is None:
            known = ProviderDay.import_first(statement)
            self.unit.add(known)
        else:
            known.import_anew(statement)
        return known
