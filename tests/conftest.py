"""What all tests share: hypothesis without a deadline, since a busy machine is not a finding, the servers, the log."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile("agora", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("agora")

pytest_plugins = ["tests.support.servers.fixtures"]


@pytest.fixture(autouse=True)
def its_own_log() -> Iterator[None]:
    """What a command under test set up for its log ends with the test: its stderr is closed afterwards."""
    yield
    structlog.reset_defaults()
