"""A virtual host of its own for every test, a neighbour who speaks in it, and a service that listens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kernel.service import Service
from tests.support.broker_reader import Speaker
from tests.support.neighbours import counting_is_understood
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.spoken import Listener, SpokenLog

__all__ = ["counting_is_understood"]


@pytest.fixture
def url(rabbitmq_server: RabbitServer) -> str:
    """A virtual host of its own for every test."""
    return rabbitmq_server.new_url()


@pytest.fixture
def log() -> SpokenLog:
    return SpokenLog()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def echo(tmp_path: Path, log: SpokenLog, listener: Listener) -> Iterator[Service]:
    with listener.opened(tmp_path / "echo", log) as service:
        yield service


@pytest.fixture
def speaker(url: str, log: SpokenLog) -> Iterator[Speaker]:
    speaker = Speaker(url, log)
    yield speaker
    speaker.close()
