"""Every refusal that the document of an operation declares can happen, and is answered as declared."""

import asyncio
from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx
import pytest
from starlette.routing import Mount, Router

from services.kernel.doors.declared import declared
from services.kernel.doors.http import Door, application
from services.kernel.doors.limits import Rates
from services.kernel.doors.operation import Kind
from services.kernel.doors.tokens import Verifier
from tests.support.everybody import Everybody, everybody_somewhere
from tests.support.surface import Call, Row, elsewhere, examples, rows, send, with_body

ROWS = {row.name: row for row in rows()}
EXAMPLES = examples()
ABSENT = "00000000-0000-4000-8000-00000000dead"


@pytest.fixture(scope="module")
def everybody() -> Iterator[Everybody]:
    with everybody_somewhere() as made:
        yield made


def statuses(row: Row) -> set[int]:
    """What the document of an operation declares beside its answer and "default"."""
    return {int(status) for status in declared(row.operation) if status != "default"}


def _unreadable(row: Row, call: Call, everybody: Everybody) -> httpx.Response:
    if row.operation.kind is Kind.COMMAND:
        return send(everybody, row, call, headers={"Idempotency-Key": "a" * 201})
    after = {"after": "nowhere"}
    sent = {"json": dict(call.body), "params": after} if row.operation.has_body else {"params": {**call.body, **after}}
    return send(everybody, row, call, **sent)


def _nobody(row: Row, call: Call, everybody: Everybody) -> httpx.Response:
    return send(everybody, row, call, by=None, headers={"Authorization": "Bearer nonsense"})


def _without_the_role(row: Row, call: Call, everybody: Everybody) -> httpx.Response:
    return send(everybody, row, call, by=everybody.person())


def _of_nothing(row: Row, call: Call, everybody: Everybody) -> httpx.Response:
    """An id in the path that is nobody's; where that looks like a thing of others, one in the body."""
    place = next(place for place in call.path if place.endswith("_id"))
    answer = send(everybody, row, elsewhere(call, place, ABSENT))
    inside = [field for field in call.body if field.endswith("_id")]
    if answer.status_code == 404 or not inside:
        return answer
    return send(everybody, row, call, **with_body(row, {**call.body, inside[0]: ABSENT}))


def _with_a_used_key(row: Row, call: Call, everybody: Everybody) -> httpx.Response:
    key = {"Idempotency-Key": f"key-{uuid4()}"}
    assert send(everybody, row, call, headers=key).is_success
    if call.other_body is None:
        return send(everybody, row, elsewhere(call, next(iter(call.path)), uuid4()), headers=key)
    return send(everybody, row, Call(by=call.by, path=call.path, body=call.other_body), headers=key)


def _of_another_version(row: Row, call: Call, everybody: Everybody) -> httpx.Response:
    return send(everybody, row, call, headers={"If-Match": '"999999"'})


def _too_much(row: Row, call: Call, everybody: Everybody) -> httpx.Response:
    return send(everybody, row, call, content=b"a" * 2_000_000)


def _with_an_unknown_field(row: Row, call: Call, everybody: Everybody) -> httpx.Response:
    return send(everybody, row, call, **with_body(row, {**call.body, "unheard_of": "1"}))


PROVOKED: dict[int, Callable[[Row, Call, Everybody], httpx.Response]] = {
    400: _unreadable, 401: _nobody, 403: _without_the_role, 404: _of_nothing, 412: _of_another_version, 413: _too_much,
    422: _with_an_unknown_field, 409: _with_a_used_key,
}  # fmt: skip
"""How to be refused with a status; for the last it is carried out first. 429 has a test of its own, at other rates."""


@pytest.mark.parametrize("name", ROWS)
def test_every_refusal_that_an_operation_declares_can_happen(everybody, name):
    row, call = ROWS[name], EXAMPLES[name](everybody, everybody.person())
    for status in (status for status in PROVOKED if status in statuses(row)):
        answer = PROVOKED[status](row, call, everybody)
        assert answer.status_code == status, f"{status} is declared: {answer.status_code} {answer.text[:300]}"
        assert answer.headers["content-type"] == "application/problem+json"
        assert status != 401 or answer.headers["www-authenticate"] == "Bearer"


def test_every_status_that_is_declared_is_provoked():
    declared_somewhere = set().union(*(statuses(row) for row in ROWS.values()))
    assert declared_somewhere == {*PROVOKED, 429}


def test_a_refusal_that_cannot_happen_would_be_seen(everybody):
    row, call = ROWS["identity.rename"], EXAMPLES["identity.rename"](everybody, everybody.person())
    assert 403 not in statuses(row)
    assert PROVOKED[403](row, call, everybody).status_code == 200


@pytest.mark.parametrize("name", ROWS)
def test_who_asks_too_often_is_refused_where_that_is_declared(impatient, name):
    row = ROWS[name]
    path = f"/{row.service}{row.operation.path}".replace("{", "").replace("}", "")
    answers = [impatient(row.operation.method, path) for _ in range(2)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert bool(refused) == (429 in statuses(row))
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)


@pytest.fixture(scope="module")
def impatient(everybody: Everybody) -> Iterator[Callable[[str, str], httpx.Response]]:
    """The same platform behind doors that let a stranger ask once a minute, over all operations."""
    verifier, rates = Verifier(everybody.platform.issuer.jwks), Rates("1/minute")
    doors = {name: Door(service, verifier, rates).routes() for name, service in everybody.platform.services.items()}
    app = application([Mount(f"/{name}", Router(routes)) for name, routes in doors.items()])
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://agora", trust_env=False)
        yield lambda method, path: runner.run(client.request(method, path))
        runner.run(client.aclose())
