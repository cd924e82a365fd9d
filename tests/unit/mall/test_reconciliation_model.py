"""Days in which anything goes wrong, is stated anew, is resolved: open is what is stated less what is booked."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from services.kernel.domain import acting
from services.kernel.store.invariants import Invariant
from services.mall.domain.reconciling import Booking, open_by_currency
from services.mall.domain.statement import StatementLine
from services.mall.invariants.reconciliations import DiscrepanciesEndOnce, StatementsAreExplained
from tests.support.forging import judged
from tests.support.scenario import context

from .reconciling_breaches import reconciling_breaches
from .statements import Compared, a_line, a_statement, day_number

SUBJECTS = st.integers(1, 6)
KINDS = st.sampled_from(["payment", "payment", "refund", "fee", "other"])
LINES = st.lists(st.tuples(SUBJECTS, KINDS, st.integers(-3, 3), st.integers(0, 2)), max_size=4)
BOOKINGS = st.lists(st.tuples(SUBJECTS, st.integers(-3, 3).filter(bool)), max_size=3)
PHASES = (Phase.explicit, Phase.generate)  # to shrink a history of days takes minutes
ACCOUNTS = st.sampled_from([None, "suspense_reconciliation", "processing_fees"])


class Days(RuleBasedStateMachine):
    """Few subjects and small amounts, so that sides meet often and often meet wrongly."""

    @initialize()
    def begin(self) -> None:
        """Nothing is compared yet."""

    def __init__(self) -> None:
        super().__init__()
        with acting(context()):
            self.compared = Compared()
        self.told: list[list[StatementLine]] = []
        self.booked = 0
        self.position = 0

    @rule(lines=LINES, bookings=BOOKINGS)
    def next_day(self, lines: list[tuple[int, str, int, int]], bookings: list[tuple[int, int]]) -> None:
        day, made = day_number(len(self.told)), self._lines(len(self.told), lines)
        self.told.append(made)
        taken = [self._booking(day, *one) for one in bookings]
        with acting(context()):
            self.compared.take(a_statement(*made, day=day), *taken)

    @precondition(lambda self: bool(self.told))
    @rule(pick=st.integers(0, 99), lines=LINES, keep=st.integers(0, 4))
    def state_anew(self, pick: int, lines: list[tuple[int, str, int, int]], keep: int) -> None:
        number = pick % len(self.told)
        kept = {line.line_id: line for line in self.told[number][:keep]}
        kept |= {line.line_id: line for line in self._lines(number, lines)}
        if list(kept.values()) != self.told[number]:
            self.told[number] = list(kept.values())
            with acting(context()):
                self.compared.take(a_statement(*self.told[number], day=day_number(number)))

    @precondition(lambda self: bool(self.compared.open))
    @rule(pick=st.integers(0, 99), account=ACCOUNTS)
    def resolve(self, pick: int, account: str | None) -> None:
        one = self.compared.open[pick % len(self.compared.open)]
        difference = one["their_minor"] - one["our_minor"]
        with acting(context()):
            self.compared.books.resolve(UUID(one["discrepancy_id"]), "looked_at", account)
        self.booked += difference if account else 0

    @invariant()
    def open_is_what_is_stated_less_what_is_booked(self) -> None:
        books = self.compared.books
        stated, booked = books.stated.get("EUR", 0), books.booked.get("EUR", 0)
        assert open_by_currency(books.discrepancies.values()).get("EUR", 0) == stated - booked
        assert booked == self.booked

    @invariant()
    def what_is_kept_of_each_day_is_what_was_told_of_it(self) -> None:
        for number, lines in enumerate(self.told):
            kept = self.compared.days[day_number(number)].lines
            assert {line.line_id for line in a_statement(*lines).lines} == kept.keys()

    def _lines(self, number: int, lines: list[tuple[int, str, int, int]]) -> list[StatementLine]:
        made = [
            a_line(line_id=f"l{index}", subject_id=UUID(int=subject), kind=kind, amount_minor=amount, fee_minor=fee)
            for index, (subject, kind, amount, fee) in enumerate(lines)
        ]
        return [replace(line, subject_id=None) if line.kind == "fee" else line for line in made]

    def _booking(self, day: str, subject: int, amount_minor: int) -> Booking:
        self.position += 1
        self.booked += amount_minor
        return Booking(self.position, "payment", str(UUID(int=subject)), amount_minor, "EUR", day)


def test_what_is_open_explains_the_difference_to_the_cent() -> None:
    run(Days, settings=settings(max_examples=60, stateful_step_count=20, deadline=None, phases=PHASES))


def test_a_resolution_without_the_guard_books_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with acting(context()):
        compared = Compared()
        compared.take(a_statement(a_line()))
        one = UUID(compared.only()["discrepancy_id"])
        monkeypatch.setattr(type(compared.books), "_is_open", staticmethod(lambda _one: True))
        for _ in range(2):
            compared.books.resolve(one, "looked_at", "suspense_reconciliation")
    assert compared.books.booked == {"EUR": 24_000}


@pytest.mark.parametrize("invariant", [StatementsAreExplained, DiscrepanciesEndOnce])
def test_the_audit_finds_what_should_not_be(invariant: type[Invariant]) -> None:
    mine = [(said, facts) for name, said, facts in reconciling_breaches() if name == invariant.name]
    broken = [(said, judged(invariant(), facts)) for said, facts in mine]
    assert broken
    assert [said for said, found in broken if said not in (found or "")] == []
