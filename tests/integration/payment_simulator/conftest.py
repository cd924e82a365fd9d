"""One simulated provider for each file, with its two clients and a receiver of its callbacks."""

from collections.abc import Iterator

import httpx
import pytest

from services.mall.payments.http_provider import HttpProvider
from simulators.payments.running import Running
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import SECRET


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Running(SECRET) as running:
        yield running.url


@pytest.fixture
def direct(url: str) -> Iterator[httpx.Client]:
    """The provider's HTTP API, without faults left over from another test."""
    with httpx.Client(base_url=url, trust_env=False) as client:
        client.delete("/script")
        yield client


@pytest.fixture
def provider(url: str) -> Iterator[HttpProvider]:
    provider = HttpProvider(url)
    yield provider
    provider.close()


@pytest.fixture
def receiver() -> Iterator[CallbackReceiver]:
    with CallbackReceiver() as receiver:
        yield receiver
