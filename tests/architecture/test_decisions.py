"""The list of decisions names each of them once; ``test_finds_...`` hands each rule what breaks it."""

import re
from collections import Counter
from collections.abc import Iterable

from .sources import PROJECT

FOLDER = PROJECT / "docs" / "decisions"
PAGES = {path.name: path.read_text() for path in FOLDER.glob("[0-9]*.md")}
ROW = re.compile(r"^\| (\d+) \| \S.* \| \[(.+)\]\((\d{4}-[a-z0-9-]+\.md)\) \|$", re.MULTILINE)


def unlisted(text: str, pages: Iterable[str]) -> list[str]:
    """Pages that are not in exactly one row of the list, and rows of what is no page."""
    told, there = Counter(name for _, _, name in ROW.findall(text)), dict.fromkeys(pages, 1)
    return sorted(name for name in told | there if told[name] != 1 or name not in there)


def misnamed(text: str, pages: dict[str, str]) -> list[str]:
    """Rows that have another number or another title than their page."""
    return [
        name for number, title, name in ROW.findall(text)
        if int(name[:4]) != int(number) or pages.get(name, "").partition("\n")[0] != f"# {number}. {title}"
    ]  # fmt: skip


def test_the_list_names_every_decision_once() -> None:
    assert unlisted((FOLDER / "README.md").read_text(), PAGES) == []


def test_the_list_has_the_numbers_and_titles_of_the_pages() -> None:
    assert misnamed((FOLDER / "README.md").read_text(), PAGES) == []


def test_the_list_is_found_from_the_front() -> None:
    for page in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"):
        assert "decisions/README.md)" in (PROJECT / page).read_text(), page


def test_finds_what_is_missing_told_twice_or_not_there() -> None:
    row = "| 1 | One. | [One](0001-one.md) |\n"
    assert unlisted(row, ["0001-one.md", "0002-two.md"]) == ["0002-two.md"]
    assert unlisted(row + row, ["0001-one.md"]) == ["0001-one.md"]
    assert unlisted(row, []) == ["0001-one.md"]
    assert unlisted("| 1 |  | [One](0001-one.md) |\n", ["0001-one.md"]) == ["0001-one.md"]


def test_finds_another_number_or_title() -> None:
    row, pages = "| 1 | One. | [One](0001-one.md) |\n", {"0001-one.md": "# 1. One\n"}
    assert misnamed(row, pages) == []
    assert misnamed(row.replace("| 1 |", "| 2 |"), pages) == ["0001-one.md"]
    assert misnamed(row, {"0001-one.md": "# 1. Two\n"}) == ["0001-one.md"]
