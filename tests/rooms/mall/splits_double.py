"""A provider that splits, within the process: what it has split, what came back, and what is to go wrong next."""

from collections import deque
from typing import Any
from uuid import UUID

from services.mall.payments.splits import (
    LeftToSplit,
    PullBackOutcome,
    PullBackRequest,
    SplitLimits,
    SplitRequest,
    UnfreezeOutcome,
)
from services.mall.payments.transfers import TransferOutcome

LIMITS = SplitLimits("EUR", 3_000, 60, 30, 50, 50, 180, ("merchant",))


class SplitsDouble:
    """``faults`` holds what goes wrong with the next requests: "lost" (booked, no answer), "dropped" (not booked, no
    answer), "" for nothing, any other word is why it is refused. ``pending`` has splits stand until ``end`` is called.
    """

    def __init__(self) -> None:
        self.limits = LIMITS
        self.faults: deque[str] = deque()
        self.requests: list[UUID] = []
        self.splits: dict[UUID, dict[str, Any]] = {}
        self.pull_backs: dict[UUID, PullBackRequest] = {}
        self.unfrozen: list[UUID] = []
        self.pending = False

    def left(self, payment_id: UUID) -> LeftToSplit:
        return LeftToSplit(None)

    def split(self, request: SplitRequest) -> TransferOutcome:
        fault = self._fault(request.split_id)
        if fault == "dropped":
            return TransferOutcome(request.split_id, "unknown", reason="no answer: ConnectError")
        if fault not in ("", "lost") and request.split_id not in self.splits:
            return TransferOutcome(request.split_id, "failed", reason=fault)
        told = {"destination": request.destination, "amount_minor": request.amount_minor, "currency": "EUR"}
        status = "pending" if self.pending else "paid"
        self.splits.setdefault(request.split_id, told | {"status": status, "request": request, "reason": ""})
        if fault == "lost":
            return TransferOutcome(request.split_id, "unknown", reason="no answer: ReadTimeout")
        return self.outcome(request.split_id, request.payment_id)

    def outcome(self, split_id: UUID, payment_id: UUID) -> TransferOutcome:
        known = self.splits.get(split_id)
        if known is None:
            return TransferOutcome(split_id, "absent")
        return TransferOutcome(split_id, **{name: known[name] for name in known if name != "request"})

    def end(self, split_id: UUID, status: str = "paid", reason: str = "") -> None:
        self.splits[split_id].update(status=status, reason=reason)

    def unfreeze(self, unfreeze_id: UUID, payment_id: UUID) -> UnfreezeOutcome:
        fault = self._fault(unfreeze_id)
        if fault == "dropped":
            return UnfreezeOutcome("unknown")
        if fault not in ("", "lost"):
            return UnfreezeOutcome("failed", fault)
        if payment_id not in self.unfrozen:
            self.unfrozen.append(payment_id)
        return UnfreezeOutcome("unknown" if fault == "lost" else "unfrozen")

    def pull_back(self, request: PullBackRequest) -> PullBackOutcome:
        fault = self._fault(request.pull_back_id)
        if fault == "dropped":
            return PullBackOutcome(request.pull_back_id, "unknown")
        if not self.splits[request.split_id]["destination"].startswith("acct_mch_"):
            return PullBackOutcome(request.pull_back_id, "failed", reason="receiver_is_a_person")
        if fault not in ("", "lost") and request.pull_back_id not in self.pull_backs:
            return PullBackOutcome(request.pull_back_id, "failed", reason=fault)
        self.pull_backs.setdefault(request.pull_back_id, request)
        status = PullBackOutcome(request.pull_back_id, "succeeded", request.amount_minor)
        return PullBackOutcome(request.pull_back_id, "unknown") if fault == "lost" else status

    def pulled_back(self, pull_back_id: UUID, split_id: UUID) -> PullBackOutcome:
        known = self.pull_backs.get(pull_back_id)
        if known is None:
            return PullBackOutcome(pull_back_id, "absent")
        return PullBackOutcome(pull_back_id, "succeeded", known.amount_minor)

    @property
    def gone_minor(self) -> int:
        """What has left by splits, and did not come back."""
        gone = sum(one["amount_minor"] for one in self.splits.values() if one["status"] == "paid")
        return gone - sum(one.amount_minor for one in self.pull_backs.values())

    def _fault(self, asked_id: UUID) -> str:
        self.requests.append(asked_id)
        return self.faults.popleft() if self.faults else ""
