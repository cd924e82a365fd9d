"""What a partner can know of a platform: all of its figures, at one and the same position of every service."""

from collections.abc import Callable, Sequence
from typing import Any

from services.kernel.refusals import Malformed, Unready

Answer = dict[str, Any]
Ask = Callable[..., Answer]
"""A page of figures: takes ``by``, ``limit`` and ``cursor``."""
TRIES = 5
ROWS_AT_ONCE = 1_000


class PartnerNeeded(Malformed):
    """Figures of a directory are those of one of its partners."""

    sentence = "Say whose figures with --partner ID; GET /partners/partners lists the partners to an operator."


class KeyNeeded(Malformed):
    """Over HTTP a partner is known by its key."""

    sentence = "Set AGORA_PARTNER_KEY to the partner's API key (agp_...), which tells the platform who asks."


class FiguresMoving(Unready):
    """The figures have several pages, and others trade while they are read."""

    sentence = "The figures keep changing while they are read; ask again when the platform has less to do."


def partner_figures(ask: Ask) -> Answer:
    """Totals, and a row for every group and every listing: what ``agora report --as-partner --json`` prints.

    Raises FiguresMoving.
    """
    for _ in range(TRIES):
        groups, listings = _pages(ask, "group"), _pages(ask, "listing")
        first, *others = (*groups, *listings)
        if all(page["at"] == first["at"] for page in others):
            rows = {"groups": _rows(groups), "listings": _rows(listings)}
            return {"at": first["at"], "totals": first["totals"], **rows}
    raise FiguresMoving()


def _rows(pages: Sequence[Answer]) -> list[Answer]:
    return [row for page in pages for row in page["items"]]


def _pages(ask: Ask, by: str) -> list[Answer]:
    pages = [ask(by=by, limit=ROWS_AT_ONCE)]
    while pages[-1]["next"] is not None:
        pages.append(ask(by=by, limit=ROWS_AT_ONCE, cursor=pages[-1]["next"]))
    return pages
