"""In which month something happened, as text: "2026-01"."""

MONTH_LENGTH = 7
"""How many characters of a time say it."""


def month_of(happened_at: str) -> str:
    """The month of a time in ISO 8601."""
    return happened_at[:MONTH_LENGTH]
