"""The provider's statements against our books."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from services.amounts import money
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import reconciliation_facts as facts
from services.mall.domain.ledger import Account
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.domain.provider_day import ProviderDay
from services.mall.domain.reconciling import AS_FEE, DIFFERING, MATCHED, OPEN, RESOLVED, UNMATCHED
from services.mall.domain.statement import net_of

from .books import OfEntries, entries_of

Sums = dict[str, int]


class StatementsAreExplained(OfEntries):
    """Counted from lines, entries and discrepancies, not from what the facts say of themselves."""

    name = "statements"
    sentence = (
        "At each day compared, what the provider states less what we have booked with it is what all open "
        "discrepancies come to."
    )

    def __init__(self) -> None:
        super().__init__()
        self._elsewhere: set[UUID] = set()
        self._bookings: list[tuple[int, str, int]] = []
        self._booked: Sums = defaultdict(int)
        self._stated: Sums = defaultdict(int)
        self._lines: dict[tuple[str, str], tuple[str, int, str]] = {}
        self._open: dict[str, tuple[str, int]] = {}
        self._joined: dict[str, str] = {}
        self._struck: dict[str, int] = {}

    def see(self, position: int, fact: Fact) -> None:
        super().see(position, fact)
        is_reconciled = isinstance(fact, facts.DiscrepancyResolved | facts.FeesAccepted)
        for entry in entries_of(fact):
            if entry["account"] != Account.PROVIDER or self._is_elsewhere(fact):
                continue
            if is_reconciled:
                self._booked[entry["currency"]] += entry["amount_minor"]
            else:
                self._bookings.append((position, entry["currency"], entry["amount_minor"]))

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._elsewhere.add(fact.originator_id)

    @when(ProviderDay.LinesStated)
    def lines_stated(self, _position: int, fact: ProviderDay.LinesStated) -> None:
        for line in fact.lines:
            net_minor = net_of(line)
            self._lines[fact.day, line["line_id"]] = line["currency"], net_minor, line["discrepancy_id"] or ""
            self._stated[line["currency"]] += net_minor

    @when(ProviderDay.LinesWithdrawn)
    def lines_withdrawn(self, _position: int, fact: ProviderDay.LinesWithdrawn) -> None:
        """What an operator had struck of a line was not counted any more, and goes only once."""
        for line_id in fact.line_ids:
            currency, net_minor, found = self._lines.pop((fact.day, line_id))
            self._stated[currency] -= net_minor - self._struck.get(self._joined.get(found, found), 0)

    @when(facts.DiscrepanciesFound)
    def found(self, _position: int, fact: facts.DiscrepanciesFound) -> None:
        for one in fact.discrepancies:
            self._open[one["discrepancy_id"]] = one["currency"], one["their_minor"] - one["our_minor"]

    @when(facts.DiscrepanciesClosed)
    def closed(self, _position: int, fact: facts.DiscrepanciesClosed) -> None:
        for one in fact.closed:
            self._open.pop(one["discrepancy_id"], None)
            if one["into"] is not None:
                self._joined[one["discrepancy_id"]] = one["into"]

    @when(facts.DiscrepancyResolved)
    def resolved(self, _position: int, fact: facts.DiscrepancyResolved) -> None:
        self._open.pop(str(fact.discrepancy_id), None)
        if fact.account is None:
            self._stated[fact.currency] -= fact.difference_minor
            self._struck[str(fact.discrepancy_id)] = fact.difference_minor

    @when(facts.FeesAccepted)
    def fees_accepted(self, _position: int, fact: facts.FeesAccepted) -> None:
        for discrepancy_id in fact.discrepancy_ids:
            self._open.pop(discrepancy_id, None)

    @when(facts.DayCompared)
    def compared(self, _position: int, fact: facts.DayCompared) -> None:
        for _, currency, amount_minor in (one for one in self._bookings if one[0] <= fact.taken_to):
            self._booked[currency] += amount_minor
        self._bookings = [one for one in self._bookings if one[0] > fact.taken_to]
        opened: Sums = defaultdict(int)
        for currency, difference_minor in self._open.values():
            opened[currency] += difference_minor
        for currency in sorted({*opened, *self._stated, *self._booked}):
            self._check(fact, currency, opened[currency])

    def _is_elsewhere(self, fact: Fact) -> bool:
        return fact.originator_id in self._elsewhere or isinstance(fact, PayoutElsewhere.Recorded)

    def _check(self, fact: facts.DayCompared, currency: str, open_minor: int) -> None:
        stated, booked = self._stated[currency], self._booked[currency]
        if (fact.stated.get(currency, 0), fact.booked.get(currency, 0)) != (stated, booked):
            there, here = money(stated, currency), money(booked, currency)
            raise Broken(f"{fact.day} is not compared by the {there} stated and the {here} booked")
        if open_minor != stated - booked:
            differ, told = money(stated - booked, currency), money(open_minor, currency)
            raise Broken(f"on {fact.day} {differ} differ, and {told} are accounted for")


class DiscrepanciesEndOnce(Invariant):
    """What was booked twice would be money that nobody has."""

    name = "discrepancies"
    sentence = (
        "Every line of a statement is in one state, and a discrepancy ends once: by a statement, or by an operator who "
        "books its whole difference or none."
    )

    def __init__(self) -> None:
        super().__init__()
        self._ever: dict[str, dict[str, Any]] = {}
        self._named: dict[str, int] = {}

    @when(ProviderDay.LinesStated)
    def lines_stated(self, position: int, fact: ProviderDay.LinesStated) -> None:
        for line in fact.lines:
            told = (line["position"] is not None, line["discrepancy_id"] is not None)
            wanted = {MATCHED: (True, False), DIFFERING: (True, True), UNMATCHED: (False, True), AS_FEE: (False, False)}
            if wanted.get(line["state"]) != told:
                raise Broken(f"line {line['line_id']} of {fact.day} is not in one state")
            if line["discrepancy_id"] is not None:
                self._named[line["discrepancy_id"]] = position

    @when(facts.DiscrepanciesFound)
    def found(self, _position: int, fact: facts.DiscrepanciesFound) -> None:
        for one in fact.discrepancies:
            known = self._ever.get(one["discrepancy_id"])
            if known is not None and known["state"] in (OPEN, RESOLVED):
                raise Broken(f"discrepancy {one['discrepancy_id']} was found before, and is {known['state']}")
            self._ever[one["discrepancy_id"]] = {**one, "state": OPEN}

    @when(facts.DiscrepanciesClosed)
    def closed(self, _position: int, fact: facts.DiscrepanciesClosed) -> None:
        for one in fact.closed:
            self._end(one["discrepancy_id"], one["state"])

    @when(facts.DiscrepancyResolved)
    def resolved(self, _position: int, fact: facts.DiscrepancyResolved) -> None:
        difference_minor = self._end(str(fact.discrepancy_id), RESOLVED)
        booked = _booked_with_provider(fact).get(fact.currency, 0)
        if fact.difference_minor != difference_minor or booked != (difference_minor if fact.account else 0):
            here, differ = money(booked, fact.currency), money(difference_minor, fact.currency)
            raise Broken(f"{here} were booked for a difference of {differ}")

    @when(facts.FeesAccepted)
    def fees_accepted(self, _position: int, fact: facts.FeesAccepted) -> None:
        totals: Sums = defaultdict(int)
        for discrepancy_id in fact.discrepancy_ids:
            totals[self._ever[discrepancy_id]["currency"]] += self._end(discrepancy_id, RESOLVED)
        if {one: total for one, total in totals.items() if total} != _booked_with_provider(fact):
            raise Broken(f"what was booked of the fees of {fact.day} is not what they come to")

    def finish(self) -> None:
        for discrepancy_id, position in self._named.items():
            if discrepancy_id not in self._ever:
                raise Broken(f"a line names discrepancy {discrepancy_id}, which was never found", position)

    def _end(self, discrepancy_id: str, state: str) -> int:
        """Ends it; answers its difference."""
        one = self._ever.get(discrepancy_id)
        if one is None or one["state"] != OPEN:
            raise Broken(f"discrepancy {discrepancy_id} ends as {state}, and was not open")
        one["state"] = state
        return int(one["their_minor"]) - int(one["our_minor"])


def _booked_with_provider(fact: Fact) -> Sums:
    totals: Sums = defaultdict(int)
    for entry in entries_of(fact):
        if entry["account"] == Account.PROVIDER:
            totals[entry["currency"]] += entry["amount_minor"]
    return {currency: total for currency, total in totals.items() if total}
