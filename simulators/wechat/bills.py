"""The bills of a day in Beijing: files of comma-separated values, packed, each value after a grave accent."""

import gzip
import hashlib
from datetime import datetime, timedelta, timezone
from typing import Any

from simulators.payments.book import Book
from simulators.wechat.documents import number_of

BEIJING = timezone(timedelta(hours=8))
FUNDS = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
TRADE = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,微信退款单号,商户退款单号,订单金额,申请退款金额"
NAMES = {"capture": "交易", "refund": "退款", "transfer": "商家转账", "fee": "扣除交易手续费"}
Moved = dict[str, Any]


class Bills:
    """Made from the book when they are asked for; a file is kept under the token that its address has."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.files: dict[str, bytes] = {}

    def made(self, kind: str, day: str) -> tuple[str, str] | None:
        """Token and digest of a bill, packed; None when nothing happened on that day."""
        rows = self._funds(day) if kind == "fundflowbill" else self._trade(day)
        if not rows:
            return None
        heading, sums = (FUNDS, "资金流水总笔数") if kind == "fundflowbill" else (TRADE, "总交易单数")
        lines = [heading, *(",".join(f"`{value}" for value in row) for row in rows), sums, f"`{len(rows)}"]
        text = "\ufeff".encode() + "\r\n".join(lines).encode() + b"\r\n"
        digest = hashlib.sha1(text, usedforsecurity=False).hexdigest()
        self.files[digest] = gzip.compress(text)
        return digest, digest

    def _funds(self, day: str) -> list[list[str]]:
        left_minor, rows = 0, []
        for number, moved in enumerate(self._book.statement.movements):
            if moved["kind"] == "refund_return":  # it waits apart until the merchant sends it another way
                continue
            amount_minor = moved["amount_minor"]
            left_minor += amount_minor
            if _at(moved)[:10] == day:
                direction = "收入" if amount_minor > 0 else "支出"
                name, ours = NAMES[moved["kind"]], _subject(moved)
                rows.append([_at(moved), ours, f"{number:020d}", name, name, direction, _yuan(abs(amount_minor)),
                             _yuan(left_minor), "system", "", ours])  # fmt: skip
        return rows

    def _trade(self, day: str) -> list[list[str]]:
        rows = []
        for moved in self._book.statement.movements:
            if _at(moved)[:10] != day or moved["kind"] not in ("capture", "refund"):
                continue
            is_refund, amount = moved["kind"] == "refund", _yuan(abs(moved["amount_minor"]))
            refund = [number_of("refund", moved["refund_id"]), moved["refund_id"]] if is_refund else ["0", ""]
            rows.append([_at(moved), "wx", "mch", number_of("payment", moved["payment_id"]), moved["payment_id"],
                         "REFUND" if is_refund else "SUCCESS", *refund, amount, "0.00"])  # fmt: skip
        return rows


def _subject(moved: Moved) -> str:
    kind = {"capture": "payment", "fee": "payment"}.get(moved["kind"], moved["kind"])
    return number_of(str(kind), moved[f"{kind}_id"])


def _at(moved: Moved) -> str:
    return datetime.fromisoformat(moved["settled_at"]).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _yuan(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"
