"""The bills of a day in Beijing: files of comma-separated values, packed, each value after a grave accent."""

import gzip
import hashlib
from datetime import datetime
from typing import Any

from simulators.payments.book import Book
from simulators.wechat.documents import BEIJING, number_of

FUNDS = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
TRADE = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,微信退款单号,商户退款单号,订单金额,申请退款金额"
NAMES = {"capture": "交易", "refund": "退款", "transfer": "商家转账", "fee": "扣除交易手续费",
         "split": "分账", "return": "分账回退"}  # fmt: skip
SPLITS = (
    "分账时间,分账发起方,分账方,微信订单号,微信分账/回退单号,分账明细单号,商户分账/回退单号,订单金额,分账接收方,金额,"
    "业务类型,处理状态,分账描述,备注"
)
HEADINGS = {"fundflowbill": (FUNDS, "资金流水总笔数"), "tradebill": (TRADE, "总交易单数"), "bills": (SPLITS, "总笔数")}
Moved = dict[str, Any]


class Bills:
    """Made from the book when they are asked for; a file is kept under the token that its address has."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.files: dict[str, bytes] = {}

    def made(self, kind: str, day: str) -> tuple[str, str] | None:
        """Token and digest of a bill, packed; None when nothing happened on that day."""
        rows = {"fundflowbill": self._funds, "tradebill": self._trade, "bills": self._splits}[kind](day)
        if not rows:
            return None
        heading, sums = HEADINGS[kind]
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

    def _splits(self, day: str) -> list[list[str]]:
        return [
            [_at(moved), "mch", "mch", number_of("payment", moved["payment_id"]), _subject(moved), "",
             moved[f"{moved['kind']}_id"], "", "", _yuan(abs(moved["amount_minor"])), NAMES[moved["kind"]], "处理成功",
             "结算", ""]
            for moved in self._book.statement.movements
            if _at(moved)[:10] == day and moved["kind"] in ("split", "return")
        ]  # fmt: skip


def _subject(moved: Moved) -> str:
    kind = {"capture": "payment", "fee": "payment"}.get(moved["kind"], moved["kind"])
    return number_of(str(kind), moved[f"{kind}_id"])


def _at(moved: Moved) -> str:
    return datetime.fromisoformat(moved["settled_at"]).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _yuan(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"
