"""Payouts and balances as they stand: what is on its way, what was paid, what came back, what waits for whom."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import payable_facts, payout_facts
from services.mall.domain.payout import (
    APPROVED,
    AWAITING,
    CANCELLED,
    FAILED,
    PAID,
    REJECTED,
    RETURNED,
    SENT,
    UNCERTAIN,
)
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.domain.pull_backs import DEMANDED, DONE, FAILED_BACK

ON_THEIR_WAY = (AWAITING, APPROVED, SENT, UNCERTAIN)
"""The states of payouts that are neither paid nor the party's again."""

metadata = MetaData()
payouts = Table(
    "payouts_v3",
    metadata,
    Column("payout_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("role", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("approvals", BigInteger, nullable=False),
    Column("proposed_as", Text),
    Column("split_order_id", Text),
    Column("pulled_back_minor", BigInteger, nullable=False),
    Column("pull_back_state", Text),
    Column("pull_back_reason", Text),
    Column("requested_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("payouts_v3_of_party", "party_id", "place"),
    Index("payouts_v3_by_state", "state", "place"),
    sqlite_with_rowid=False,
)
payables = Table(
    "payables_v2",
    metadata,
    Column("payable_id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("balance_minor", BigInteger, nullable=False),
    Column("reserved_minor", BigInteger, nullable=False),
    Column("passed_as", Text),
    Column("version", BigInteger, nullable=False),
    Index("payables_v2_of_party", "party_id"),
    sqlite_with_rowid=False,
)
_BEGIN, _OPEN = insert(payouts), insert(payables)
_CHANGE = payouts.update().where(payouts.c.payout_id == bindparam("mine"))
_APPROVE = _CHANGE.values(approvals=payouts.c.approvals + 1)
_PULL_BACK = _CHANGE.values(pulled_back_minor=payouts.c.pulled_back_minor + bindparam("more"))
_BALANCE = payables.update().where(payables.c.payable_id == bindparam("mine"))
_RESERVE = _BALANCE.values(reserved_minor=payables.c.reserved_minor + bindparam("more"))
_STATES: dict[type[Fact], str] = {
    payout_facts.Rejected: REJECTED, payout_facts.Cancelled: CANCELLED, payout_facts.Sent: SENT,
    payout_facts.Uncertain: UNCERTAIN, payout_facts.Paid: PAID, payout_facts.Failed: FAILED,
    payout_facts.Returned: RETURNED,
}  # fmt: skip


class PayoutsView(PagedProjection):
    """One row a payout, one a balance of a party in a currency."""

    name, version, hears, metadata = "payouts", 3, frozenset({"mall"}), metadata

    @when(payout_facts.Requested)
    def requested(self, writes: Writes, fact: payout_facts.Requested, place: Place) -> None:
        at = place.effective_at.isoformat()
        row = {
            "payout_id": str(fact.payout_id), "place": place.position, "role": fact.role,
            "party_id": str(fact.party_id), "amount_minor": fact.amount_minor, "currency": fact.currency,
            "state": AWAITING if fact.needs_approval else APPROVED, "approvals": 0, "requested_at": at,
            "changed_at": at, "split_order_id": None if fact.split is None else fact.split["order_id"],
            "pulled_back_minor": 0, "version": 1,
        }  # fmt: skip
        writes.put(str(fact.payout_id), _BEGIN, row)

    @when(PayoutElsewhere.Recorded)
    def recorded(self, writes: Writes, fact: PayoutElsewhere.Recorded, place: Place) -> None:
        """It was paid before anybody could ask for it here."""
        at = place.effective_at.isoformat()
        row = {
            "payout_id": str(fact.payout_id), "place": place.position, "role": fact.role,
            "party_id": str(fact.party_id), "amount_minor": fact.amount_minor, "currency": fact.currency,
            "state": PAID, "approvals": 0, "requested_at": at, "changed_at": at, "pulled_back_minor": 0, "version": 1,
        }  # fmt: skip
        writes.put(str(fact.payout_id), _BEGIN, row)

    @when(payout_facts.Approved)
    def approved(self, writes: Writes, fact: payout_facts.Approved, place: Place) -> None:
        row = _mine(fact, place) | {"state": APPROVED if fact.is_last else AWAITING}
        writes.put(str(fact.originator_id), _APPROVE, row)

    @when(payout_facts.SettlementProposed)
    def settlement_proposed(self, writes: Writes, fact: payout_facts.SettlementProposed, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_named(fact), "proposed_as": fact.outcome})

    @when(*_STATES)
    def changed(self, writes: Writes, fact: Fact, place: Place) -> None:
        state = next(state for kind, state in _STATES.items() if isinstance(fact, kind))
        row = _mine(fact, place) | {"state": state, "reason": getattr(fact, "reason", None)}
        writes.put(str(fact.originator_id), _CHANGE, row)

    @when(payout_facts.PullBackDemanded)
    def pull_back_demanded(self, writes: Writes, fact: payout_facts.PullBackDemanded, place: Place) -> None:
        row = {**_named(fact), "pull_back_state": DEMANDED, "pull_back_reason": fact.reason}
        writes.put(str(fact.originator_id), _CHANGE, row)

    @when(payout_facts.PulledBack)
    def pulled_back(self, writes: Writes, fact: payout_facts.PulledBack, place: Place) -> None:
        row = {**_named(fact), "pull_back_state": DONE, "pull_back_reason": None, "more": fact.amount_minor}
        writes.put(str(fact.originator_id), _PULL_BACK, row)

    @when(payout_facts.PullBackFailed)
    def pull_back_failed(self, writes: Writes, fact: payout_facts.PullBackFailed, place: Place) -> None:
        row = {**_named(fact), "pull_back_state": FAILED_BACK, "pull_back_reason": fact.reason}
        writes.put(str(fact.originator_id), _CHANGE, row)

    @when(payable_facts.Opened)
    def opened(self, writes: Writes, fact: payable_facts.Opened, place: Place) -> None:
        row = {
            "payable_id": str(fact.originator_id), "role": fact.role, "party_id": str(fact.party_id),
            "currency": fact.currency, "balance_minor": 0, "reserved_minor": 0, "version": 1,
        }  # fmt: skip
        writes.put(str(fact.originator_id), _OPEN, row)

    @when(payable_facts.Credited, payable_facts.Charged, payable_facts.Restored, payable_facts.PulledBack)
    def balanced(self, writes: Writes, fact: Any, place: Place) -> None:
        row = {**_named(fact), "balance_minor": fact.balance_minor}
        writes.put(str(fact.originator_id), _BALANCE, row)

    @when(payable_facts.Drawn)
    def drawn(self, writes: Writes, fact: payable_facts.Drawn, place: Place) -> None:
        row = {**_named(fact), "balance_minor": fact.balance_minor, "passed_as": None}
        writes.put(str(fact.originator_id), _BALANCE, row)

    @when(payable_facts.Reserved, payable_facts.Freed)
    def reserved(self, writes: Writes, fact: payable_facts.Reserved | payable_facts.Freed, place: Place) -> None:
        more = fact.amount_minor if isinstance(fact, payable_facts.Reserved) else -fact.amount_minor
        writes.put(str(fact.originator_id), _RESERVE, {**_named(fact), "more": more})

    @when(payable_facts.Passed)
    def passed(self, writes: Writes, fact: payable_facts.Passed, place: Place) -> None:
        writes.put(str(fact.originator_id), _BALANCE, {**_named(fact), "passed_as": fact.reason})


def _mine(fact: Fact, place: Place) -> dict[str, Any]:
    return {**_named(fact), "changed_at": place.effective_at.isoformat()}


def _named(fact: Fact) -> dict[str, Any]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version}
