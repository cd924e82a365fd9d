"""Everything that the simulated provider can do wrong, each with what people do about it and what it leaves.

A row is played to its end by ``life``: somebody keeps a rod of 120.00, somebody else sends one back, the seller is paid
out. What it leaves is worked out by hand: of the rod that was kept the platform has its fee of 5 %, the money of which
lies at the provider.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulators.payments.destinations import DESTINATIONS, UNKNOWN
from simulators.payments.script import (
    CALLBACK_FAULTS,
    INQUIRY_FAULTS,
    METHODS,
    REQUEST_FAULTS,
    STATEMENT_FAULTS,
)

Books = Mapping[str, int]
PAYMENT, REFUND, TRANSFER, DISPUTE, STATEMENT = "payment", "refund", "transfer", "dispute", "statement"
BOTH = ("paid", "refunded", "paid")
SCRIPTED = {*REQUEST_FAULTS, *INQUIRY_FAULTS, *CALLBACK_FAULTS, *STATEMENT_FAULTS}
USUAL: Books = {"provider": 600, "platform_fees": -600}
NOTHING: Books = {}
TAKEN_BACK: Books = {"provider": -1_500, "processing_fees": 1_500}
OWED_BY_SELLER: Books = {"provider": -12_900, "seller_available": 11_400, "processing_fees": 1_500}
SENT_ELSEWHERE: Books = {"provider": 12_600, "platform_bank": -12_000, "platform_fees": -600}


class Row(NamedTuple):
    """``ends``: the checkout of the rod that was kept, the refund of the other, the last payout; "" where none is.

    ``hand`` is what people do when everything that comes by itself has come: ``elsewhere`` pays the buyer another way,
    ``other_account`` names another account of the seller's, ``accept_fees`` and ``suspense`` resolve what differs,
    ``corrected`` has the statement corrected, ``strike`` resolves it without booking, ``next_day`` only waits,
    ``refund_again`` tries to have it refunded twice. ``differs`` is what the statement is found to differ in.
    ``is_late``: the bank disputes it after the payout. ``not_yet``: what stands so at the provider will come back.
    """

    name: str
    at: str = PAYMENT
    method: str = "card"
    destination: str = "acct_maria"
    ends: tuple[str, str, str] = BOTH
    hand: str = ""
    leaves: Books = USUAL
    differs: str = ""
    is_late: bool = False
    not_yet: tuple[str, ...] = ()

    @property
    def is_scripted(self) -> bool:
        """Whether it is asked for by the script, and not by the method or the destination."""
        return self.name in SCRIPTED

    @property
    def fault(self) -> str:
        """As the script takes it."""
        return "slow_answer:1.5" if self.name == "slow_answer" else self.name

    @property
    def id(self) -> str:
        """What the test is called."""
        return f"{self.name}-{self.at}"


def _method(method: str, **changes: Any) -> Row:
    return Row(method.partition(":")[0], method=method, **changes)


def _destination(destination: str, **changes: Any) -> Row:
    return Row(destination.split("_")[1], at=TRANSFER, destination=destination, **changes)


_ELSEWHERE: Any = {"ends": ("paid", "paid_elsewhere", "paid"), "hand": "elsewhere", "leaves": SENT_ELSEWHERE}
OF_METHODS = (
    _method("card"),
    _method("card_declined", ends=("declined", "", ""), leaves=NOTHING),
    _method("card_slow:0.2"),
    _method("card_silent"),
    _method("card_double"),
    _method("card_early"),
    _method("card_instant"),
    _method("card_fee", hand="accept_fees", differs="fees", leaves={
        "provider": 540, "platform_fees": -600, "processing_fees": 60,
    }),
    _method("card_refund_fails", **_ELSEWHERE),
    _method("card_refund_returned:0.2", not_yet=("succeeded",), **_ELSEWHERE),
    _method("card_refund_overtaken", not_yet=("succeeded",), **_ELSEWHERE),
    _method("card_dispute_won:0.2", ends=("paid", "", "paid")),
    _method("card_dispute_lost:0.2", ends=("paid", "", ""), leaves=TAKEN_BACK),
)  # fmt: skip
OF_DESTINATIONS = (
    _destination("acct_slow_maria_200ms"),
    _destination("acct_silent"),
    _destination("acct_double"),
    _destination("acct_early"),
    _destination("acct_instant"),
    _destination("acct_lost"),
    _destination("acct_fails", hand="other_account"),
    _destination("acct_stuck_maria_200ms", hand="other_account"),
    _destination("acct_returned_maria_200ms", not_yet=("paid",), hand="other_account"),
    _destination("acct_overtaken", not_yet=("paid",), hand="other_account"),
    _destination("acct_unknown", hand="other_account"),
)
OF_REQUESTS = tuple(Row(name, at) for name in REQUEST_FAULTS for at in (PAYMENT, REFUND, TRANSFER))
OF_INQUIRIES = tuple(
    Row(name, at, method="card_silent", destination="acct_silent")
    for name in INQUIRY_FAULTS
    for at in (PAYMENT, REFUND, TRANSFER)
)
OF_CALLBACKS = tuple(Row(name, at) for name in CALLBACK_FAULTS for at in (PAYMENT, REFUND, TRANSFER)) + tuple(
    Row(name, DISPUTE, method="card_dispute_lost:0.5", ends=("paid", "", ""), leaves=TAKEN_BACK)
    for name in CALLBACK_FAULTS
)
OF_STATEMENTS = (
    Row("missing_line", STATEMENT, differs="ours", hand="corrected"),
    Row("double_line", STATEMENT, differs="theirs", hand="strike"),
    Row("altered_line", STATEMENT, differs="differing", hand="corrected"),
    Row("unknown_line", STATEMENT, differs="theirs", hand="suspense", leaves={
        "provider": 4_800, "platform_fees": -600, "suspense_reconciliation": -4_200,
    }),
    Row("fee_line", STATEMENT, differs="fees", hand="accept_fees", leaves={
        "provider": 575, "platform_fees": -600, "processing_fees": 25,
    }),
    Row("kept_fee", STATEMENT, differs="fees", hand="accept_fees", leaves={
        "provider": 570, "platform_fees": -600, "processing_fees": 30,
    }),
    Row("late_line", STATEMENT, differs="ours", hand="next_day"),
)  # fmt: skip
TOGETHER = (
    Row("refund_of_a_refunded", REFUND, hand="refund_again"),
    Row("dispute_after_payout", DISPUTE, method="card_dispute_lost:6", ends=("paid", "", "paid"),
        leaves=OWED_BY_SELLER, is_late=True),
)  # fmt: skip
"""What no single word of the script asks for."""
ROWS = OF_METHODS + OF_DESTINATIONS + OF_REQUESTS + OF_INQUIRIES + OF_CALLBACKS + OF_STATEMENTS + TOGETHER
KNOWN = SCRIPTED | {*METHODS, *DESTINATIONS, UNKNOWN}
_BY_TRANSFER = [("failed", 1_200), ("paid", 1_200), ("paid", 10_200)]
_STAYS_A_DEBT: Books = {"provider": -1_200, "member_available": 1_200}
SPLITS: Mapping[str, tuple[list[tuple[str, int]], Books]] = {
    "split_stuck": (_BY_TRANSFER, USUAL),
    "split_closed": (_BY_TRANSFER, USUAL),
    "return_stuck": ([("paid", 1_200)], _STAYS_A_DEBT),
    "return_not_enough": ([("paid", 1_200)], _STAYS_A_DEBT),
}
"""What WeChat Pay alone can do: all payouts in the end, and what is left. What could not be split is transferred to
another account; what could not be pulled back is owed by who has it."""
