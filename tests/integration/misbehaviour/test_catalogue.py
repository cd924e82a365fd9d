"""Whatever the provider does wrong by its script ends, with books that balance, and nothing is open then.

The real program, the real mall, HTTP in both directions. ``catalogue`` has a row for everything that the program knows.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest

from services.auditing import audit_directory
from services.mall.payments.http_provider import HttpProvider
from simulators.payments.running import Running
from tests.support.payments import SECRET
from tests.support.served_mall import OPERATOR, Served, serving

from .catalogue import KNOWN, ROWS, Row
from .life import Life


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with Running(SECRET) as simulated, closing(HttpProvider(simulated.url, timeout_seconds=1.0)) as provider:
        with serving(folder, simulated.url, provider=provider, callback_secret=SECRET) as served:
            terms = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15}
            served.post(OPERATOR, "/terms", **terms, seller_threshold=None)
            yield served
        assert audit_directory(folder).findings == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_it_ends_with_books_that_balance_and_nothing_open(served: Served, row: Row) -> None:
    life = Life(served, row)
    life.play()
    life.ensure_all_has_ended()


def test_everything_that_the_program_can_do_wrong_has_a_row() -> None:
    assert {row.name for row in ROWS} - {"refund_of_a_refunded", "dispute_after_payout"} == KNOWN
