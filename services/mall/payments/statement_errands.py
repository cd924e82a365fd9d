"""Fetching the statement of a day, and comparing it with the books."""

from dataclasses import replace

from services.kernel.flow.due import AskAgain, Decide
from services.kernel.store.recorder import DueRow
from services.mall.domain.statement import Statement, StatementLine, end_of
from services.mall.payments.asking import (
    NO_ANSWER,
    SHORTEST_PAUSE_SECONDS,
    WITHOUT_PROVIDER,
    WITHOUT_PROVIDER_SECONDS,
    Asking,
    pause,
)
from services.mall.payments.outcomes import as_code
from services.mall.payments.port import PaymentProvider

MOST_PAGES = 10_000


class StatementErrands(Asking):
    """Each day's statement is imported once it is whole; what the provider does not answer is asked for again."""

    def import_day(self, row: DueRow) -> Decide | AskAgain:
        """Import it, once our own view of that day is whole."""
        provider: PaymentProvider | None = self.service.extras.get("provider")
        if provider is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        if not self.service.shows_until(end_of(row.subject)):
            return AskAgain(SHORTEST_PAUSE_SECONDS)
        statement = whole_statement(provider, row.subject)
        if statement is None:
            return AskAgain(pause(row.tries), NO_ANSWER)
        return self.decide(lambda mall: mall.import_statement(statement))


def whole_statement(provider: PaymentProvider, day: str) -> Statement | None:
    """All pages of a day; None when one of them is missing, or the balances change from one to the next."""
    lines: list[StatementLine] = []
    after, balances, asked = None, None, set[str | None]()
    while after not in asked and len(asked) < MOST_PAGES:
        asked.add(after)
        page = provider.statement(day, after)
        if page.status == "unknown" or balances not in (None, page.balances):
            return None
        lines += [replace(line, reason=as_code(line.reason) if line.reason else "") for line in page.lines]
        after, balances = page.next, page.balances
        if after is None:
            return Statement.of(day, lines, page.balances)
    return None
