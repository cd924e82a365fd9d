"""All of a paper, read page by page."""

from collections.abc import Callable, Iterator
from typing import Any

from services.mall.domain.refusals import StatementTooLong

MOST_IN_CSV, MOST_IN_PDF = 50_000, 2_000
"""How many entries a file takes: of a larger one nobody would turn the pages, and a worker would be busy for long."""
PAGE_ROWS = 1_000
Ask = Callable[..., dict[str, Any]]


def whole(ask: Ask, most: int, **asked: Any) -> dict[str, Any]:
    """All pages of a statement as one. ``ask`` answers the operation as JSON has it. Raises StatementTooLong."""
    pages = pages_of(ask, **asked)
    statement = next(pages)
    count = sum(account["entries"] for account in statement["accounts"])
    if count > most:
        raise StatementTooLong(most=most, count=count)
    for page in pages:
        statement["entries"] += page["entries"]
    return statement | {"next": None}


def pages_of(ask: Ask, **asked: Any) -> Iterator[dict[str, Any]]:
    """One page after the other."""
    page = ask(**asked, limit=PAGE_ROWS)
    yield page
    while page["next"] is not None:
        page = ask(**asked, limit=PAGE_ROWS, cursor=page["next"])
        yield page
