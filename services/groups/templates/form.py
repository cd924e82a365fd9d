"""What a template is made of."""

from dataclasses import dataclass
from typing import Any

EN, ZH = LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Words:
    """The same in English and in Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The words in one of ``LANGUAGES``."""
        return self.zh if language == ZH else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A community to begin with. A change of anything in it is another ``version``.

    ``questions`` are words and whether an answer is required, ``sections`` a kind and a name.
    """

    name: str
    version: int
    title: Words
    purpose: Words
    rules: Words
    threshold: dict[str, Any] | None
    tags: tuple[str, ...]
    questions: tuple[tuple[Words, bool], ...] = ()
    sections: tuple[tuple[str, Words], ...] = ()
    reviewers_needed: int = 1
    fee_minor: int | None = None
    fee_currency: str | None = None

    def filled(self, language: str) -> dict[str, Any]:
        """What a group founded from it has, in one language."""
        return {
            "title": self.title.in_language(language),
            "purpose": self.purpose.in_language(language),
            "rules": self.rules.in_language(language),
            "threshold": self.threshold,
            "tags": list(self.tags),
            "questions": [{"text": words.in_language(language), "required": must} for words, must in self.questions],
            "sections": [{"kind": kind, "name": words.in_language(language)} for kind, words in self.sections],
            "reviewers_needed": self.reviewers_needed,
            "fee_minor": self.fee_minor,
            "fee_currency": self.fee_currency,
            "template_version": self.version,
        }
