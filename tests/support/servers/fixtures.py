"""The fixtures of the servers, as a pytest plugin: one of each for a session, started when a test wants it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from .postgres import PostgresServer
from .provisioning import Servers
from .rabbitmq import RabbitServer
from .refusals import ProgramMissing, ServerFailed, ServersMissing

_POSTGRES, _RABBITMQ, _BROWSER = "postgres_server", "rabbitmq_server", "browser_program"
_servers = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Tests of behaviour run in both worlds; those that look into one of them say so."""
    config.addinivalue_line("markers", "in_files: looks into files, so databases are not for it")
    config.addinivalue_line("markers", "in_one_process: looks into the process of the platform")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start what the chosen tests want, all at once, before the time of any test counts: installing may take long."""
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    if session.config.option.collectonly or not wanted & {_POSTGRES, _RABBITMQ, _BROWSER}:
        return
    servers = _of(session.config)
    known = ((_POSTGRES, servers.postgres), (_RABBITMQ, servers.rabbitmq), (_BROWSER, servers.browser))
    starts = [start for name, start in known if name in wanted]
    with ThreadPoolExecutor() as pool:
        for start in starts:
            pool.submit(start)  # what goes wrong is said by the tests that want it


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started."""
    if _servers in config.stash:
        config.stash[_servers].close()


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """All of them, each started when it is asked for."""
    return _of(pytestconfig)


@pytest.fixture(scope="session")
def postgres_server(servers: Servers) -> Iterator[PostgresServer]:
    """PostgreSQL, for the whole session: what a test makes in it has names of its own."""
    try:
        yield servers.postgres()
    except (ServersMissing, ServerFailed) as missing:
        pytest.fail(missing.detail, pytrace=False)


@pytest.fixture(scope="session")
def rabbitmq_server(servers: Servers) -> Iterator[RabbitServer]:
    """RabbitMQ, for the whole session: every module takes a virtual host of its own."""
    try:
        yield servers.rabbitmq()
    except (ServersMissing, ServerFailed) as missing:
        pytest.fail(missing.detail, pytrace=False)


@pytest.fixture(scope="session")
def browser_program(servers: Servers) -> str:
    """Where Chromium is."""
    try:
        return servers.browser()
    except (ProgramMissing, ServerFailed) as missing:
        pytest.fail(missing.detail, pytrace=False)


def _of(config: pytest.Config) -> Servers:
    if _servers not in config.stash:
        config.stash[_servers] = Servers(say=lambda line: _say(config, line))
    return config.stash[_servers]


def _say(config: pytest.Config, line: str) -> None:
    """Say it to the person who waits, whatever is captured."""
    capturing = config.pluginmanager.getplugin("capturemanager")
    with capturing.global_and_fixture_disabled():
        print(f"\n{line}", flush=True)
