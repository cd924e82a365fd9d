"""What falls due with partners: the end of an older key."""

from collections.abc import Iterable

from services.kernel.domain import Fact
from services.kernel.store.recorder import DueRow
from services.partners.domain import Partner

END_KEY = "key.end"


def due(fact: Fact) -> Iterable[DueRow]:
    """A new key ends the one before it, at once or when the overlap is over."""
    if isinstance(fact, Partner.KeyIssued) and fact.key_number > 1:
        yield DueRow(END_KEY, _subject(fact, fact.key_number - 1), fact.older_end_at)
    elif isinstance(fact, Partner.KeyEnded):
        yield DueRow(END_KEY, _subject(fact, fact.key_number), None)


def _subject(fact: Fact, key_number: int) -> str:
    return f"{fact.originator_id}/{key_number}"
