"""How the books stand against the provider: days, lines in every version, discrepancies and what became of them."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import reconciliation_facts as facts
from services.mall.domain.provider_day import ProviderDay
from services.mall.domain.reconciling import OPEN, RESOLVED

metadata = MetaData()
versions = Table(
    "statement_versions_v1",
    metadata,
    Column("day", Text, primary_key=True),
    Column("statement_version", BigInteger, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("imported_at", Text, nullable=False),
    sqlite_with_rowid=False,
)
compared = Table(
    "compared_days_v1",
    metadata,
    Column("day", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("statement_version", BigInteger, nullable=False),
    Column("told_minor", BigInteger, nullable=False),
    Column("stated_minor", BigInteger, nullable=False),
    Column("booked_minor", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
lines = Table(
    "statement_lines_v1",
    metadata,
    Column("day", Text, primary_key=True),
    Column("line_id", Text, primary_key=True),
    Column("statement_version", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Text),
    Column("amount_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("happened_at", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("booked_at_position", BigInteger),
    Column("discrepancy_id", Text),
    Column("withdrawn_in", BigInteger),
    Index("statement_lines_v1_of_subject", "subject_id"),
    sqlite_with_rowid=False,
)
discrepancies = Table(
    "discrepancies_v1",
    metadata,
    Column("discrepancy_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("day", Text),
    Column("line_id", Text),
    Column("booked_at_position", BigInteger),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text),
    Column("their_minor", BigInteger, nullable=False),
    Column("our_minor", BigInteger, nullable=False),
    Column("difference_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Index("discrepancies_v1_open", "state", "since", "discrepancy_id"),
    sqlite_with_rowid=False,
)
steps = Table(
    "discrepancy_steps_v1",
    metadata,
    Column("discrepancy_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("became", Text, nullable=False),
    Column("day", Text),
    Column("settled_by", BigInteger),
    Column("into_id", Text),
    Column("reason", Text),
    Column("account", Text),
    Column("actor_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_with_rowid=False,
)
_IMPORT, _STATE, _STEP = insert(versions), insert(lines), insert(steps)
_WITHDRAW = (
    lines.update()
    .where(
        lines.c.day == bindparam("of_day"), lines.c.line_id == bindparam("of_line"), lines.c.withdrawn_in.is_(None),
        lines.c.statement_version < bindparam("before"),
    )
)  # fmt: skip
_finding = insert(discrepancies)
_FIND = _finding.on_conflict_do_update(
    index_elements=["discrepancy_id"],
    set_={one.name: _finding.excluded[one.name] for one in discrepancies.c if not one.primary_key},
)
_BECOME = discrepancies.update().where(discrepancies.c.discrepancy_id == bindparam("mine"))
_comparing = insert(compared)
_COMPARE = _comparing.on_conflict_do_update(
    index_elements=["day", "currency"],
    set_={one.name: _comparing.excluded[one.name] for one in compared.c if not one.primary_key},
)


class ReconciliationsView(PagedProjection):
    """One row a version of a day, a line of it, a currency of a day, a discrepancy, and a step of one."""

    name, hears, metadata = "reconciliations", frozenset({"mall"}), metadata

    @when(ProviderDay.Imported)
    def imported(self, writes: Writes, fact: ProviderDay.Imported, place: Place) -> None:
        _begin_version(writes, fact, 1, place)

    @when(ProviderDay.ImportedAnew)
    def imported_anew(self, writes: Writes, fact: ProviderDay.ImportedAnew, place: Place) -> None:
        _begin_version(writes, fact, fact.statement_version, place)

    @when(ProviderDay.LinesStated)
    def lines_stated(self, writes: Writes, fact: ProviderDay.LinesStated, place: Place) -> None:
        for line in fact.lines:
            told = {name: line[name] for name in line if name not in ("version", "position")}
            row = {"day": fact.day, "statement_version": line["version"], "booked_at_position": line["position"]}
            writes.put(f"line {fact.day} {line['line_id']}", _STATE, {**told, **row})

    @when(ProviderDay.LinesWithdrawn)
    def lines_withdrawn(self, writes: Writes, fact: ProviderDay.LinesWithdrawn, place: Place) -> None:
        for line_id in fact.line_ids:
            named = {"of_day": fact.day, "of_line": line_id, "before": fact.statement_version}
            written = {"withdrawn_in": fact.statement_version}
            writes.put(f"line {fact.day} {line_id}", _WITHDRAW, named | written)

    @when(facts.DiscrepanciesFound)
    def found(self, writes: Writes, fact: facts.DiscrepanciesFound, place: Place) -> None:
        for one in fact.discrepancies:
            told = {name: value for name, value in one.items() if name != "position"}
            difference = {"difference_minor": one["their_minor"] - one["our_minor"], "state": OPEN}
            row = {**told, **difference, "booked_at_position": one["position"]}
            writes.put(f"discrepancy {one['discrepancy_id']}", _FIND, row)
            _step(writes, fact, place, one["discrepancy_id"], OPEN, day=fact.day)

    @when(facts.DiscrepanciesClosed)
    def closed(self, writes: Writes, fact: facts.DiscrepanciesClosed, place: Place) -> None:
        for one in fact.closed:
            _become(writes, one["discrepancy_id"], one["state"])
            told = {"day": fact.day, "settled_by": one["settled_by"], "into_id": one["into"]}
            _step(writes, fact, place, one["discrepancy_id"], one["state"], **told)

    @when(facts.DayCompared)
    def compared(self, writes: Writes, fact: facts.DayCompared, place: Place) -> None:
        for currency in sorted({*fact.told, *fact.stated, *fact.booked}):
            row = {
                "day": fact.day, "currency": currency, "statement_version": fact.statement_version,
                "told_minor": fact.told.get(currency, 0), "stated_minor": fact.stated.get(currency, 0),
                "booked_minor": fact.booked.get(currency, 0),
            }  # fmt: skip
            writes.put(f"compared {fact.day} {currency}", _COMPARE, row)

    @when(facts.DiscrepancyResolved)
    def resolved(self, writes: Writes, fact: facts.DiscrepancyResolved, place: Place) -> None:
        _become(writes, str(fact.discrepancy_id), RESOLVED)
        how = {"reason": fact.reason, "account": fact.account}
        _step(writes, fact, place, str(fact.discrepancy_id), RESOLVED, **how)

    @when(facts.FeesAccepted)
    def fees_accepted(self, writes: Writes, fact: facts.FeesAccepted, place: Place) -> None:
        for discrepancy_id in fact.discrepancy_ids:
            _become(writes, discrepancy_id, RESOLVED)
            _step(writes, fact, place, discrepancy_id, RESOLVED, account="processing_fees")


def _begin_version(
    writes: Writes, fact: ProviderDay.Imported | ProviderDay.ImportedAnew, number: int, place: Place
) -> None:
    row = {
        "day": fact.day, "statement_version": number, "digest": fact.digest, "count": fact.count,
        "imported_at": place.recorded_at.isoformat(),
    }  # fmt: skip
    writes.begin(_IMPORT, row)


def _become(writes: Writes, discrepancy_id: str, state: str) -> None:
    writes.put(f"discrepancy {discrepancy_id}", _BECOME, {"mine": discrepancy_id, "state": state})


def _step(writes: Writes, fact: Fact, place: Place, discrepancy_id: str, became: str, **told: Any) -> None:
    row = {
        "discrepancy_id": discrepancy_id, "position": place.position, "became": became, "day": None,
        "settled_by": None, "into_id": None, "reason": None, "account": None, "actor_id": str(fact.actor_id),
        "at": place.effective_at.isoformat(),
    }  # fmt: skip
    writes.begin(_STEP, row | told)
