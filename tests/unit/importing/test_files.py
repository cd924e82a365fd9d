"""Reading: what is taken as it stands, and what is refused with file and line."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.importing import refusals
from services.importing.fields import Spot
from services.importing.olist import fields
from services.importing.olist.files import read_set
from services.kernel.refusals import Refusal

from .sets import FIXTURE, NOW

SPOT = Spot("payments.csv", 7, "payment_value", NOW)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "set"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "centavos"),
    [
        ("99.9", 9990),
        ("0.07", 7),
        ("12", 1200),
        ("0.0", 0),
        ("58.900", 5890),
        (" 1.05 ", 105),
        ("999999999", 99999999900),
    ],
)
def test_an_amount_is_whole_centavos(text: str, centavos: int) -> None:
    assert fields.amount(SPOT, text) == centavos


@pytest.mark.parametrize(
    "text", ["", "-1.00", "+1", "1e3", "NaN", "1,50", "1.234", ".5", "5.", "٣", "R$ 5", "1_000", "1234567890"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(refusals.BadAmount) as refused:
        fields.amount(SPOT, text)
    assert "payments.csv line 7" in refused.value.detail


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "", "1000", "²", "x"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(refusals.BadNumber):
        fields.number(SPOT, text)


def test_a_time_is_taken_as_utc() -> None:
    assert fields.moment(SPOT, "2018-06-04 16:44:48") == datetime(2018, 6, 4, 16, 44, 48, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2018-06-04", "2018-13-01 00:00:00", "2018-06-04T16:44:48", "2018-06-04 16:44:48Z", "soon"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(refusals.BadTime):
        fields.moment(SPOT, text)


def test_what_has_not_happened_yet_is_refused() -> None:
    with pytest.raises(refusals.InFuture):
        fields.moment(SPOT, "2020-01-01 00:00:01")


def test_rows_seen_twice_and_rows_that_contradict_are_kept_apart() -> None:
    found = read_set(FIXTURE, NOW)
    assert (found.payments.count, len(found.payments.rows)) == (22, 20)
    assert [row.order_id for row in found.payments.twice] == ["o-plain"]
    assert [(row.order_id, row.payment_value) for row in found.payments.contrary] == [("o-shipped", 2600)]
    assert [row.order_id for row in found.orders.twice] == ["o-plain"]
    assert [row.order_status for row in found.orders.contrary] == ["shipped"]
    assert len(found.customers.twice) == 1


def test_files_that_are_not_taken_in_are_named(copy: Path) -> None:
    (copy / "geolocation.csv").write_text("place\n")
    assert read_set(copy, NOW).unused == ["geolocation.csv"]


def test_the_names_under_which_the_set_is_published_are_known(copy: Path) -> None:
    for path in copy.glob("*.csv"):
        path.rename(copy / f"olist_{path.stem}_dataset.csv")
    assert read_set(copy, NOW).orders.file == "olist_orders_dataset.csv"


@pytest.mark.parametrize(
    ("file", "old", "new", "refusal", "where"),
    [
        ("order_payments.csv", "150.5", "150.5O", refusals.BadAmount, "order_payments.csv line 7"),
        ("order_payments.csv", "o-sellers,1", "o-sellers,first", refusals.BadNumber, "order_payments.csv line 4"),
        ("order_payments.csv", "o-sellers,1", ",1", refusals.BlankField, "order_payments.csv line 4"),
        ("order_payments.csv", "payment_value", "value", refusals.NoSuchColumn, "order_payments.csv"),
        ("orders.csv", "2018-03-01 10:00:00", "yesterday", refusals.BadTime, "orders.csv line 2"),
        ("orders.csv", "2018-03-02 10:00:00", "2118-03-02 10:00:00", refusals.InFuture, "orders.csv line 2"),
        ("orders.csv", ",delivered,", ",vanished,", refusals.UnknownStatus, "orders.csv line 2"),
        ("order_reviews.csv", "o-early,3", "o-early,6", refusals.BadPoints, "order_reviews.csv line 9"),
        ("order_reviews.csv", "o-early,3", "o-early,", refusals.BadPoints, "order_reviews.csv line 9"),
        ("customers.csv", ",fortaleza,", ",fortaleza,norte,", refusals.BrokenRow, "customers.csv line 10"),
        ("customers.csv", ",fortaleza,", ',"forta"leza,', refusals.BrokenRow, "customers.csv line 10"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_file_and_line(
    copy: Path, file: str, old: str, new: str, refusal: type[Refusal], where: str
) -> None:
    change(copy / file, old, new)
    with pytest.raises(refusal) as refused:
        read_set(copy, NOW)
    assert where in refused.value.detail


def test_bytes_that_are_no_text_are_refused_with_file_and_line(copy: Path) -> None:
    path = copy / "sellers.csv"
    path.write_bytes(path.read_bytes().replace(b"porto", b"p\xf4rto"))
    with pytest.raises(refusals.NotText) as refused:
        read_set(copy, NOW)
    assert "sellers.csv line 3" in refused.value.detail


def test_a_mark_at_the_beginning_and_blank_lines_do_no_harm(copy: Path) -> None:
    path = copy / "sellers.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n")
    assert len(read_set(copy, NOW).sellers.rows) == 4


def test_a_missing_directory_and_a_missing_file_are_named(copy: Path) -> None:
    with pytest.raises(refusals.NoSuchDirectory):
        read_set(copy / "nowhere", NOW)
    (copy / "products.csv").unlink()
    with pytest.raises(refusals.NoSuchFile) as refused:
        read_set(copy, NOW)
    assert "products.csv" in refused.value.detail


def test_a_set_without_orders_is_refused(copy: Path) -> None:
    path = copy / "orders.csv"
    path.write_text(path.read_text().splitlines()[0])
    with pytest.raises(refusals.NothingToImport):
        read_set(copy, NOW)


def test_an_empty_file_has_no_columns(copy: Path) -> None:
    (copy / "orders.csv").write_text("")
    with pytest.raises(refusals.NoSuchColumn):
        read_set(copy, NOW)
