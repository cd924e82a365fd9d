"""What all tests share: hypothesis without a deadline, since a busy machine is not a finding, the servers, the log."""

import os
import signal
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile("agora", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("agora")

LONGEST = ("tests/e2e/apart", "tests/e2e", "tests/integration")
pytest_plugins = ["tests.support.servers.fixtures", "tests.support.servers.scratch"]


def pytest_configure() -> None:
    """Whoever starts the tests, and where: Ctrl-C reaches what they start, and nobody's terminal says how wide it is.

    A shell that starts tests in the background ignores Ctrl-C for them, and so for every process that they start.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that nobody waits in the end for the last of several workers."""
    items.sort(key=lambda item: [str(item.path).find(slow) < 0 for slow in LONGEST])


@pytest.fixture(autouse=True)
def its_own_log() -> Iterator[None]:
    """What a command under test set up for its log ends with the test: its stderr is closed afterwards."""
    yield
    structlog.reset_defaults()
