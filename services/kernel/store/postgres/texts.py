"""Texts as they lie in a column: PostgreSQL has no NUL in a text, and what comes from outside may have one."""

import re

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def stored(text: str) -> str:
    r"""The text as it is stored: NUL as ``\0``, a backslash doubled; every other text stays as it is."""
    return text.replace("\\", "\\\\").replace("\0", "\\0")


def original(text: str) -> str:
    """The text that was stored."""
    return _ESCAPED.sub(lambda found: "\0" if found[1] == "0" else found[1], text) if "\\" in text else text
