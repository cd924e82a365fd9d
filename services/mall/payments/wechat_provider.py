"""WeChat Pay as the payment provider: Native orders, refunds, transfers to the balance of a person. Yuan alone.

A code is scanned and paid, or not: nothing is authorised here, no bank takes money back, and no transfer is returned.
A refusal counts once WeChat Pay was asked and knows nothing under that number; one whose meaning is not known here is
``unknown``, so that nothing is ever asked for under a second number.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar
from uuid import UUID

from services.mall.payments import wechat_reading as reading
from services.mall.payments.actions import PaymentAction
from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import (
    PaymentOutcome,
    PaymentRequest,
    ProviderHoldsAnother,
    RefundOutcome,
    RefundRequest,
)
from services.mall.payments.splits import Splits
from services.mall.payments.statements import StatementPage
from services.mall.payments.transfers import TransferOutcome, TransferRequest
from services.mall.payments.wechat_bills import WechatBills
from services.mall.payments.wechat_client import Answer, WechatApi
from services.mall.payments.wechat_split_reading import is_merchant
from services.mall.payments.wechat_splits import WechatSplits

CURRENCY_REFUSED, CANNOT_AUTHORISE, NAME_NEEDED = "currency_not_supported", "cannot_authorise", "over_2000_yuan"
ONLY_BY_SPLIT, METHOD_REFUSED = "only_by_split", "payment_method_not_usable"
METHOD: Final = re.compile(r"[A-Za-z0-9_.:-][A-Za-z0-9_.:@-]{0,39}")
"""The method stands in bills, which quote nothing: buyers write nothing else into them."""
NAME_NEEDED_FROM_MINOR: Final = 200_000
FINAL: Final = ("APPID_MCHID_NOT_MATCH", "INVALID_REQUEST", "MCH_NOT_EXISTS", "NOT_ENOUGH", "NO_AUTH", "PARAM_ERROR",
                "RESOURCE_NOT_EXISTS", "USER_ACCOUNT_ABNORMAL")  # fmt: skip
"""Refusals that say that nothing was booked."""
REPORTS: Final = {
    "1005": [("岗位类型", "社群合伙人"), ("报酬说明", "商品销售结算")],
    "1009": [("采购商品名称", "社群商品")],
}
"""What WeChat Pay wants to be told of a transfer, by the scene that the merchant has been granted."""
_Read = TypeVar("_Read", PaymentOutcome, RefundOutcome, TransferOutcome)


class WechatProvider:
    """The payments of one merchant. With ``splits`` every order is one that may be split, and frozen until then."""

    transfer_most_minor: Mapping[str, int] = MappingProxyType({reading.CURRENCY: NAME_NEEDED_FROM_MINOR - 1})

    def __init__(self, api: WechatApi, bills: WechatBills, splits: WechatSplits | None = None) -> None:
        self._api, self._bills = api, bills
        self.splits: Splits | None = splits

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def request_payment(self, request: PaymentRequest) -> PaymentOutcome:
        """Makes an order, whose code the buyer scans. Raises ProviderHoldsAnother."""
        if request.currency != reading.CURRENCY:
            return PaymentOutcome(request.payment_id, "declined", reason=CURRENCY_REFUSED)
        if not METHOD.fullmatch(request.method):
            return PaymentOutcome(request.payment_id, "declined", reason=METHOD_REFUSED)
        made = self._order(request)
        if made.kind == "told":
            return PaymentOutcome(request.payment_id, "processing")
        outcome = _refused(PaymentOutcome, request.payment_id, made, self.payment, "declined")
        asked = (request.amount_minor, request.currency, request.method)
        _ensure_same(request.payment_id, outcome, (outcome.amount_minor, outcome.currency, outcome.method), asked)
        return outcome

    def authorise(self, request: PaymentRequest) -> PaymentOutcome:
        """Cannot be had here, and says so; the settings refuse it before."""
        return PaymentOutcome(request.payment_id, "declined", reason=CANNOT_AUTHORISE)

    def capture(self, payment_id: UUID, amount_minor: int) -> PaymentOutcome:
        """What is paid here is captured: where the payment stands."""
        del amount_minor
        return self.payment(payment_id)

    def void(self, payment_id: UUID) -> PaymentOutcome:
        """Closes an order that nobody has paid, so that nobody will."""
        closed = self._api.ask(lambda wechat: wechat.close(payment_id.hex))
        if closed.kind == "unknown":
            return PaymentOutcome(payment_id, "unknown", reason=closed.reason)
        return self.payment(payment_id)

    def payment(self, payment_id: UUID, again: bool = False) -> PaymentOutcome:
        """Where the payment stands now."""
        del again
        found = self._api.ask(lambda wechat: wechat.query(out_trade_no=payment_id.hex))
        return _of(PaymentOutcome, reading.payment_read, payment_id, found)

    def action(self, request: PaymentRequest) -> PaymentAction | None:
        """What the buyer scans: asked for again, the same order gives its code again; None once it is paid."""
        if not METHOD.fullmatch(request.method):
            return None
        code = (self._order(request).document or {}).get("code_url")
        return PaymentAction("wechat_code_url", code) if isinstance(code, str) else None

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        """Asks for a refund; what WeChat Pay refuses is ``failed``. Raises ProviderHoldsAnother."""
        payment = self.payment(request.payment_id)
        if payment.status == "unknown":
            return RefundOutcome(request.refund_id, "unknown", reason=payment.reason)
        if payment.status != "captured":
            return RefundOutcome(request.refund_id, "failed", reason="not_captured")
        amount = {"refund": request.amount_minor, "total": payment.amount_minor, "currency": reading.CURRENCY}
        made = self._api.ask(lambda wechat: wechat.refund(
            request.refund_id.hex, amount, out_trade_no=request.payment_id.hex, notify_url=request.callback_url
        ))  # fmt: skip
        if made.kind == "told":
            outcome = _of(RefundOutcome, reading.refund_read, request.refund_id, made)
        else:
            outcome = _refused(
                RefundOutcome, request.refund_id, made, lambda refund_id: self.refund(refund_id, request.payment_id),
                "failed",
            )  # fmt: skip
        _ensure_same(request.refund_id, outcome, (outcome.payment_id, outcome.amount_minor),
                     (request.payment_id, request.amount_minor))  # fmt: skip
        return outcome

    def refund(self, refund_id: UUID, payment_id: UUID) -> RefundOutcome:
        """Where the refund stands now; it must be one of that payment."""
        found = self._api.ask(lambda wechat: wechat.query_refund(refund_id.hex))
        outcome = _of(RefundOutcome, reading.refund_read, refund_id, found)
        if outcome.payment_id not in (None, payment_id):
            return RefundOutcome(refund_id, "unknown", reason="the answer is about another payment")
        return outcome

    def request_transfer(self, request: TransferRequest) -> TransferOutcome:
        """Sends to the balance of a person; what WeChat Pay refuses is ``failed``. Raises ProviderHoldsAnother."""
        if request.currency != reading.CURRENCY:
            return TransferOutcome(request.transfer_id, "failed", reason=CURRENCY_REFUSED)
        if request.amount_minor >= NAME_NEEDED_FROM_MINOR:
            return TransferOutcome(request.transfer_id, "failed", reason=NAME_NEEDED)
        if is_merchant(request.destination):
            return TransferOutcome(request.transfer_id, "failed", reason=ONLY_BY_SPLIT)
        scene = self._api.account.scene
        reports = [{"info_type": kind, "info_content": content} for kind, content in REPORTS[scene]]
        made = self._api.ask(lambda wechat: wechat.mch_transfer_bills(
            request.transfer_id.hex, scene, request.destination.removeprefix(reading.DESTINATION),
            request.amount_minor, "结算", transfer_scene_report_infos=reports, notify_url=request.callback_url,
        ))  # fmt: skip
        if made.kind == "told":
            return self.transfer(request.transfer_id)
        outcome = _refused(TransferOutcome, request.transfer_id, made, self.transfer, "failed")
        _ensure_same(request.transfer_id, outcome, (outcome.destination, outcome.amount_minor, outcome.currency),
                     (request.destination, request.amount_minor, request.currency))  # fmt: skip
        return outcome

    def transfer(self, transfer_id: UUID) -> TransferOutcome:
        """Where the transfer stands now. WeChat Pay remembers one for thirty days."""
        found = self._api.ask(lambda wechat: wechat.mch_transfer_bills_query(out_bill_no=transfer_id.hex))
        return _of(TransferOutcome, reading.transfer_read, transfer_id, found)

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        """There are none: a complaint at WeChat Pay takes no money."""
        return DisputeOutcome(dispute_id, "absent")

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        """There are none."""
        del payment_id
        return []

    def statement(self, day: str, after: str | None = None) -> StatementPage:
        """The whole day, out of the bills of two days in Beijing."""
        del after
        return self._bills.page(day)

    def _order(self, request: PaymentRequest) -> Answer:
        amount = {"total": request.amount_minor, "currency": request.currency}
        return self._api.ask(lambda wechat: wechat.pay(
            f"Agora {request.payment_id.hex[:8]}", request.payment_id.hex, amount, attach=request.method,
            notify_url=request.callback_url, settle_info={"profit_sharing": True} if self.splits else None,
        ))  # fmt: skip


def _of(kind: type[_Read], read: Callable[[Any], _Read], our_id: UUID, found: Answer) -> _Read:
    said: Callable[..., _Read] = kind
    if found.document is None:
        return said(our_id, "absent" if found.kind == "absent" else "unknown", reason=found.reason)
    try:
        return read(found.document)
    except ValueError as wrong:
        return said(our_id, "unknown", reason=f"unreadable answer: {wrong}")


def _refused(kind: type[_Read], our_id: UUID, made: Answer, ask: Callable[[UUID], _Read], word: str) -> _Read:
    """What stands under the number of a request that was refused; nothing does, and it is known why: then it failed."""
    said: Callable[..., _Read] = kind
    if made.kind == "unknown":
        return said(our_id, "unknown", reason=made.reason)
    outcome = ask(our_id)
    if outcome.status != "absent":
        return outcome
    reason = "insufficient_balance" if made.reason == "NOT_ENOUGH" else made.reason.lower()
    return said(our_id, word if made.reason in FINAL else "unknown", reason=reason)


def _ensure_same(our_id: UUID, outcome: Any, told: tuple[Any, ...], asked: tuple[Any, ...]) -> None:
    if outcome.currency and told != asked:
        raise ProviderHoldsAnother(subject_id=str(our_id))
