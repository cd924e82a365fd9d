"""What is added up as it happens, beside what the lines come to when they are looked at one by one."""

from collections import Counter
from typing import Any

from sqlalchemy import select

from services.mall.projections.sales import KEPT
from services.mall.projections.sales_tables import FIGURES, KEPT_UNITS, sales, sold_by_group, sold_by_listing

from .market import Market

Totals = dict[tuple[str, str], dict[str, int]]


def ensure_totals(market: Market) -> None:
    """The totals of every listing and of every community are the sums of their lines that were paid for."""
    market.settle()
    for totals, of in ((sold_by_listing, "listing_id"), (sold_by_group, "group_id")):
        assert _kept(market, totals, of) == _summed(market, of)


def _kept(market: Market, totals: Any, of: str) -> Totals:
    rows, names = _rows(market, totals), _names(of)
    return {(row[of], row["currency"]): {name: row[name] for name in names} for row in rows}


def _summed(market: Market, of: str) -> Totals:
    found, orders = dict[tuple[str, str], Counter[str]](), dict[tuple[str, str], set[str]]()
    for row in _rows(market, sales):
        if row["paid_at"] is None or row[of] is None:
            continue
        key = row[of], row["currency"]
        orders.setdefault(key, set()).add(row["order_id"])
        kept = row["quantity"] if row["state"] in KEPT else 0
        counted = {"units": row["quantity"], KEPT_UNITS: kept, **{name: row[name] for name in FIGURES if name in row}}
        found.setdefault(key, Counter()).update(counted)
    return {
        key: {name: len(orders[key]) if name == "orders" else line[name] for name in _names(of)}
        for key, line in found.items()
    }


def _names(of: str) -> tuple[str, ...]:
    return (*FIGURES, KEPT_UNITS) if of == "listing_id" else FIGURES


def _rows(market: Market, table: Any) -> list[dict[str, Any]]:
    with market.service.views.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]
