"""Where tests keep their files, as a pytest plugin: in memory where there is enough of it, since thousands of small
databases would wait for a disk. ``--basetemp`` says another place; where memory is short it is pytest's own.

What a test has left is removed when it has passed. All of it is gone with the session, however that ends.
"""

import pytest

from .custody import Custody, memory

_custody = pytest.StashKey[Custody]()


@pytest.hookimpl(tryfirst=True)  # pytest looks for its place when it is configured
def pytest_configure(config: pytest.Config) -> None:
    """Find the place, once for all workers."""
    if hasattr(config, "workerinput") or config.option.basetemp or memory() is None:
        return
    custody = config.stash[_custody] = Custody()
    config.option.basetemp = custody.directory / "tests"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give it back."""
    if _custody in config.stash:
        config.stash[_custody].close()
