"""What is odd is found, and where the money goes is worked out from the files alone."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.importing.findings import by_cause
from services.importing.olist import paydays
from services.importing.olist.assembling import UNKNOWN, Assembled, Purchase
from services.importing.olist.expecting import Sums, balances_of, differences, paid_out, sums_of
from services.importing.olist.fields import STATUSES
from services.importing.olist.files import Files
from services.importing.olist.judging import findings, usable_city
from services.importing.olist.odd import Cause
from services.importing.olist.rows import ItemRow, PaymentRow
from services.importing.olist.taking_in import judge
from services.importing.tables import Table

from .sets import FIXTURE, NOW, ids_of, mess

A_YEAR = timedelta(days=365)
EXPECTED = {
    Cause.PAID_WITHOUT_LINES: ["o-no-lines", "o-no-lines-2", "o-created", "o-phantom"],
    Cause.OVERPAID: ["o-sellers", "o-unavailable"],
    Cause.OVERPAID_BY_CENTS: ["o-over-cent"],
    Cause.UNDERPAID: ["o-free"],
    Cause.UNDERPAID_BY_CENTS: ["o-short-cents"],
    Cause.CANCELLED_PAID: ["o-no-lines", "o-no-lines-2", "o-cancelled", "o-unavailable"],
    Cause.NEVER_PAID: ["o-never-paid", "o-ghost"],
    Cause.EMPTY_ORDER: ["o-empty"],
    Cause.UNFINISHED: ["o-shipped", "o-never-paid", "o-late-date", "o-stranger", "o-early", "o-ghost"],
    Cause.SEVERAL_SELLERS: ["o-sellers", "o-short-cents"],
    Cause.PRICE_VARIES: ["o-sellers", "o-short-cents"],
    Cause.PRICE_ZERO: ["p-gift"],
    Cause.EMPTY_PAYMENT: ["o-empty"],
    Cause.PAYMENT_GAP: ["o-gap"],
    Cause.NO_CATEGORY: ["p-plain"],
    Cause.CITY_UNUSABLE: ["davi", "s-mail"],
    Cause.SEVERAL_PLACES: ["ana"],
    Cause.NO_STATE: ["eva"],
    Cause.DELIVERED_UNDATED: ["o-undated", "o-undated-2"],
    Cause.CANCELLED_DELIVERED: ["o-cancelled"],
    Cause.DATE_UNEXPECTED: ["o-late-date"],
    Cause.UNAPPROVED: ["o-created", "o-empty", "o-phantom"],
    Cause.APPROVED_EARLY: ["o-early"],
    Cause.CARRIER_EARLY: ["o-shipped"],
    Cause.DELIVERED_EARLY: ["o-gap"],
    Cause.ORDER_UNKNOWN: ["o-ghost", "o-phantom"],
    Cause.CUSTOMER_UNKNOWN: ["o-stranger"],
    Cause.PRODUCT_UNKNOWN: ["p-lost"],
    Cause.SELLER_UNKNOWN: ["s-lost"],
    Cause.CUSTOMER_IDLE: ["fabio"],
    Cause.PRODUCT_IDLE: ["p-idle"],
    Cause.SELLER_IDLE: ["s-idle"],
    Cause.REVIEWED_AGAIN: ["o-sellers"],
    Cause.REVIEWED_WITHOUT_LINES: ["o-no-lines"],
    Cause.REVIEWED_EARLY: ["o-early"],
    Cause.REVIEWED_UNKNOWN: ["r-7"],
    Cause.CONTRARY_ROW: ["o-shipped", "o-shipped", "o-sellers", "r-5", "p-toy"],
}


def test_every_kind_of_mess_is_found_where_it_is_and_nowhere_else() -> None:
    judged = mess()
    assert {cause: ids_of(judged, cause) for cause in Cause} == EXPECTED


def test_findings_of_a_cause_are_summed_up_with_examples() -> None:
    (group,) = [one for one in by_cause(mess().findings, examples=2) if one.cause is Cause.PAID_WITHOUT_LINES]
    assert (group.count, group.amount_minor, group.examples) == (4, 30284, ["o-no-lines", "o-no-lines-2"])


def test_the_money_of_the_set_is_summed_to_the_centavo() -> None:
    assert sums_of(mess().assembled) == Sums(captured=113_613, price=77_649, freight=10_171)


def test_every_centavo_of_the_difference_has_a_cause() -> None:
    judged = mess()
    found = [(one.cause.code, one.status, one.orders, one.amount_minor) for one in differences(judged.findings)]
    assert found == [
        ("paid_without_lines", "canceled", 1, 8_000),
        ("paid_without_lines", "created", 1, 1_234),
        ("paid_without_lines", "unavailable", 1, 15_050),
        ("paid_without_lines", "unknown", 1, 6_000),
        ("overpaid", "delivered", 1, 510),
        ("overpaid", "unavailable", 1, 500),
        ("overpaid_by_cents", "delivered", 1, 1),
        ("underpaid", "delivered", 1, -500),
        ("underpaid_by_cents", "delivered", 1, -2),
        ("never_paid", "invoiced", 1, -2_500),
        ("never_paid", "unknown", 1, -2_500),
    ]
    assert sum(one.amount_minor for one in differences(judged.findings)) == sums_of(judged.assembled).difference


def test_the_books_are_known_beforehand() -> None:
    assert balances_of(mess().assembled) == {
        "provider": 17_243, "suspense_paid_without_lines": -7_234, "suspense_overpaid": -511,
        "suspense_underpaid": 502, "shares": -10_000,
    }  # fmt: skip
    assert paid_out(mess().assembled) == 57_780


def test_before_a_payday_has_come_nobody_was_paid() -> None:
    before = judge(FIXTURE, datetime(2018, 3, 31, 23, 59, 59, tzinfo=UTC)).assembled
    assert paid_out(before) == 0
    assert balances_of(before)["shares"] == -67_780


def test_a_payout_names_no_more_orders_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paydays, "MOST_ORDERS", 2)
    made = [one for one in paydays.payouts_of(mess().assembled.purchases, NOW) if one.seller_id == "s-south"]
    assert [(one.number, len(one.order_ids)) for one in made] == [(1, 2), (2, 2), (3, 1)]
    assert sum(one.amount_minor for one in made) == 9_999


@pytest.mark.parametrize(
    ("delivered", "paid", "expected"),
    [
        ("2017-12-24T23:59:59", "2017-12-20", "2018-01-01"), ("2017-12-25T00:00:00", "2017-12-20", "2018-02-01"),
        ("2018-01-24T00:00:00", "2017-12-20", "2018-02-01"), ("2017-11-01", "2018-02-28", "2018-03-01"),
    ],
)  # fmt: skip
def test_the_payday_is_the_first_of_the_month_after_release_and_payment(
    delivered: str, paid: str, expected: str
) -> None:
    moment, paid_at, payday = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (delivered, paid, expected))
    item = ItemRow("o", 1, "p", "s", 1, 0)
    purchase = Purchase("o", "delivered", None, moment, paid_at, customer_at=moment, items=[item])
    assert paydays.payday_of(purchase) == payday


def test_a_city_is_not_a_number_nor_an_address() -> None:
    assert usable_city("santa bárbara d´oeste")
    assert not usable_city("04482255")
    assert not usable_city("shop@example.org")
    assert not usable_city("")
    assert not usable_city("salvador\nda bahia")
    assert not usable_city("x" * 101)


amounts = st.integers(0, 300)
statuses = st.sampled_from([*STATUSES, UNKNOWN])
purchases = st.tuples(statuses, st.lists(st.tuples(amounts, amounts), max_size=3), st.lists(amounts, max_size=3))


@settings(max_examples=60, deadline=None)
@given(st.lists(purchases, min_size=1, max_size=6))
def test_whatever_the_files_say_the_books_balance_and_the_difference_is_explained(
    told: list[tuple[str, list[tuple[int, int]], list[int]]],
) -> None:
    assembled = Assembled(_no_files(), [_purchase(index, *one) for index, one in enumerate(told)], NOW + A_YEAR)
    assert sum(balances_of(assembled).values()) == 0
    found = findings(assembled)
    assert sum(one.amount_minor for one in differences(found)) == sums_of(assembled).difference
    causes = Counter(finding.id for finding in found if finding.cause in {one.cause for one in differences(found)})
    assert all(count == 1 for count in causes.values())


def _purchase(index: int, status: str, lines: list[tuple[int, int]], paid: list[int]) -> Purchase:
    order_id = f"o{index}"
    return Purchase(
        order_id, status, None, NOW + timedelta(minutes=index),
        items=[ItemRow(order_id, number, "p", "s", *line) for number, line in enumerate(lines, 1)],
        payments=[PaymentRow(order_id, number, "boleto", value) for number, value in enumerate(paid, 1)],
    )  # fmt: skip


def _no_files() -> Files:
    def none(name: str) -> Table[Any]:
        return Table(name, 0, [], [], [])

    return Files(
        Path(), customers=none("customers"), orders=none("orders"), items=none("items"), payments=none("payments"),
        products=none("products"), sellers=none("sellers"), reviews=none("reviews"), unused=[],
    )  # fmt: skip
