"""The report as one page: whole in itself, in two languages, and what people wrote in it is text."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from services.reporting import PageUnwritable
from services.reporting.charts import Bar, bars, split
from services.reporting.markup import Markup, element
from services.reporting.paper import page
from services.reporting.voice import Voice

from .test_report import GROUP, LISTING, data, report, seen

__all__ = ["data"]
pytestmark = pytest.mark.in_files
WICKED = "<script>alert('x')</script><img src=x onerror=\"alert(1)\">"
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Read(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_whole(text: str) -> None:
    """Nothing in it runs, and nothing of it lies elsewhere."""
    read = Read(text)
    assert not {"script", "img", "iframe", "object", "embed", "link", "form", "base"} & set(read.names)
    names = {name for name, _ in read.attributes}
    assert not [name for name in names if name.startswith("on")]
    assert not {"src", "href", "srcset", "action"} & names
    assert not re.search(r"url\(|@import|https?:", text)
    assert {"svg", "rect", "style"} <= set(read.names)


@pytest.fixture(scope="module")
def listing(data: Path) -> dict[str, Any]:
    return seen("listing", str(LISTING), "--data", data)


@pytest.fixture(scope="module")
def community(data: Path) -> dict[str, Any]:
    return seen("community", str(GROUP), "--data", data)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Was it sold?", "€720.00", "5 or more", "Who bought?", "6 people", "Outdoor Friends", "2 March 2026"]),
        ("zh", ["卖出了没有？", "€720.00", "5 人以上", "谁买了？", "6 人", "Outdoor Friends", "2026年3月2日"]),
    ],
)
def test_a_listing_reads_well_in_both_languages(listing: dict[str, Any], language: str, expected: list[str]) -> None:
    text = page(listing, language, AT)
    assert_whole(text)
    told = Read(text).text
    assert not [wanted for wanted in expected if wanted not in told], told
    assert f'<html lang="{Voice(language).tag}">' in text


@pytest.mark.parametrize(("language", "expected"), [("en", "How is the community?"), ("zh", "社群状况如何？")])
def test_a_community_reads_well_in_both_languages(community: dict[str, Any], language: str, expected: str) -> None:
    text = page(community, language, AT)
    assert_whole(text)
    assert expected in Read(text).text
    assert "Rod [long]" in text


@pytest.mark.parametrize("kind", ["listing", "community"])
def test_whatever_anybody_wrote_is_text(kind: str, listing: dict[str, Any], community: dict[str, Any]) -> None:
    picture = {"listing": listing, "community": community}[kind]
    wicked = _with_every_text(picture, WICKED) | {"kind": kind}
    text = page(wicked, "en", AT)
    assert_whole(text)
    assert "alert" in Read(text).text


def test_a_text_that_is_not_escaped_would_be_noticed() -> None:
    with pytest.raises(AssertionError):
        assert_whole(f"<svg><rect/></svg><style></style>{element('p', Markup(WICKED))}")


def test_the_page_is_written_where_it_is_wanted(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "报告.html"
    result = report("community", str(GROUP), "--data", data, "--html", file, "--language", "zh")
    assert result.exit_code == 0, result.output
    assert_whole(file.read_text())
    assert report("listing", str(LISTING), "--data", data, "--html", file, "--language", "fr").exit_code == 2


def test_where_it_cannot_be_written_a_sentence_says_so(data: Path, tmp_path: Path) -> None:
    result = report("community", str(GROUP), "--data", data, "--html", tmp_path / "nowhere" / "page.html")
    assert isinstance(result.exception, PageUnwritable)
    assert "No such file or directory" in result.exception.detail


def test_bars_are_on_one_scale_and_say_their_numbers() -> None:
    drawn = bars([Bar("Rome", 10, "10"), Bar("Oslo", 5, "5")])
    assert re.findall(r'class="leaf"[^>]*width="([\d.]+)"', drawn) == ["100.0", "50.0"]
    assert 'aria-label="Oslo: 5"' in drawn
    assert bars([]) == ""
    assert split([Bar("Nothing", 0, "0")]) == ""


def test_the_parts_of_a_split_bar_make_up_the_whole() -> None:
    drawn = split([Bar("Seller", 75, "75"), Bar("Community", 20, "20"), Bar("Platform", 5, "5")])
    assert sum(map(float, re.findall(r' width="([\d.]+)"', drawn))) == pytest.approx(100)


def test_every_word_is_there_in_both_languages() -> None:
    files = Path("services/pages/files")
    english, chinese = (json.loads((files / f"words.{one}.json").read_text()) for one in ("en", "zh"))
    assert english.keys() == chinese.keys()
    places = {name: set(re.findall(r"{(\w+)}", text)) for name, text in english.items()}
    assert places == {name: set(re.findall(r"{(\w+)}", text)) for name, text in chinese.items()}


def _with_every_text(value: Any, text: str) -> Any:
    """The same answer, with this in place of everything that people write themselves."""
    if isinstance(value, dict):
        written = ("title", "name", "value", "purpose", "reason", "sentence")
        return {key: text if key in written else _with_every_text(one, text) for key, one in value.items()}
    if isinstance(value, list):
        return [text if isinstance(one, str) else _with_every_text(one, text) for one in value]
    return value
