"""Asking for the transfer of a payout, and asking what became of it.

That the bank returns one later is not asked for: the provider calls back, and calls again until it is heard.
"""

from typing import NamedTuple
from uuid import UUID

from services.kernel.flow.due import AskAgain, Decide
from services.kernel.store.recorder import DueRow
from services.mall.domain.payout import Payout
from services.mall.payments.asking import NO_ANSWER, WITHOUT_PROVIDER, WITHOUT_PROVIDER_SECONDS, Asking, Reach, pause
from services.mall.payments.outcomes import as_code, is_final, tell
from services.mall.payments.transfers import TransferOutcome, TransferRequest

DESTINATION_FORGOTTEN = "destination_forgotten"


class _Transfer(NamedTuple):
    payout_id: UUID
    destination: str
    amount_minor: int
    currency: str


class TransferErrands(Asking):
    """Each transfer is requested under the id of its payout, which cannot be taken back from before that on."""

    def send(self, row: DueRow) -> Decide | AskAgain:
        """It is noted first that the provider is asked: from then on nobody can give it up. Without one it waits."""
        if (later := self.withholds(row)) is not None:
            return later
        if self.reach() is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        return self.decide(lambda mall: mall.send_payout(UUID(row.subject)))

    def request(self, row: DueRow) -> Decide | AskAgain:
        """Request it. A lost answer is doubt, no outcome."""
        if (later := self.withholds(row)) is not None:
            return later
        transfer, reach = self._transfer(row), self.reach()
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        if not transfer.destination:
            return self.nothing()
        outcome = _request(reach, transfer)
        if outcome.status == "unknown":
            return self.decide(lambda mall: mall.doubt_payout(transfer.payout_id, as_code(outcome.reason)))
        return self._told(outcome) if is_final(outcome) else self.nothing()

    def ask(self, row: DueRow) -> Decide | AskAgain:
        """Ask what became of it; one that the provider never heard of is requested again, under the same id.

        Of somebody who was forgotten meanwhile nobody knows any more where it should go: then it fails.
        """
        transfer, reach = self._transfer(row), self.reach()
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        outcome = reach.provider.transfer(transfer.payout_id)
        if outcome.status == "absent" and not transfer.destination:
            return self.decide(lambda mall: mall.fail_payout(transfer.payout_id, DESTINATION_FORGOTTEN))
        if outcome.status == "absent" and (later := self.withholds(row)) is not None:
            return later
        if outcome.status == "absent":
            outcome = _request(reach, transfer)
        return self._told(outcome) if is_final(outcome) else AskAgain(pause(row.tries), NO_ANSWER)

    def _told(self, outcome: TransferOutcome) -> Decide:
        return self.decide(lambda mall: tell(mall, outcome))

    def _transfer(self, row: DueRow) -> _Transfer:
        transfer = self.service.executor.foresight.seen(Payout, UUID(row.subject), _transfer_of)
        assert transfer is not None, "a transfer is due for a payout that is stored"
        return transfer


def _transfer_of(payout: Payout) -> _Transfer:
    return _Transfer(payout.id, str(payout.destination), payout.amount_minor, payout.currency)


def _request(reach: Reach, transfer: _Transfer) -> TransferOutcome:
    return reach.provider.request_transfer(
        TransferRequest(
            transfer.payout_id, transfer.destination, transfer.amount_minor, transfer.currency, reach.callback_url
        )
    )
