"""Asking for the transfer of a payout, and asking what became of it.

That the bank returns one later is not asked for: the provider calls back, and calls again until it is heard.
"""

from typing import Any, NamedTuple
from uuid import UUID

from services.kernel.flow.due import AskAgain, Decide
from services.kernel.store.recorder import DueRow
from services.mall.domain.payout import UNCERTAIN, Payout
from services.mall.payments.asking import NO_ANSWER, WITHOUT_PROVIDER, WITHOUT_PROVIDER_SECONDS, Asking, Reach, pause
from services.mall.payments.outcomes import as_code, is_final, tell
from services.mall.payments.splits import SplitRequest
from services.mall.payments.transfers import TransferOutcome, TransferRequest

DESTINATION_FORGOTTEN = "destination_forgotten"
NO_SPLITS = "no_splits"


class _Transfer(NamedTuple):
    payout_id: UUID
    destination: str
    amount_minor: int
    currency: str
    split: dict[str, Any] | None
    is_doubted: bool


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
        """Ask what became of it; one that the provider never heard of is requested again, under the same id: once it is
        known that the request was made and its answer lost. Until then that is still to be done, perhaps at this
        moment, and what is refused there must not be granted here.

        Of somebody who was forgotten meanwhile nobody knows any more where it should go: then it fails.
        """
        transfer, reach = self._transfer(row), self.reach()
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        outcome = _found(reach, transfer)
        if outcome.status == "absent" and not transfer.destination:
            return self.decide(lambda mall: mall.fail_payout(transfer.payout_id, DESTINATION_FORGOTTEN))
        if outcome.status == "absent" and not transfer.is_doubted:
            return AskAgain(pause(row.tries), NO_ANSWER)
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
    is_doubted = payout.status == UNCERTAIN
    return _Transfer(
        payout.id, str(payout.destination), payout.amount_minor, payout.currency, payout.split, is_doubted
    )  # fmt: skip


def _found(reach: Reach, transfer: _Transfer) -> TransferOutcome:
    """What became of it; where the provider does not split any more, nobody knows that of a split."""
    if transfer.split is None:
        return reach.provider.transfer(transfer.payout_id)
    if reach.provider.splits is None:
        return TransferOutcome(transfer.payout_id, "unknown", reason=NO_SPLITS)
    return reach.provider.splits.outcome(transfer.payout_id, UUID(transfer.split["payment_id"]))


def _request(reach: Reach, transfer: _Transfer) -> TransferOutcome:
    if transfer.split is not None:
        return _split(reach, transfer, transfer.split)
    return reach.provider.request_transfer(
        TransferRequest(
            transfer.payout_id, transfer.destination, transfer.amount_minor, transfer.currency, reach.callback_url
        )
    )


def _split(reach: Reach, transfer: _Transfer, split: dict[str, Any]) -> TransferOutcome:
    if reach.provider.splits is None:
        return TransferOutcome(transfer.payout_id, "unknown", reason=NO_SPLITS)
    return reach.provider.splits.split(
        SplitRequest(
            transfer.payout_id, UUID(split["payment_id"]), transfer.destination, transfer.amount_minor,
            split["of_minor"], split["before_minor"],
        )
    )  # fmt: skip
