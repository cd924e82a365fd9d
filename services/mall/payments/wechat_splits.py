"""Profit sharing (分账) of WeChat Pay: parts of an order that was paid for that go to merchants and to persons.

The platform's own limits (the share, the days, whom it can pull back from) are looked at here before WeChat Pay is
asked, so that a reason says which one it was; what is asked under a number that WeChat Pay knows counts all the same.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from services.mall.payments import wechat_split_reading as reading
from services.mall.payments.port import ProviderHoldsAnother
from services.mall.payments.splits import (
    LeftToSplit,
    PullBackOutcome,
    PullBackRequest,
    SplitLimits,
    SplitRequest,
    UnfreezeOutcome,
)
from services.mall.payments.transfers import TransferOutcome
from services.mall.payments.wechat_client import Answer, WechatApi
from services.mall.payments.wechat_reading import CURRENCY

MOST_BPS: Final = 3_000
"""What WeChat Pay lets go to others unless it has granted more."""
TOO_LATE, OVER_SHARE, NOT_CAPTURED, JUST_PAID = "too_late_to_split", "over_share", "not_captured", "just_paid"
UNKNOWN: Final = ""
"""Why something is refused, where nobody knows: it is asked again."""
NOTHING_FROZEN = "nothing_left_to_split"
A_PERSON, TOO_LATE_BACK, NOT_THERE = "receiver_is_a_person", "too_late_to_pull_back", "receiver_has_too_little"
NOT_SPLIT: Final = "not_split"
RELATION: Final = "PARTNER"
REFUSED: Final = ("APPID_MCHID_NOT_MATCH", "INVALID_REQUEST", "NOT_ENOUGH", "NO_AUTH", "PARAM_ERROR",
                  "RESOURCE_NOT_EXISTS", "RULE_LIMIT")  # fmt: skip
"""Refusals that say that nothing was booked."""


class WechatSplits:
    """The splits of one merchant. ``most_bps`` is what WeChat Pay has granted it; the other limits are published."""

    def __init__(
        self, api: WechatApi, most_bps: int = MOST_BPS, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._api, self._now = api, now
        self.limits = SplitLimits(
            currency=CURRENCY, most_bps=most_bps, least_seconds=60, days_to_split=30, most_splits=50,
            most_receivers=50, days_to_pull_back=180, pulls_back_from=("merchant",),
        )  # fmt: skip

    def left(self, payment_id: UUID) -> LeftToSplit:
        """What is frozen of the order."""
        order = self._order(payment_id)
        if not isinstance(order, reading.Order):
            return LeftToSplit(None, order)
        found = self._api.ask(lambda wechat: wechat.profitsharing_amount_query(order.number))
        amount_minor = (found.document or {}).get("unsplit_amount")
        if type(amount_minor) is int:
            return LeftToSplit(amount_minor)
        return LeftToSplit(0 if found.kind in ("refused", "absent") else None, found.reason.lower())

    def split(self, request: SplitRequest) -> TransferOutcome:
        """Asks for it. A person is made a receiver before; merchants are, by hand, in WeChat Pay's own pages."""
        order = self._order(request.payment_id)
        if not isinstance(order, reading.Order):
            return self._split_refused(request, order)
        if self._now() < order.paid_at + timedelta(seconds=self.limits.least_seconds):
            return TransferOutcome(request.split_id, "unknown", reason=JUST_PAID)
        if (why_not := self._why_not(order, request)) is not None:
            return self._split_refused(request, why_not)
        kind, account = reading.receiver_of(request.destination)
        if kind == reading.PERSON:
            added = self._api.ask(lambda wechat: wechat.profitsharing_add_receiver(kind, account, RELATION))
            if added.kind != "told":
                return self._split_refused(request, _why(added))
        receiver = {"type": kind, "account": account, "amount": request.amount_minor, "description": "结算"}
        made = self._api.ask(lambda wechat: wechat.profitsharing_order(
            order.number, request.split_id.hex, [receiver], unfreeze_unsplit=False
        ))  # fmt: skip
        if made.kind != "told":
            return self._split_refused(request, _why(made))
        return _ensured(request, _split(request.split_id, made))

    def outcome(self, split_id: UUID, payment_id: UUID) -> TransferOutcome:
        """Where it stands now; PROCESSING may take days."""
        order = self._order(payment_id)
        if not isinstance(order, reading.Order):
            return TransferOutcome(split_id, "absent" if order == NOT_CAPTURED else "unknown", reason=order)
        return _split(split_id, self._asked(split_id, order))

    def unfreeze(self, unfreeze_id: UUID, payment_id: UUID) -> UnfreezeOutcome:
        """Frees the rest of the order; that nothing is left to be freed is just as well."""
        order = self._order(payment_id)
        if not isinstance(order, reading.Order):
            return UnfreezeOutcome("failed" if order == NOT_CAPTURED else "unknown", order)
        made = self._api.ask(lambda wechat: wechat.profitsharing_unfreeze(order.number, unfreeze_id.hex, "解冻"))
        if made.kind == "told":
            is_done = (made.document or {}).get("state") == "FINISHED"
            return UnfreezeOutcome("unfrozen" if is_done else "processing")
        if made.kind == "refused" and made.reason == "NOT_ENOUGH":
            return UnfreezeOutcome("unfrozen", NOTHING_FROZEN)
        return UnfreezeOutcome("failed" if made.reason in REFUSED else "unknown", made.reason.lower())

    def pull_back(self, request: PullBackRequest) -> PullBackOutcome:
        """Asks for it, of a merchant alone, who has agreed to that in WeChat Pay's own pages."""
        order = self._order(request.payment_id)
        if not isinstance(order, reading.Order):
            return self._back_refused(request, order)
        found = self._asked(request.split_id, order)
        if found.document is None:
            return self._back_refused(request, UNKNOWN if found.kind == "unknown" else NOT_SPLIT)
        try:
            kind, account, finished_at = reading.received(found.document)
        except ValueError:
            return self._back_refused(request, UNKNOWN)
        if kind == reading.PERSON:
            return self._back_refused(request, A_PERSON)
        if self._is_over(finished_at, self.limits.days_to_pull_back):
            return self._back_refused(request, TOO_LATE_BACK)
        made = self._api.ask(lambda wechat: wechat.profitsharing_return(
            request.pull_back_id.hex, account, request.amount_minor, "退款", out_order_no=request.split_id.hex
        ))  # fmt: skip
        if made.kind != "told":
            why = NOT_THERE if made.reason == "NOT_ENOUGH" else _why(made)
            return self._back_refused(request, why)
        return _ensured_back(request, _back(request.pull_back_id, made))

    def pulled_back(self, pull_back_id: UUID, split_id: UUID) -> PullBackOutcome:
        """Where it stands now; what takes five days has failed."""
        number, split = pull_back_id.hex, split_id.hex
        return _back(pull_back_id, self._api.ask(lambda wechat: wechat.profitsharing_return_query(split, number)))

    def _asked(self, split_id: UUID, order: reading.Order) -> Answer:
        return self._api.ask(lambda wechat: wechat.profitsharing_order_query(order.number, split_id.hex))

    def _order(self, payment_id: UUID) -> reading.Order | str:
        """The order as it was paid; ``NOT_CAPTURED``, or ``UNKNOWN``."""
        found = self._api.ask(lambda wechat: wechat.query(out_trade_no=payment_id.hex))
        if found.kind == "absent":
            return NOT_CAPTURED
        try:
            return UNKNOWN if found.document is None else reading.order_read(found.document) or NOT_CAPTURED
        except ValueError:
            return UNKNOWN

    def _why_not(self, order: reading.Order, request: SplitRequest) -> str | None:
        """Which limit is in the way."""
        if self._is_over(order.paid_at, self.limits.days_to_split):
            return TOO_LATE
        most_minor = self.limits.most_minor(min(order.amount_minor, request.of_minor))
        return OVER_SHARE if request.before_minor + request.amount_minor > most_minor else None

    def _is_over(self, since: datetime, days: int) -> bool:
        """The guard of the days; tests switch it off to see that they need it."""
        return self._now() >= since + timedelta(days=days)

    def _split_refused(self, request: SplitRequest, why: str) -> TransferOutcome:
        """What stands under the number of a refused split; where nothing does, and it is known why, it failed."""
        outcome = self.outcome(request.split_id, request.payment_id)
        if outcome.status != "absent":
            return _ensured(request, outcome)
        return TransferOutcome(request.split_id, "failed" if why else "unknown", reason=why)

    def _back_refused(self, request: PullBackRequest, why: str) -> PullBackOutcome:
        """The same of a pull-back."""
        outcome = self.pulled_back(request.pull_back_id, request.split_id)
        if outcome.status != "absent":
            return _ensured_back(request, outcome)
        return PullBackOutcome(request.pull_back_id, "failed" if why else "unknown", reason=why)


