"""The files of the set, and what each column of them holds."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import refusals
from ..fields import named, words
from ..tables import Form, Table, read_table
from . import fields, rows

CUSTOMERS = Form("customers", rows.CustomerRow, {
    "customer_id": named, "customer_unique_id": named, "customer_city": words,
    "customer_state": words,
}, ("customer_id",))  # fmt: skip
ORDERS = Form("orders", rows.OrderRow, {
    "order_id": named, "customer_id": named, "order_status": fields.status,
    "order_purchase_timestamp": fields.moment, "order_approved_at": fields.moment_or_none,
    "order_delivered_carrier_date": fields.moment_or_none, "order_delivered_customer_date": fields.moment_or_none,
}, ("order_id",))  # fmt: skip
ITEMS = Form("order_items", rows.ItemRow, {
    "order_id": named, "order_item_id": fields.number, "product_id": named, "seller_id": named,
    "price": fields.amount, "freight_value": fields.amount,
}, ("order_id", "order_item_id"))  # fmt: skip
PAYMENTS = Form("order_payments", rows.PaymentRow, {
    "order_id": named, "payment_sequential": fields.number, "payment_type": named,
    "payment_value": fields.amount,
}, ("order_id", "payment_sequential"))  # fmt: skip
PRODUCTS = Form("products", rows.ProductRow, {
    "product_id": named, "product_category_name": words,
}, ("product_id",))  # fmt: skip
SELLERS = Form("sellers", rows.SellerRow, {
    "seller_id": named, "seller_city": words, "seller_state": words,
}, ("seller_id",))  # fmt: skip
REVIEWS = Form("order_reviews", rows.ReviewRow, {
    "review_id": named, "order_id": named, "review_score": fields.points,
    "review_comment_title": words, "review_comment_message": words,
    "review_answer_timestamp": fields.moment,
}, ("review_id", "order_id"))  # fmt: skip
FORMS: tuple[Form[Any], ...] = (CUSTOMERS, ORDERS, ITEMS, PAYMENTS, PRODUCTS, SELLERS, REVIEWS)


@dataclass(frozen=True, slots=True)
class Files:
    """All files of a set. ``unused`` are the other ones that lie in the directory."""

    directory: Path
    customers: Table[rows.CustomerRow]
    orders: Table[rows.OrderRow]
    items: Table[rows.ItemRow]
    payments: Table[rows.PaymentRow]
    products: Table[rows.ProductRow]
    sellers: Table[rows.SellerRow]
    reviews: Table[rows.ReviewRow]
    unused: list[str]


def read_set(directory: Path, now: datetime) -> Files:
    """Read all files. Raises a refusal of ``importing`` that names the file, and the line where there is one."""
    if not directory.is_dir():
        raise refusals.NoSuchDirectory(directory=str(directory))
    paths = {form.name: _find(directory, form.name) for form in FORMS}
    tables = {form.name.removeprefix("order_"): read_table(form, paths[form.name], now) for form in FORMS}
    if not tables["orders"].rows:
        raise refusals.NothingToImport(file=tables["orders"].file)
    used = {path.name for path in paths.values()}
    unused = sorted(path.name for path in directory.glob("*.csv") if path.name not in used)
    return Files(directory, **tables, unused=unused)


def _find(directory: Path, name: str) -> Path:
    """The file under its short name, or as the set is published."""
    for file in (f"{name}.csv", f"olist_{name}_dataset.csv"):
        if (directory / file).is_file():
            return directory / file
    needed = ", ".join(f"{form.name}.csv" for form in FORMS)
    raise refusals.NoSuchFile(directory=str(directory), file=f"{name}.csv", needed=needed)
