"""Paydays: what may be paid out is paid out, or it is known why not, and looked at again on the next one."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.kernel.flow.due import AskAgain, Decide, DecideAbout
from services.kernel.store.recorder import DueRow
from services.kernel.store.unit import Unit
from services.mall.application import Mall
from services.mall.domain.payable import Payable
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import (
    DEFAULT_PAYOUT_TERMS,
    PAYOUT_TERMS_ID,
    PayoutTerms,
    PayoutTermsValues,
    payday_after,
    why_nothing_is_paid,
)
from services.mall.payments.asking import Asking


class _Seen(NamedTuple):
    role: str
    party_id: UUID
    currency: str
    balance_minor: int
    free_minor: int
    passed_as: str | None


class Paydays(Asking):
    """Looks at one balance. Where it was said before why nothing is paid, only the row moves on to the next payday."""

    def look(self, row: DueRow) -> Decide | AskAgain:
        """Pay it out, or pass: a row that is done without either would never come again.

        What is paid is paid now, however long ago it was looked at first.
        """
        if (later := self.withholds(row)) is not None:
            return later
        payable_id, now = UUID(row.subject), self.service.clock.now()
        seen, terms = self._seen(payable_id), self._terms()
        why_not, reach = None if seen is None else self._why_not(seen, terms), self.reach()
        most_minor = None
        if seen is not None and reach is not None:
            most_minor = reach.provider.transfer_most_minor.get(seen.currency)
        if seen is not None and why_not is not None and why_not == seen.passed_as:
            return AskAgain((payday_after(terms["schedule"], now) - now).total_seconds())

        def decide(unit: Unit) -> None:
            with unit.caused_by(replace(unit.context, effective_at=unit.context.recorded_at)):
                Mall(unit, self.service.views).pay_out_on_payday(payable_id, most_minor)

        return DecideAbout(decide, payable_id, _account_of)

    def _why_not(self, seen: _Seen, terms: PayoutTermsValues) -> str | None:
        account = self.service.store.load(PayoutAccount, PayoutAccount.create_id(seen.role, seen.party_id))
        return why_nothing_is_paid(seen.balance_minor, seen.free_minor, terms, account, self.service.clock.now())

    def _seen(self, payable_id: UUID) -> _Seen | None:
        return self.service.executor.foresight.seen(
            Payable, payable_id,
            lambda one: _Seen(
                one.role, one.party_id, one.currency, one.balance_minor, one.free_minor, one.passed_as
            ),
        )  # fmt: skip

    def _terms(self) -> PayoutTermsValues:
        terms = self.service.executor.foresight.seen(PayoutTerms, PAYOUT_TERMS_ID, lambda found: found.values)
        return terms or DEFAULT_PAYOUT_TERMS


def _account_of(root: AggregateRoot) -> Iterable[UUID]:
    return [PAYOUT_TERMS_ID, PayoutAccount.create_id(root.role, root.party_id)] if isinstance(root, Payable) else ()
