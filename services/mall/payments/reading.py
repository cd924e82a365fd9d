"""How fields are taken out of what the payment provider writes: ValueError names the one that is missing or wrong."""

from typing import Any, TypeVar

Field = TypeVar("Field", str, int)
LONGEST_MEANS = 200
MOST_MINOR = 10**15
"""No amount of money is more: sums beyond 64 bits would stop every view that counts them."""


def field(document: Any, name: str, kind: type[Field]) -> Field:
    """The field, when it is there and of this type; true and false are no numbers."""
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, kind) or isinstance(found, bool):
        raise ValueError(f"{name} is missing or is not of type {kind.__name__}")
    if kind is int and not 0 <= int(found) <= MOST_MINOR:
        raise ValueError(f"{name} is not between 0 and {MOST_MINOR}")
    return found


def one_of(document: Any, name: str, words: tuple[str, ...]) -> Any:
    """The field, when it is one of these words."""
    word = field(document, name, str)
    if word not in words:
        raise ValueError(f"{name} is none of {', '.join(words)}")
    return word


def means_in(told: Any) -> str:
    """What something was paid with, as the provider calls it; nothing when it says nothing that can be kept: no money
    waits for that."""
    is_usable = isinstance(told, str) and 0 < len(told) <= LONGEST_MEANS and told.isprintable()
    return told if is_usable else ""


def money(document: Any, *names: str) -> dict[str, Any]:
    """Amount, currency and reason, and whatever else is named, as fields of an outcome."""
    texts = {name: field(document, name, str) for name in ("currency", "reason", *names)}
    return {"amount_minor": field(document, "amount_minor", int)} | texts
