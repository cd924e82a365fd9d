"""Charts as drawings within the page (SVG): bars one under the other, and one bar that is split."""

from collections.abc import Sequence
from dataclasses import dataclass

from .markup import Markup, element, together

COLOURS = ("leaf", "sand", "sky")


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
