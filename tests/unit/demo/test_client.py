"""Positions are waited for, refusals are told apart, and nothing is waited for endlessly."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from services.demo import client
from services.demo.client import Answer, Api, Refused, Speaker
from services.demo.refusals import NeverCame, NotRefused, PlatformNotReached

Reply = tuple[int, Answer]


class Platform:
    """Answers with what is written for a path, and notes what was asked."""

    def __init__(self, replies: dict[str, Reply | list[Reply]]) -> None:
        self.asked: list[httpx.Request] = []
        self._replies = replies

    def speaker(self) -> Speaker:
        http = httpx.AsyncClient(base_url="http://agora", transport=httpx.MockTransport(self._answer))
        return Speaker(Api(http), "李明", token="a-token")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        reply = self._replies[request.url.path]
        status, body = reply.pop(0) if isinstance(reply, list) else reply
        return httpx.Response(status, json=body)


def run(what: Callable[[], Any]) -> Any:
    async def inside() -> Any:
        return await what()

    return asyncio.run(inside())


async def done_and_read(speaker: Speaker) -> None:
    await speaker.do("/mall/orders/1/deliver")
    await speaker.ask("/mall/orders/1")


def test_reads_at_least_as_late_as_it_has_written() -> None:
    platform = Platform({"/mall/orders/1/deliver": (200, {"position": "mall:42"}), "/mall/orders/1": (200, {})})
    run(lambda: done_and_read(platform.speaker()))
    assert platform.asked[1].url.params["after"] == "mall:42"
    assert platform.asked[1].headers["authorization"] == "Bearer a-token"


async def heard_of_claim(speaker: Speaker) -> None:
    await speaker.do("/identity/claims/1/certify", level=1)
    await speaker.api.heard("mall")


def test_waits_until_a_service_has_heard_of_the_others() -> None:
    platform = Platform({"/identity/claims/1/certify": (200, {"position": "identity:7"}), "/mall/terms": (200, {})})
    run(lambda: heard_of_claim(platform.speaker()))
    assert platform.asked[-1].url.params["after"] == "identity:7"


def test_a_refusal_carries_its_sentence() -> None:
    platform = Platform({"/mall/checkouts": (409, {"code": "mall.sold_out", "detail": "Only 0 are left."})})
    refused = run(lambda: platform.speaker().is_refused("mall.sold_out", "/mall/checkouts"))
    assert refused.sentence == "Only 0 are left."


def test_another_refusal_than_the_expected_one_is_not_taken_for_it() -> None:
    platform = Platform({"/mall/checkouts": (404, {"code": "mall.not_picked", "detail": "Not on this shelf."})})
    with pytest.raises(Refused) as raised:
        run(lambda: platform.speaker().is_refused("mall.sold_out", "/mall/checkouts"))
    assert "mall.not_picked" in raised.value.as_end().detail


def test_what_should_be_refused_and_is_not_ends_the_story() -> None:
    platform = Platform({"/mall/checkouts": (201, {})})
    with pytest.raises(NotRefused):
        run(lambda: platform.speaker().is_refused("mall.sold_out", "/mall/checkouts"))


def test_asks_again_until_it_is_there() -> None:
    platform = Platform({"/mall/checkouts/1": [(200, {"state": "open"}), (200, {"state": "paid"})]})
    seen = run(lambda: platform.speaker().sees("/mall/checkouts/1", "paid", lambda it: it["state"] == "paid"))
    assert seen == {"state": "paid"}


def test_gives_up_and_says_what_it_last_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TRIES", 2)
    platform = Platform({"/mall/checkouts/1": (200, {"state": "open"})})
    with pytest.raises(NeverCame, match=r"it is paid; last seen: \{'state': 'open'\}"):
        run(lambda: platform.speaker().sees("/mall/checkouts/1", "it is paid", lambda _: False))


def test_waits_as_long_as_the_platform_asks_for() -> None:
    replies: list[Reply] = [(429, {"code": "agora.too_many", "retry_after_seconds": 0}), (200, {"token": "t"})]
    platform = Platform({"/identity/sessions": replies})
    assert run(lambda: platform.speaker().do("/identity/sessions")) == {"token": "t"}


def test_says_when_nobody_answers() -> None:
    def nobody(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    http = httpx.AsyncClient(base_url="http://agora", transport=httpx.MockTransport(nobody))
    with pytest.raises(PlatformNotReached, match="http://agora"):
        run(lambda: Api(http).ask("/mall/terms"))
