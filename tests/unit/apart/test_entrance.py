"""The entrance: ready when every process is, and otherwise it says which is not, and why."""

import asyncio
from typing import Any

import httpx

from services.apart.entrance import describe, entrance

MALL, GROUPS = "http://mall-serve:8000", "http://groups-work:8001"
READY = httpx.Response(200, json={"status": "ready", "obstacles": []})


def asked(path: str, answers: dict[str, httpx.Response | Exception]) -> httpx.Response:
    """What the entrance answers while its processes answer so."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/readyz"
        found = answers[f"{request.url.scheme}://{request.url.netloc.decode()}"]
        if isinstance(found, Exception):
            raise found
        return found

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            app: Any = entrance(describe(), list(answers), client)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://agora") as caller:
                return await caller.get(path)

    return asyncio.run(ask())


def test_it_is_ready_when_every_process_is() -> None:
    answer = asked("/readyz", {MALL: READY, GROUPS: READY})
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "processes": 2, "waiting": {}})


def test_it_says_who_is_not_ready_and_why() -> None:
    waiting = httpx.Response(503, json={"status": "waiting", "obstacles": ["the database does not answer"]})
    answer = asked("/readyz", {MALL: READY, GROUPS: waiting})
    assert answer.status_code == 503
    assert answer.json()["waiting"] == {GROUPS: ["the database does not answer"]}


def test_who_does_not_answer_or_answers_nonsense_is_not_ready() -> None:
    away, odd = httpx.ConnectError("refused"), httpx.Response(500, text="<html>")
    answer = asked("/readyz", {MALL: away, GROUPS: odd})
    assert answer.status_code == 503
    assert set(answer.json()["waiting"]) == {MALL, GROUPS}


def test_it_lives_whoever_else_does() -> None:
    assert asked("/healthz", {MALL: httpx.ConnectError("refused")}).status_code == 200


def test_its_document_has_the_operations_of_every_service() -> None:
    paths = asked("/openapi.json", {}).json()["paths"]
    assert {"/identity/people", "/groups/groups", "/mall/checkouts"} <= set(paths)
