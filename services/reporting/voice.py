"""How a report speaks: its words, numbers, money and times in one language."""

from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_decimal

from services.pages import formats
from services.pages.formats import LOCALES
from services.pages.languages import TAGS, words


@dataclass(frozen=True, slots=True)
class Voice:
    """One of the languages of the first page."""

    language: str

    @property
    def tag(self) -> str:
        """As a browser is told it."""
        return TAGS[self.language]

    def say(self, name: str, **values: str) -> str:
        """A text by its name; the name itself where there is none."""
        return words(self.language).get(name, name).format(**values)

    def kind(self, name: str) -> str:
        """What a kind of claim or tag is called."""
        return words(self.language).get(f"kind_{name}", name)

    def number(self, value: float) -> str:
        """With the separators of the language."""
        return str(format_decimal(value, locale=LOCALES[self.language]))

    def money(self, minor: int, currency: str) -> str:
        """An amount in minor units, with the digits of its currency."""
        return formats.money(minor, currency, self.language)

    def moment(self, when: datetime) -> str:
        """Date and time."""
        return formats.moment(when, self.language)
