"""Reading what a provider writes, field by field; ValueError names the field that is missing or wrong."""

from typing import Any, TypeVar

Field = TypeVar("Field", str, int)


def one_of(document: Any, name: str, words: tuple[str, ...]) -> Any:
    """A text field that is one of the words."""
    word = field(document, name, str)
    if word not in words:
        raise ValueError(f"{name} is none of {', '.join(words)}")
    return word


def field(document: Any, name: str, kind: type[Field]) -> Field:
    """A field of a kind; True is no number."""
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, kind) or isinstance(found, bool):
        raise ValueError(f"{name} is missing or is not of type {kind.__name__}")
    return found
