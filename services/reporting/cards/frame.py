"""What all cards are made of."""

from collections.abc import Sequence

from services.reporting.markup import Child, Markup, element


def card(title: str, *content: Child) -> Markup:
    """A question and its answer."""
    return element("section", element("h3", title), *content, class_="card")


def soft(text: str) -> Markup:
    """What the figures mean, or why there are none."""
    return element("p", text, class_="soft")


def facts(rows: Sequence[tuple[str, str]]) -> Markup:
    """Names with their values."""
    cells = [cell for name, value in rows for cell in (element("dt", name), element("dd", value))]
    return element("dl", *cells)
