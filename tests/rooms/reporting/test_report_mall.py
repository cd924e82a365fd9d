"""``agora report`` about the whole mall, now and as of a moment: as tables, as JSON, as one page of charts."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.cli.report_matching import show_audience
from services.embedded import Platform
from services.reporting import BooksMoving
from services.reporting.charts import Bar, Column, columns, split
from services.reporting.paper import page
from services.reporting.pictures import picture_of_mall
from services.settings import Settings

from .test_paper import AT, WICKED, Read, assert_whole
from .test_report import GROUP, LISTING, data, report, seen

__all__ = ["data"]
pytestmark = pytest.mark.in_files
THEN = "2018-01-01"


@pytest.fixture(scope="module")
def mall(data: Path) -> dict[str, Any]:
    return seen("mall", "--data", data)


def test_it_is_one_picture_with_figures_by_month_community_and_listing(mall: dict[str, Any]) -> None:
    (month,) = mall["months"]
    assert (month["orders"], month["gross_minor"], month["held_minor"]) == (6, 72_000, 72_000)
    assert [row["name"] for row in mall["by_community"]] == ["Outdoor Friends"]
    assert [row["title"] for row in mall["by_listing"]] == ["Rod [long]"]


def test_it_is_shown_in_tables(data: Path) -> None:
    result = report("mall", "--data", data)
    assert result.exit_code == 0, result.output
    told = "720.00 EUR are left of what was paid: 720.00 EUR are held, 0.00 EUR available, 0.00 EUR paid out."
    for wanted in ("Month by month", told, "Outdoor Friends", "Rod [long]"):
        assert wanted in result.output, result.output


def test_before_anything_was_sold_every_report_says_so(data: Path) -> None:
    for words in (["mall"], [], ["listings"], ["communities"], ["books"]):
        result = report(*words, "--as-of", THEN, "--data", data)
        assert result.exit_code == 0, result.output
        assert "Nothing was sold yet." in result.output
    for kind, one in (("listing", LISTING), ("community", GROUP)):
        answer = seen(kind, str(one), "--as-of", THEN, "--data", data)
        assert (answer["sold"], answer["buyers"]["count"]) == (False, None)
        assert answer["as_of"] == "2018-01-01T00:00:00+00:00"
        assert report(kind, str(one), "--as-of", THEN, "--data", data).exit_code == 0


def test_as_of_now_the_figures_are_those_of_now(data: Path) -> None:
    at = datetime.now(UTC).isoformat()
    for kind, one in (("listing", LISTING), ("community", GROUP)):
        then, now = seen(kind, str(one), "--as-of", at, "--data", data), seen(kind, str(one), "--data", data)
        assert {name: then[name] for name in ("amounts", "ledger", "buyers", "orders")} == {
            name: now[name] for name in ("amounts", "ledger", "buyers", "orders")
        }
        assert now.keys() - then.keys() >= {"suits", "journey"}


@pytest.mark.parametrize("words", [[], ["--json"], ["--as-of", THEN, "books"], ["--as-partner", "--as-of", THEN]])
def test_what_is_asked_has_to_be_one_thing(words: list[str], data: Path) -> None:
    assert report(*words).exit_code == 2


@pytest.mark.parametrize("moment", ["yesterday", "2018-13-01", "2018-01-01T08:00:00", "20180101T080000"])
def test_a_moment_without_a_zone_is_none(moment: str, data: Path) -> None:
    result = report("books", "--as-of", moment, "--data", data)
    assert result.exit_code == 2
    assert "Give a date" in result.output


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["The mall", "What was sold month by month?", "Where does the money lie?", "€720.00", "Paid out"]),
        ("zh", ["商城", "每月卖了多少？", "钱在哪里？", "€720.00", "已付出"]),
    ],
)
def test_the_page_reads_well_in_both_languages(mall: dict[str, Any], language: str, expected: list[str]) -> None:
    text = page(mall, language, AT)
    assert_whole(text)
    told = Read(text).text
    assert not [wanted for wanted in expected if wanted not in told], told


def test_the_page_of_a_moment_says_of_which(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "mall.html"
    assert report("--as-of", THEN, "--html", file, "--data", data).exit_code == 0
    assert "As of 1 January 2018" in Read(file.read_text()).text
    assert report("listing", str(LISTING), "--as-of", THEN, "--html", file, "--data", data).exit_code == 0
    assert_whole_without_charts(file.read_text())


def test_who_was_there_is_told_by_command_and_on_the_page(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for at in (THEN, datetime.now(UTC).isoformat()):
        then = seen("community", str(GROUP), "--as-of", at, "--data", data)
        told = then["audience"]
        assert (told["count"], told["withheld"], told["by"]) == (None, "too_few", [])
        assert told["as_of"] == then["as_of"]
        assert told["sentence"] in report("community", str(GROUP), "--as-of", at, "--data", data).output
    many = told | {"count": 1_020, "withheld": "of_then", "sentence": "Of then."}
    show_audience(many)
    assert "Who was there: 1,020 people." in capsys.readouterr().out
    assert "what they carry is told of now alone" in Read(page(then | {"audience": many}, "en", AT)).text


def assert_whole_without_charts(text: str) -> None:
    assert "Nothing was sold yet." in Read(text).text
    assert not {"script", "img", "iframe", "link"} & set(Read(text).names)


def test_whatever_anybody_wrote_is_text(mall: dict[str, Any]) -> None:
    written = {"name": WICKED, "title": WICKED}
    rows = {name: [row | written for row in mall[name]] for name in ("by_community", "by_listing")}
    text = page(mall | rows, "en", AT)
    assert_whole(text)
    assert "alert" in Read(text).text


def test_columns_are_on_one_scale_and_say_their_figures() -> None:
    drawn = columns("Sold", [
        Column("2018-01", [Bar("Left", 30, "30"), Bar("Back", 30, "30")]), Column("2018-02", [Bar("Left", 15, "15")]),
    ])  # fmt: skip
    assert re.findall(r'class="(?:leaf|sand)"[^>]*height="([\d.]+)"', drawn) == ["30.0", "30.0", "15.0"]
    assert "<title>2018-01: Left 30, Back 30</title>" in drawn
    assert 'aria-label="Sold"' in drawn
    assert columns("Sold", []) == columns("Sold", [Column("2018-01", [Bar("Left", 0, "0")])]) == ""


def test_a_bar_of_four_parts_shows_all_of_them() -> None:
    parts = [Bar(name, 25, "25") for name in ("Seller", "Community", "Member", "Platform")]
    assert sum(map(float, re.findall(r'<rect[^>]* width="([\d.]+)"', split(parts)))) == pytest.approx(100)
    assert "Platform" in Read(split(parts)).text


class Moving:
    """A platform that sells while it is asked, so many times."""

    def __init__(self, moves: int) -> None:
        self.moves, self.position = moves, 0

    def ask(self, service: str, operation: str, **fields: Any) -> dict[str, Any]:
        self.moves -= 1
        self.position += self.moves > 0
        return {"position": f"mall:{self.position}", "as_of": None, "items": []}


def test_the_picture_is_of_one_position() -> None:
    assert picture_of_mall(Moving(moves=4))["months"] == []
    with pytest.raises(BooksMoving):
        picture_of_mall(Moving(moves=1_000))


def test_a_mall_without_sales_has_a_page_that_says_so(tmp_path: Path) -> None:
    with Platform(Settings(data=tmp_path / "new")) as platform:
        platform.settle()
    assert report("--html", tmp_path / "page.html", "--data", tmp_path / "new").exit_code == 0
    assert_whole_without_charts((tmp_path / "page.html").read_text())
