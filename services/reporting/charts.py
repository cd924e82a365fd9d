"""Charts as drawings within the page (SVG): bars one under the other, one bar that is split, columns side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from .markup import Markup, element, together

COLOURS = ("leaf", "sand", "sky", "plum")
HIGH, WIDE, GAP = 60, 10, 2
"""Of a column, and how much of its width stays free, in the units of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What is compared: its name, how long it is, and how its number is written."""

    label: str
    value: float
    shown: str


def bars(rows: Sequence[Bar], most: float = 0.0) -> Markup:
    """A bar a row, all on one scale, that ends at ``most`` or at the longest; nothing for no rows."""
    if not rows:
        return Markup()
    most = most or max(row.value for row in rows) or 1.0
    return element("ul", *(_row(row, most) for row in rows), class_="bars")


@dataclass(frozen=True, slots=True)
class Column:
    """One of several side by side: its name, and what stands on what in it, from below."""

    label: str
    parts: Sequence[Bar]

    @property
    def total(self) -> float:
        """How high it is."""
        return sum(max(0.0, part.value) for part in self.parts)

    @property
    def said(self) -> str:
        """What it shows, in words."""
        return f"{self.label}: {', '.join(f'{part.label} {part.shown}' for part in self.parts)}"


def columns(title: str, rows: Sequence[Column]) -> Markup:
    """Columns on one scale, each of which says its figures; with them once more as a list. Nothing for no rows."""
    most = max((row.total for row in rows), default=0.0)
    if not most:
        return Markup()
    drawn = element(
        "svg", element("title", title), *(_column(row, index, most) for index, row in enumerate(rows)),
        viewBox=f"0 0 {WIDE * len(rows)} {HIGH}", preserveAspectRatio="none", class_="columns", role="img",
        aria_label=title,
    )  # fmt: skip
    ends = element("p", *(element("span", row.label) for row in [rows[0], *rows[1:][-1:]]), class_="ends soft")
    keys = [
        element("li", element("span", class_=f"key {colour}"), element("span", part.label))
        for part, colour in zip(rows[0].parts, COLOURS, strict=False)
    ]
    listed = element("ul", *(element("li", row.said) for row in rows))
    told = element("details", element("summary", title), listed)
    return together(drawn, ends, element("ul", *keys, class_="keys"), told)


def split(rows: Sequence[Bar]) -> Markup:
    """One bar whose parts are these, with what each of them is; nothing when they come to nothing."""
    total = sum(max(0.0, row.value) for row in rows)
    if not total:
        return Markup()
    parts, at = [], 0.0
    for row, colour in zip(rows, COLOURS, strict=False):
        width = 100 * max(0.0, row.value) / total
        parts.append(element("rect", class_=colour, x=round(at, 3), y=0, width=round(width, 3), height=6))
        at += width
    drawn = _drawing(*parts, said=", ".join(f"{row.label}: {row.shown}" for row in rows))
    keys = [
        element("li", element("span", class_=f"key {colour}"), element("span", row.label), _number(row.shown))
        for row, colour in zip(rows, COLOURS, strict=False)
    ]
    return together(drawn, element("ul", *keys, class_="keys"))


def _column(column: Column, index: int, most: float) -> Markup:
    drawn, reached = [element("title", column.said)], float(HIGH)
    for part, colour in zip(column.parts, COLOURS, strict=False):
        height = HIGH * max(0.0, part.value) / most
        reached -= height
        place = {"x": index * WIDE + GAP / 2, "y": round(reached, 3), "width": WIDE - GAP, "height": round(height, 3)}
        drawn.append(element("rect", class_=colour, **place))
    return element("g", *drawn)


def _row(row: Bar, most: float) -> Markup:
    width = round(100 * max(0.0, row.value) / most, 3)
    ground = element("rect", class_="ground", x=0, y=0, width=100, height=6)
    bar = element("rect", class_="leaf", x=0, y=0, width=width, height=6)
    drawn = _drawing(ground, bar, said=f"{row.label}: {row.shown}")
    return element("li", element("span", row.label), _number(row.shown), drawn)


def _drawing(*parts: Markup, said: str) -> Markup:
    return element("svg", *parts, viewBox="0 0 100 6", preserveAspectRatio="none", role="img", aria_label=said)


def _number(shown: str) -> Markup:
    return element("span", shown, class_="number")
