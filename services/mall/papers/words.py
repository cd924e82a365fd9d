"""The words of papers in each language, and what a statement says of itself in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

import orjson

from services.mall.schemas.statements import PLATFORM
from services.pages import formats

Answer = Mapping[str, Any]
"""A statement as the operation answers it, with all its entries."""


@cache
def words(language: str) -> Mapping[str, str]:
    """Every text of the papers, by its name."""
    found: dict[str, str] = orjson.loads((resources.files(__package__) / f"words.{language}.json").read_bytes())
    return found


@dataclass(frozen=True, slots=True)
class Wording:
    """How a statement is told in one language."""

    language: str

    def say(self, name: str, **values: str) -> str:
        """A text by its name."""
        return words(self.language)[name].format(**values)

    def named(self, kind: str, code: str) -> str:
        """What an account or a cause is called; one that has no word here is told by its code."""
        return words(self.language).get(f"{kind}_{code}", code.replace("_", " "))

    def money(self, minor: int, currency: str) -> str:
        """An amount with the sign of its currency."""
        return formats.money(minor, currency, self.language)

    def day(self, text: str) -> str:
        """Date and time of an entry."""
        return formats.moment(datetime.fromisoformat(text), self.language, "short")

    def whose(self, statement: Answer) -> str:
        """The party, by name where it has one."""
        if statement["party"] == PLATFORM:
            return self.say("of_platform")
        kind = "of_seller" if statement["name"] else "of_party"
        return self.say(kind, party=statement["party"], seller=statement["name"] or "")

    def period(self, statement: Answer) -> str:
        """From when until when."""
        begins_at, ends_at = statement["from"], statement["to"]
        return self.say(
            "period",
            begins_at=self._moment(begins_at) if begins_at else self.say("the_beginning"),
            ends_at=self._moment(ends_at) if ends_at else self.say("now"),
        )

    def stand(self, statement: Answer) -> str:
        """At which position it holds, and as of when."""
        if statement["as_of"] is None:
            return self.say("stand", position=statement["position"])
        return self.say("stand_as_of", position=statement["position"], as_of=self._moment(statement["as_of"]))

    def about(self, entry: Answer) -> list[str]:
        """The order or checkout of an entry, and the line or refund of it."""
        named = ("order", "checkout", "refund", "payout")
        return [self.say(one, id=entry[f"{one}_id"]) for one in named if entry[f"{one}_id"]]

    def of_document(self, document: Answer) -> list[str]:
        """Who issued it, when, for which order; of a credit note what it corrects, and why."""
        issuer, issuer_id = document["issuer_name"], document["issuer_id"]
        whose = self.say("issued_by", issuer=issuer, id=issuer_id) if issuer else self.say("issued_by_id", id=issuer_id)
        about = [whose, self.say("issued", issued_at=self._moment(document["issued_at"]))]
        about.append(self.say("order", id=document["order_id"]))
        if document["cause"] is not None:
            about.append(self.say("corrects", number=document["invoice_number"]))
            about.append(self.say(f"because_of_{document['cause']}", id=document["cause_id"]))
        return about

    def title_of(self, document: Answer) -> str:
        """What it is, and its number."""
        return self.say("numbered", kind=self.say(document["kind"]), number=document["number"])

    def _moment(self, text: str) -> str:
        return formats.moment(datetime.fromisoformat(text), self.language, "medium")
