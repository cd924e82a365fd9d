"""Which language somebody reads, and the words of each."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

import orjson
from starlette.requests import Request

LANGUAGES = ("en", "zh")
USUAL = "en"
TAGS = {"en": "en", "zh": "zh-Hans"}
"""As a browser is told it (BCP 47)."""


def language_of(request: Request) -> str:
    """The one that the address asks for, else the one that the browser likes best of those there are."""
    asked = request.query_params.get("language", "")
    return asked if asked in LANGUAGES else _liked(request.headers.get("accept-language", ""))


@cache
def words(language: str) -> Mapping[str, str]:
    """Every text of the page, by its name."""
    found: dict[str, str] = orjson.loads(file_named(f"words.{language}.json"))
    return found


def file_named(name: str) -> bytes:
    """A file of the page."""
    return (resources.files("services.pages") / "files" / name).read_bytes()


def _liked(accepted: str) -> str:
    """RFC 9110, 12.5.4: the highest quality; of equal ones the first."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, quality = part.partition(";")
        ranked.append((-_quality(quality), place, name.strip().lower().partition("-")[0]))
    known = [name for rank, _, name in sorted(ranked) if name in LANGUAGES and rank < 0]
    return known[0] if known else USUAL


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
