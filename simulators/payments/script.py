"""How the provider behaves: by the method of a payment, and by faults that were asked for.

How it behaves about transfers stands in ``destinations``.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["payment", "refund", "transfer"]
Settled = Literal["captured", "declined", "succeeded", "paid", "failed"]
LONGEST_WAIT_SECONDS = 3600.0


@dataclass(frozen=True)
class Behaviour:
    """What becomes of a payment by one method, and of its refunds; or of a transfer to one destination.

    ``callbacks`` is how often the provider calls back: 0 means that it must be asked.
    ``early``: the callback arrives before the answer. ``instant``: the answer itself is already final.
    ``dispute``: the bank of the buyer disputes it ``delay_seconds`` after it was captured, and that ends so after as
    long again.
    ``lost``: booked, and the connection closes without the first answer. ``fee_minor`` is what the provider keeps
    of what it captures. ``returned_after_seconds``: so long after it was paid and told, the bank returns a transfer, or
    a refund; ``overtaken``: the return is told before the payment is.
    """

    payment: Settled = "captured"
    refund: Settled = "succeeded"
    transfer: Settled = "paid"
    reason: str = ""
    delay_seconds: float = 0.0
    callbacks: int = 1
    early: bool = False
    instant: bool = False
    dispute: Literal["won", "lost"] | None = None
    lost: bool = False
    fee_minor: int = 0
    returned_after_seconds: float | None = None
    overtaken: bool = False

    def outcome(self, kind: Kind) -> tuple[Settled, str]:
        """What becomes of a payment, a refund or a transfer, with the reason when it did not go well."""
        status = {"payment": self.payment, "refund": self.refund, "transfer": self.transfer}[kind]
        return status, self.reason if status in ("declined", "failed") else ""


METHODS = {
    "card": Behaviour(),
    "card_declined": Behaviour(payment="declined", reason="insufficient_funds"),
    "card_slow": Behaviour(delay_seconds=1.0),
    "card_silent": Behaviour(callbacks=0),
    "card_double": Behaviour(callbacks=2),
    "card_early": Behaviour(early=True),
    "card_instant": Behaviour(instant=True),
    "card_fee": Behaviour(fee_minor=30),
    "card_refund_fails": Behaviour(refund="failed", reason="card_closed"),
    "card_refund_returned": Behaviour(returned_after_seconds=0.0, reason="account_closed"),
    "card_refund_overtaken": Behaviour(returned_after_seconds=0.0, reason="account_closed", overtaken=True),
    "card_dispute_won": Behaviour(dispute="won", delay_seconds=1.0),
    "card_dispute_lost": Behaviour(dispute="lost", delay_seconds=1.0),
}


DELAYED = ("card_slow", "card_dispute_won", "card_dispute_lost")
TAKES_SECONDS = (*DELAYED, "card_refund_returned")


def behaviour_of(method: str) -> Behaviour:
    """The behaviour of ``card``, ``card_slow:3``, ``card@of_anna`` and so on; ValueError when there is none."""
    name, _, seconds = method.partition("@")[0].partition(":")
    if name not in METHODS or (seconds and name not in TAKES_SECONDS):
        raise ValueError(f"There is no method '{method}'; take one of {', '.join(METHODS)} or 'card_slow:SECONDS'.")
    if not seconds:
        return METHODS[name]
    if name in DELAYED:
        return replace(METHODS[name], delay_seconds=_seconds(seconds))
    return replace(METHODS[name], returned_after_seconds=_seconds(seconds))


def means_of(method: str) -> str:
    """What is told of the card of ``card@of_anna``: ``of_anna``; of one without a name, nothing."""
    return method.partition("@")[2]


REQUEST_FAULTS = {
    "drop_request": "the connection closes and nothing is booked",
    "server_error": "500, nothing is booked",
    "lose_answer": "booked, then the connection closes without the answer",
    "server_error_after": "booked, then 500",
    "garbled_answer": "booked, then 200 with a body that is not JSON",
    "slow_answer": "booked, answered only after ':SECONDS'",
}
INQUIRY_FAULTS = {
    "inquiry_error": "500 to the next GET of a payment, refund or transfer",
}
CALLBACK_FAULTS = {
    "wrong_signature": "the next callback is signed with another secret; tried again it is right",
    "old_timestamp": "the next callback is signed as of ten minutes ago; tried again it is right",
    "double_callback": "the next callback is sent twice, with one webhook-id",
    "lose_callback": "the next callback is never sent",
}
STATEMENT_FAULTS = {
    "missing_line": "a line is not in the statement of its day, and in no other; the balance has it",
    "double_line": "a line is stated twice; the balance has it once",
    "altered_line": "a line is stated with one minor unit more; the balance has it as it was",
    "unknown_line": "a payment is stated that nobody asked for; the balance has it",
    "fee_line": "a fee of its own is stated; the balance has it",
    "kept_fee": "a line is stated with a fee that was kept of it; the balance has it",
    "late_line": "a line is stated the next day, and in the balance from then on",
}
SPLIT_FAULTS = {
    "split_stuck": "the next split to a receiver is PROCESSING for five days, then CLOSED",
    "split_closed": "the next split to a receiver is CLOSED: ACCOUNT_ABNORMAL",
    "return_stuck": "the next pull-back is PROCESSING for five days, then FAILED: TIME_OUT_CLOSED",
    "return_not_enough": "the next pull-back is refused: NOT_ENOUGH",
}
"""What WeChat Pay alone can do; each is an occasion of its own."""


@dataclass(frozen=True)
class Fault:
    """One misbehaviour that was asked for: ``slow_answer:2`` has the name slow_answer and 2 seconds."""

    name: str
    seconds: float = 0.0

    @classmethod
    def read(cls, text: str) -> "Fault":
        """Reads ``name`` or ``name:SECONDS``; ValueError when there is no such fault."""
        name, _, seconds = text.partition(":")
        known = [*REQUEST_FAULTS, *INQUIRY_FAULTS, *CALLBACK_FAULTS, *STATEMENT_FAULTS, *SPLIT_FAULTS]
        if name not in known or bool(seconds) != (name == "slow_answer"):
            raise ValueError(f"There is no fault '{text}'; take {', '.join(known)} (as 'slow_answer:SECONDS').")
        return cls(name, _seconds(seconds) if seconds else 0.0)


class Script:
    """The faults still to come. Each is used up by the next occasion that it fits, in the order asked for."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = {}

    def add(self, faults: Iterable[Fault]) -> None:
        """Queues the faults behind those that wait."""
        for fault in faults:
            self._waiting.setdefault(_occasion(fault.name), deque()).append(fault)

    def clear(self) -> None:
        """Forgets what was asked for; the provider behaves again."""
        self._waiting.clear()

    def waiting(self) -> list[str]:
        """The names of the faults that were not used up yet."""
        return [fault.name for faults in self._waiting.values() for fault in faults]

    def next_for(self, occasion: Literal["request", "inquiry", "attempt", "callback", "statement"]) -> Fault | None:
        """Uses up the next fault for this occasion; None when there is none.

        An ``attempt`` is one try to deliver a callback, a ``callback`` the whole delivery, a ``statement`` the first
        asking for one of a day.
        """
        faults = self._waiting.get(occasion)
        return faults.popleft() if faults else None

    def next_named(self, name: str) -> bool:
        """Uses up a fault that is an occasion of its own; whether there was one."""
        faults = self._waiting.get(name)
        return bool(faults and faults.popleft())


def _occasion(name: str) -> str:
    if name in ("wrong_signature", "old_timestamp"):
        return "attempt"
    if name in STATEMENT_FAULTS:
        return "statement"
    if name in CALLBACK_FAULTS:
        return "callback"
    if name in SPLIT_FAULTS:
        return name
    return "inquiry" if name in INQUIRY_FAULTS else "request"


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a number of seconds.") from None
    if not 0 <= seconds <= LONGEST_WAIT_SECONDS:
        raise ValueError(f"'{text}' seconds is not between 0 and {LONGEST_WAIT_SECONDS:.0f}.")
    return seconds
