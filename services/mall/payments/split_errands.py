"""Having back what a split brought, and freeing what nobody gets of a payment.

Both are asked for under ids of their own, again and again until the provider says how it went: that is safe.
"""

from typing import NamedTuple
from uuid import UUID

from services.kernel.flow.due import AskAgain, Decide
from services.kernel.store.recorder import DueRow
from services.mall.domain.payout import APPROVED, AWAITING, SENT, UNCERTAIN, Payout
from services.mall.domain.unfreezing import Unfreezing
from services.mall.payments.asking import NO_ANSWER, WITHOUT_PROVIDER, WITHOUT_PROVIDER_SECONDS, Asking, pause
from services.mall.payments.outcomes import as_code
from services.mall.payments.splits import PullBackRequest, Splits

ON_THEIR_WAY = (AWAITING, APPROVED, SENT, UNCERTAIN)
SPLITS_UNDER_WAY = "splits_under_way"


class _Rest(NamedTuple):
    payment_id: UUID
    payout_ids: list[str]


class SplitErrands(Asking):
    """Without a provider that splits they wait: another one knows nothing of them."""

    def pull_back(self, row: DueRow) -> Decide | AskAgain:
        """Ask for it, or ask again."""
        payout_id, pull_back_id = map(UUID, row.subject.split("/"))
        request = self.service.executor.foresight.seen(Payout, payout_id, lambda one: _request(one, pull_back_id))
        assert request is not None, "a pull-back is due for a payout that is stored"
        if (splits := self._splits()) is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        outcome = splits.pull_back(request)
        if outcome.status == "succeeded":
            return self.decide(lambda mall: mall.confirm_pull_back(payout_id, pull_back_id, outcome.amount_minor))
        if outcome.status == "failed":
            reason = as_code(outcome.reason)
            return self.decide(lambda mall: mall.fail_pull_back(payout_id, pull_back_id, reason))
        return AskAgain(pause(row.tries), NO_ANSWER)

    def unfreeze(self, row: DueRow) -> Decide | AskAgain:
        """Free the rest, once no split of the payment is under way any more."""
        unfreezing_id, seen = UUID(row.subject), self.service.executor.foresight.seen
        rest = seen(Unfreezing, unfreezing_id, lambda one: _Rest(one.payment_id, one.payout_ids))
        assert rest is not None, "what is to be freed is stored"
        if (splits := self._splits()) is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        if any(seen(Payout, UUID(one), lambda payout: payout.status in ON_THEIR_WAY) for one in rest.payout_ids):
            return AskAgain(pause(row.tries), SPLITS_UNDER_WAY)
        outcome = splits.unfreeze(unfreezing_id, rest.payment_id)
        if outcome.status == "unfrozen":
            return self.decide(lambda mall: mall.confirm_unfreezing(unfreezing_id))
        if outcome.status == "failed":
            reason = as_code(outcome.reason)
            return self.decide(lambda mall: mall.fail_unfreezing(unfreezing_id, reason))
        return AskAgain(pause(row.tries), NO_ANSWER)

    def _splits(self) -> Splits | None:
        reach = self.reach()
        return None if reach is None else reach.provider.splits


def _request(payout: Payout, pull_back_id: UUID) -> PullBackRequest:
    assert payout.split is not None, "only what was split is pulled back"
    amount_minor = payout.pull_backs[str(pull_back_id)]["amount_minor"]
    return PullBackRequest(pull_back_id, payout.id, UUID(payout.split["payment_id"]), amount_minor)
