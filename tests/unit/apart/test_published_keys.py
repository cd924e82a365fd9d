"""The keys of identity at hand: fetched beside all requests, kept while identity is away, fetched again when missed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.apart import published_keys
from services.apart.published_keys import PublishedKeys
from tests.support.http_server import Asked, HttpServer
from tests.support.waiting import until

FIRST, SECOND = {"keys": [{"kid": "1"}]}, {"keys": [{"kid": "1"}, {"kid": "2"}]}


class Publisher(HttpServer):
    """Stands in for identity's /jwks: says ``told``, with ``status``."""

    def __init__(self) -> None:
        super().__init__(self._answered)
        self.told: Any = FIRST
        self.status, self.asked = 200, 0

    def _answered(self, _asked: Asked) -> tuple[int, bytes]:
        self.asked += 1
        return self.status, json.dumps(self.told).encode()


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setattr(published_keys, "AGAIN_SECONDS", 0.01)
    with Publisher() as publisher:
        yield publisher


def test_are_fetched_at_the_start(publisher: Publisher) -> None:
    with PublishedKeys(publisher.url) as keys:
        assert until(lambda: keys.are_known)
        assert keys() == FIRST


@pytest.mark.parametrize("told", [{"keys": []}, {}, [], "nothing"])
def test_are_asked_for_until_there_are_some(publisher: Publisher, told: Any) -> None:
    publisher.told = told
    with PublishedKeys(publisher.url) as keys:
        assert until(lambda: publisher.asked > 2)
        assert not keys.are_known
        publisher.told = FIRST
        assert until(lambda: keys.are_known)


def test_whoever_misses_one_has_them_fetched_again(publisher: Publisher) -> None:
    with PublishedKeys(publisher.url) as keys:
        assert until(lambda: keys.are_known)
        publisher.told = SECOND
        assert until(lambda: keys() == SECOND)


def test_known_ones_stay_while_identity_is_away(publisher: Publisher) -> None:
    with PublishedKeys(publisher.url) as keys:
        assert until(lambda: keys.are_known)
        publisher.status, before = 503, publisher.asked
        assert until(lambda: keys() == FIRST and publisher.asked > before + 2)
        assert keys() == FIRST