def _why(made: Answer) -> str:
    """Why it is refused for good; ``UNKNOWN`` when it may not be."""
    if made.kind != "refused" or made.reason not in REFUSED:
        return UNKNOWN
    return NOTHING_FROZEN if made.reason == "NOT_ENOUGH" else made.reason.lower()


def _split(split_id: UUID, found: Answer) -> TransferOutcome:
    if found.document is None:
        return TransferOutcome(split_id, "absent" if found.kind == "absent" else "unknown", reason=found.reason)
    try:
        return reading.split_read(found.document)
    except ValueError as wrong:
        return TransferOutcome(split_id, "unknown", reason=f"unreadable answer: {wrong}")


def _back(pull_back_id: UUID, found: Answer) -> PullBackOutcome:
    if found.document is None:
        return PullBackOutcome(pull_back_id, "absent" if found.kind == "absent" else "unknown", reason=found.reason)
    try:
        return reading.pull_back_read(found.document)
    except ValueError as wrong:
        return PullBackOutcome(pull_back_id, "unknown", reason=f"unreadable answer: {wrong}")


def _ensured(request: SplitRequest, outcome: TransferOutcome) -> TransferOutcome:
    told = (outcome.destination, outcome.amount_minor)
    if outcome.currency and told != (request.destination, request.amount_minor):
        raise ProviderHoldsAnother(subject_id=str(request.split_id))
    return outcome


def _ensured_back(request: PullBackRequest, outcome: PullBackOutcome) -> PullBackOutcome:
    if outcome.amount_minor not in (0, request.amount_minor):
        raise ProviderHoldsAnother(subject_id=str(request.pull_back_id))
    return outcome
