"""Over HTTP: what gets no answer is sent again under the same key, and waiting is done where it is asked for."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from services.importing import over_http
from services.importing.caller import Command, Said
from services.importing.over_http import OverHttp
from services.importing.refusals import NotReached, TurnedAway

COMMAND = Command("groups", "record_member", {"group_id": "g"}, "olist:member:g")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_seconds: float) -> None:
        return None

    monkeypatch.setattr(asyncio, "sleep", at_once)


Answers = Iterator[httpx.Response | Exception]


def asked(answers: Answers, ask: Callable[[OverHttp], Any]) -> tuple[Any, list[httpx.Request]]:
    """What the caller makes of these answers, and what it sent to get them."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    async def go() -> Any:
        transport = httpx.MockTransport(answer)
        async with httpx.AsyncClient(transport=transport, base_url="http://agora") as client:
            return await ask(OverHttp(client))

    return asyncio.run(go()), sent


def problem(status: int, **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"code": "groups.no", "detail": "No.", **more})


def done(position: str = "groups:7") -> httpx.Response:
    return httpx.Response(201, json={"position": position})


def test_a_command_goes_to_the_path_of_its_operation_under_its_key() -> None:
    position, (request,) = asked(iter([done()]), lambda caller: caller.do(COMMAND))
    assert position == 7
    assert (request.method, request.url.path) == ("POST", "/groups/records/members")
    assert request.headers["Idempotency-Key"] == "olist:member:g"
    assert request.content == b'{"group_id":"g"}'


def test_what_got_no_answer_is_sent_again_under_the_same_key() -> None:
    answers: Answers = iter([httpx.ReadError("lost"), problem(503), done()])
    position, sent = asked(answers, lambda caller: caller.do(COMMAND))
    assert (position, {request.headers["Idempotency-Key"] for request in sent}) == (7, {"olist:member:g"})


def test_a_platform_that_is_gone_is_given_up_on() -> None:
    answers: Answers = iter([httpx.ConnectError("gone")] * over_http.ATTEMPTS)
    with pytest.raises(NotReached):
        asked(answers, lambda caller: caller.do(COMMAND))


def test_asking_too_often_is_waited_out_however_long_it_takes() -> None:
    answers: Answers = iter([*[httpx.Response(429, headers={"Retry-After": "3"})] * 40, done()])
    position, sent = asked(answers, lambda caller: caller.do(COMMAND))
    assert (position, len(sent)) == (7, 41)


def test_a_refusal_is_told_with_its_fields() -> None:
    said, _ = asked(iter([problem(422, errors={"group_id": ["Not a UUID."]})]), lambda caller: caller.do(COMMAND))
    assert said == Said("groups.no", "No. {'group_id': ['Not a UUID.']}")


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_does_not_hold_ends_the_import(status: int) -> None:
    with pytest.raises(TurnedAway):
        asked(iter([problem(status)]), lambda caller: caller.do(COMMAND))


def test_services_say_how_far_they_are() -> None:
    answers: Answers = iter([problem(504, reached=f"x:{position}") for position in (5, 6, 7, 8)])
    heads, sent = asked(answers, lambda caller: caller.heads())
    assert sorted(heads.values()) == [5, 6, 7, 8]
    assert all("after" in request.url.params for request in sent)


def test_waits_for_every_reader_as_long_as_it_comes_closer() -> None:
    late = [problem(504, reached=f"groups:{position}") for position in (1, 2, 5)]
    answers: Answers = iter([done(), *late, *[httpx.Response(200, json={})] * 4])

    async def record(caller: OverHttp) -> None:
        await caller.do(COMMAND)
        await caller.catch_up()

    _, sent = asked(answers, record)
    assert len(sent) == 8
    assert all(request.url.params["after"] == "groups:7" for request in sent[1:])


def test_does_not_wait_for_ever_for_a_reader_that_stands_still() -> None:
    answers: Answers = iter([done(), *[problem(504, reached="groups:3")] * 40])

    async def record(caller: OverHttp) -> None:
        await caller.do(COMMAND)
        await caller.catch_up()

    with pytest.raises(NotReached):
        asked(answers, record)


def test_books_are_read_from_the_mall() -> None:
    books, (request,) = asked(
        iter([httpx.Response(200, json={"sums": {}})]), lambda caller: caller.ask("mall", "books")
    )
    assert (books, request.url.path) == ({"sums": {}}, "/mall/books")
