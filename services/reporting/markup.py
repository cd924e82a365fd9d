"""Making HTML: whatever is no element is text, and text is escaped, whoever wrote it."""

from html import escape
from typing import TypeAlias


class Markup(str):
    """HTML that was made here."""

    __slots__ = ()


Child: TypeAlias = str | None
"""Text, HTML that was made here, or nothing."""
_WITHOUT_END = frozenset({"meta", "rect"})


def element(name: str, /, *children: Child, **attributes: str | int | float | None) -> Markup:
    """``element("p", "1 < 2", class_="soft")``; an underscore in an attribute's name is a hyphen, except at its end."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _WITHOUT_END:
        return Markup(f"<{name}{told}>" if name == "meta" else f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{together(*children)}</{name}>")


def together(*children: Child) -> Markup:
    """One after the other."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children if child))
