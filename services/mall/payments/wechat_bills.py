"""The statement of a day out of WeChat Pay's bills, as lines of the port.

The bill of funds has what moved and what was left each time; the bill of trade has the merchant's numbers for it. Both
are of days in Beijing, ready at ten the next morning, so a day in UTC is told once both of its bills are ready.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.mall.domain.statement import end_of
from services.mall.payments.statements import StatementPage, read_page
from services.mall.payments.wechat_client import Answer, WechatApi
from services.mall.payments.wechat_reading import CURRENCY, is_ours

BEIJING: Final = timezone(timedelta(hours=8))
READY: Final = timedelta(days=1, hours=10)
DAYS_BACK: Final = 31
MOST_BYTES: Final = 1 << 28
KINDS: Final = {
    "交易": "payment", "退款": "refund", "商家转账": "transfer", "提现": "withdrawal", "扣除交易手续费": "fee",
    "交易手续费": "fee", "分账": "transfer", "分账回退": "transfer",
}  # fmt: skip
SPLITS: Final = ("分账", "分账回退")
TIME, NUMBER, FLOW, NAME = "记账时间", "微信支付业务单号", "资金流水单号", "业务名称"
DIRECTION, AMOUNT, LEFT = "收支类型", "收支金额(元)", "账户结余(元)"


class _NotTold(Exception):
    """A bill is not there yet, or cannot be read: it is asked for again."""


class _Row(NamedTuple):
    at: datetime
    number: str
    flow: str
    name: str
    amount_minor: int
    left_minor: int


class WechatBills:
    """Bills of one merchant; ``now`` says whether one should be ready by now."""

    def __init__(self, api: WechatApi, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._api, self._now = api, now

    def page(self, day: str) -> StatementPage:
        """All lines of a day in UTC; ``unknown`` until both bills that it is part of are ready."""
        end = end_of(day)
        try:
            first = date.fromisoformat(day)
            days = (first, first + timedelta(days=1))
            rows = [row for one in days for row in self._rows(one)]
            numbers = {wechats: ours for one in days for wechats, ours in self._numbers(one)}
            if any(row.name in SPLITS for row in rows):
                numbers |= {wechats: ours for one in days for wechats, ours in self._split_numbers(one)}
            lines = [self._line(row, numbers) for row in rows if end - timedelta(days=1) <= row.at < end]
            left_minor = self._left_minor(first, rows, end)
        except (_NotTold, ArithmeticError, LookupError, ValueError, zlib.error) as why:
            return StatementPage("unknown", reason=f"no usable statement: {why}")
        balances = {} if left_minor is None else {CURRENCY: left_minor}
        return read_page(day, {"day": day, "lines": lines, "balances": balances, "next": None})

    def _line(self, row: _Row, numbers: dict[str, str]) -> dict[str, Any]:
        kind = KINDS.get(row.name, "other")
        is_transfer = kind == "transfer" and row.name not in SPLITS
        ours = self._transfer_number(row.number) if is_transfer else numbers.get(row.number)
        is_named = kind in ("payment", "refund", "transfer") and is_ours(ours)
        return {
            "line_id": row.flow, "kind": kind, "subject_id": str(UUID(str(ours))) if is_named else None,
            "amount_minor": row.amount_minor, "fee_minor": 0, "currency": CURRENCY, "happened_at": row.at.isoformat(),
            "reason": "",
        }  # fmt: skip

    def _transfer_number(self, number: str) -> str | None:
        found = self._api.ask(lambda wechat: wechat.mch_transfer_bills_query(transfer_bill_no=number))
        if found.kind == "unknown":
            raise _NotTold(found.reason)
        return (found.document or {}).get("out_bill_no")

    def _left_minor(self, day: date, rows: list[_Row], end: datetime) -> int | None:
        """What was left at the end; where nothing had moved, what was left on a day before; None without one."""
        before = [row.left_minor for row in rows if row.at < end]
        if before:
            return before[-1]
        if rows:
            return rows[0].left_minor - rows[0].amount_minor
        for back in range(1, DAYS_BACK):
            if earlier := self._rows(day - timedelta(days=back)):
                return earlier[-1].left_minor
        return None

    def _rows(self, day: date) -> list[_Row]:
        asked = self._api.ask(lambda wechat: wechat.fundflow_bill(day.isoformat()))
        rows = [_row(told) for told in self._told(asked, day)]
        return sorted(rows, key=lambda row: row.at)

    def _numbers(self, day: date) -> Iterator[tuple[str, str]]:
        asked = self._api.ask(lambda wechat: wechat.trade_bill(day.isoformat()))
        for told in self._told(asked, day):
            yield told["微信订单号"], told["商户订单号"]
            yield told["微信退款单号"], told["商户退款单号"]

    def _split_numbers(self, day: date) -> Iterator[tuple[str, str]]:
        asked = self._api.ask(lambda wechat: wechat.profitsharing_bill(day.isoformat()))
        for told in self._told(asked, day):
            yield told["微信分账/回退单号"], told["商户分账/回退单号"]

    def _told(self, asked: Answer, day: date) -> list[dict[str, str]]:
        """The rows of a bill; none where WeChat Pay has none although it should be ready: then nothing happened."""
        if asked.kind == "refused" and asked.reason == "NO_STATEMENT_EXIST":
            if self._now() < datetime(day.year, day.month, day.day, tzinfo=BEIJING) + READY:
                raise _NotTold(f"the bill of {day} is not ready")
            return []
        if asked.document is None:
            raise _NotTold(asked.reason)
        address, digest = asked.document.get("download_url"), asked.document.get("hash_value")
        file = self._api.ask(lambda wechat: wechat.download_bill(str(address)))
        if file.kind != "told":
            raise _NotTold(file.reason)
        return _table(_whole(file.content, str(digest)))


def _whole(content: bytes, digest: str) -> str:
    """The text of a packed bill, if it is the one that was announced."""
    unpacking = zlib.decompressobj(wbits=31)
    text = unpacking.decompress(content, MOST_BYTES)
    if hashlib.sha1(text, usedforsecurity=False).hexdigest() != digest.lower():
        raise _NotTold("the bill is not the one that was announced")
    return text.decode("utf-8-sig")


def _table(text: str) -> list[dict[str, str]]:
    """The rows below the heading; the sums at the end are left away.

    Nothing is quoted in a bill: a quotation mark is one, and each value has a grave accent before it, so that a comma
    alone ends none. ValueError for a row that has not a value for each name.
    """
    lines = text.split("\n")
    heading, found = lines[0].rstrip("\r").split(","), []
    for line in lines[1:]:
        if not line.startswith("`"):
            break
        found.append(dict(zip(heading, line.rstrip("\r").removeprefix("`").split(",`"), strict=True)))
    return found


def _row(told: dict[str, str]) -> _Row:
    sign = {"收入": 1, "支出": -1}[told[DIRECTION]]
    at = datetime.fromisoformat(told[TIME]).replace(tzinfo=BEIJING).astimezone(UTC)
    return _Row(at, told[NUMBER], told[FLOW], told[NAME], sign * _minor(told[AMOUNT]), _minor(told[LEFT]))


def _minor(yuan: str) -> int:
    fen = Decimal(yuan) * 100
    if fen != int(fen):
        raise ValueError(f"{yuan} is not in whole fen")
    return int(fen)
