"""The HTTP door: whatever comes in, what goes out is an answer or a problem with a code and a sentence."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog
from eventsourcing.persistence import OperationalError
from marshmallow import Schema, fields
from starlette.requests import Request

from services.kernel.doors import http
from services.kernel.doors.admission import MOST_BYTES
from services.kernel.doors.http import BodyBrokenOff
from services.kernel.doors.operation import OPERATOR, PUBLIC, command, query
from tests.support import tally
from tests.support.clocks import StillClock
from tests.support.http_client import Client, asked, shape
from tests.support.services import opened
from tests.support.tally import Tallies


class Numbers(Schema):
    numbers = fields.List(fields.Integer(strict=True))


def breaks(*_: Any, **__: Any) -> Any:
    raise ValueError("the secret is hunter2")


def numbered(app: Tallies, numbers: list[int]) -> dict[str, Any]:
    return {}


def worded(app: Tallies, word: str) -> dict[str, Any]:
    return {}


blueprint = replace(
    tally.blueprint,
    operations=[
        *tally.operations,
        command("numbers", "/numbers", numbered, policy=PUBLIC, summary="Takes numbers.", takes=Numbers),
        command("word", "/words/{word}", worded, policy=PUBLIC, summary="Takes a word."),
        command("breaks", "/breaks", breaks, policy=PUBLIC, summary="Breaks."),
        command("operators", "/operators", breaks, policy=OPERATOR, summary="For operators."),
        command("rare", "/rare", worded, policy=PUBLIC, summary="Rare.", rate="2/hour"),
        command("signed", "/signed", worded, policy=PUBLIC, summary="Signed elsewhere.", is_counted=False),
        command("record", "/records", worded, policy=OPERATOR, summary="Records.", records=True),
        query("asks", "/asks", breaks, policy=PUBLIC, summary="Breaks too."),
    ],
)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with opened(tmp_path, blueprint, StillClock()) as service:
        yield Client(service)


async def in_chunks(read: list[int]) -> AsyncIterator[bytes]:
    """A body of 2 MB that says nothing of its length, and what was read of it."""
    for _ in range(200):
        read.append(10_000)
        yield b"x" * 10_000


TALLY = f"/tallies/{UUID(int=1)}"
WRONG: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "bad JSON": (asked("POST", "/tallies", content=b'{"name":'), (400, "agora.bad_json")),
    "no object": (asked("POST", "/tallies", content=b"[1]"), (400, "agora.bad_json")),
    "no UTF-8": (asked("POST", "/tallies", content=b'{"name": "\xff"}'), (400, "agora.bad_json")),
    "deeply nested": (asked("POST", "/tallies", content=b"[" * 100_000), (400, "agora.bad_json")),
    "empty body": (asked("POST", "/tallies"), (422, "agora.malformed")),
    "unknown field": (asked("POST", "/tallies", json={"name": "a", "nme": "b"}), (422, "agora.malformed")),
    "wrong type": (asked("POST", "/tallies", json={"name": 3}), (422, "agora.malformed")),
    "wrong within a list": (asked("POST", "/numbers", json={"numbers": [1, "2"]}), (422, "agora.malformed")),
    "bad id in the path": (asked("GET", "/tallies/1"), (422, "agora.malformed")),
    "unknown parameter": (asked("GET", f"{TALLY}?limit=1"), (422, "agora.malformed")),
    "2 MB": (asked("POST", "/tallies", content=b" " * 2_000_000), (413, "agora.too_large")),
    "2 MB without a length": (asked("POST", "/tallies", content=lambda: in_chunks([])), (413, "agora.too_large")),
    "wrong method": (asked("PUT", "/tallies"), (405, "agora.method_not_allowed")),
    "unknown path": (asked("GET", "/nothing"), (404, "agora.no_such_path")),
    "no token": (asked("POST", "/tallies", None, json={"name": "a"}), (401, "agora.unauthenticated")),
    "expired token": (asked("POST", "/tallies", "late", json={"name": "a"}), (401, "agora.unauthenticated")),
    "another scheme": (
        asked("POST", "/tallies", None, headers={"Authorization": "Basic YTpi"}), (401, "agora.unauthenticated")
    ),
    "token without its scheme": (
        asked("POST", "/tallies", None, headers={"Authorization": "anna"}), (401, "agora.unauthenticated")
    ),
    "no operator": (asked("POST", "/operators"), (403, "agora.forbidden")),
    "somebody else's or none": (asked("GET", TALLY), (404, "agora.missing")),
    "a position nobody gave": (asked("GET", f"{TALLY}?after=x:1"), (400, "agora.bad_position")),
    "a superscript position": (asked("GET", f"{TALLY}?after=tally:%C2%B2"), (400, "agora.bad_position")),
    **{
        f"Idempotency-Key {key!r:.20}": (
            asked("POST", "/tallies", json={"name": "a"}, headers={b"Idempotency-Key": key}), (400, "agora.bad_key")
        )
        for key in (b"", b"x" * 201, b"\xc3\xa9", b"a\tb")
    },
    **{
        f"If-Match {match!r:.20}": (
            asked("POST", f"{TALLY}/counts", json={}, headers={b"If-Match": match}), (400, "agora.bad_if_match")
        )
        for match in (b"", b"*", b'"a"', b'"1", "2"', b"-1", b"\xb2", b"1" * 10)
    },
    "If-Match of what is not there": (
        asked("POST", f"{TALLY}/counts", json={}, headers={"If-Match": 'W/"3"'}), (404, "agora.missing")
    ),
    "If-Match where there is no id": (
        asked("POST", "/words/hello", json={}, headers={"If-Match": '"3"'}), (412, "agora.stale")
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_refuses_with_a_code_and_a_sentence_and_changes_nothing(client: Client, wrong: str) -> None:
    request, expected = WRONG[wrong]
    made = {name: value() if callable(value) else value for name, value in request.items()}
    (response,) = client.all(made)
    assert shape(response) == expected
    assert client.service.recorder.position() == 0


def test_a_body_without_a_length_is_read_no_further_than_the_limit(client: Client) -> None:
    read: list[int] = []
    client("POST", "/tallies", content=in_chunks(read))
    assert sum(read) <= MOST_BYTES + 20_000


def test_who_goes_away_within_a_body_is_no_error_of_ours(client: Client) -> None:
    async def request() -> None:
        async def receive() -> dict[str, str]:
            return {"type": "http.disconnect"}

        with pytest.raises(BodyBrokenOff):
            await http.limited_body(Request({"type": "http", "headers": []}, receive))

    asyncio.run(request())


def test_without_the_limit_it_is_read_to_its_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 10**9)
    read: list[int] = []
    client("POST", "/tallies", content=in_chunks(read))
    assert sum(read) == 2_000_000


def test_a_body_of_exactly_the_limit_is_taken(client: Client) -> None:
    body = b'{"name": "a"}'
    assert client("POST", "/tallies", content=body.ljust(MOST_BYTES)).status_code == 201
    assert client("POST", "/tallies", content=body.ljust(MOST_BYTES + 1)).status_code == 413


def test_errors_name_every_field_also_within_a_list(client: Client) -> None:
    assert client("POST", "/tallies", json={"nme": 1}).json()["errors"] == {
        "name": ["Missing data for required field."], "nme": ["Unknown field."],
    }  # fmt: skip
    assert set(client("POST", "/numbers", json={"numbers": [1, "x", 3]}).json()["errors"]["numbers"]) == {"1"}


def test_a_problem_of_a_missing_token_says_which_scheme(client: Client) -> None:
    assert client("POST", "/tallies", None).headers["www-authenticate"] == "Bearer"


def test_where_anybody_may_a_token_that_does_not_hold_is_nobodys(client: Client) -> None:
    assert shape(client("GET", TALLY, "late")) == (404, "agora.missing")


@pytest.mark.parametrize(("method", "path"), [("POST", "/breaks"), ("GET", "/asks")])
def test_an_error_of_ours_gives_an_id_and_no_text(client: Client, method: str, path: str) -> None:
    with structlog.testing.capture_logs() as logs:
        response = client(method, path)
    assert shape(response) == (500, "agora.unexpected")
    body = response.json()
    assert re.fullmatch(r"[0-9a-f-]{36}", body["error_id"])
    assert "hunter2" not in response.text
    assert [(entry["error_id"], entry["path"]) for entry in logs] == [(body["error_id"], path)]


def test_a_command_answers_its_position_and_a_query_its_thing(client: Client) -> None:
    made = client("POST", "/tallies", json={"name": "seals"})
    assert (made.status_code, made.json()["position"]) == (201, "tally:1")
    client.service.settle()
    found = client("GET", f"/tallies/{made.json()['tally_id']}?after=tally:1", None)
    assert (found.status_code, found.json()) == (
        200,
        {"tally_id": made.json()["tally_id"], "name": "seals", "count": 0},
    )


def test_the_same_key_answers_the_same_and_another_body_is_refused(client: Client) -> None:
    key = {"Idempotency-Key": "k" * 200}
    first, again, other = client.all(
        asked("POST", "/tallies", json={"name": "a"}, headers=key),
        asked("POST", "/tallies", json={"name": "a"}, headers=key),
        asked("POST", "/tallies", json={"name": "b"}, headers=key),
    )
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert shape(other) == (409, "agora.key_reused")
    assert client("POST", "/tallies", "boris", json={"name": "b"}, headers=key).status_code == 201, "keys are one's own"
    assert client.service.recorder.position() == 2


def test_without_a_key_the_same_request_is_another_command(client: Client) -> None:
    assert client("POST", "/tallies", json={"name": "a"}).status_code == 201
    assert shape(client("POST", "/tallies", json={"name": "a"})) == (409, "agora.tally_taken")


def test_who_asks_too_often_is_told_when_to_come_back(client: Client) -> None:
    limited = Client(client.service, "3/hour")
    codes = [limited("GET", TALLY).status_code for _ in range(4)]
    assert codes == [404, 404, 404, 429]
    response = limited("GET", TALLY)
    assert shape(response) == (429, "agora.too_many")
    assert 1 <= int(response.headers["retry-after"]) <= 3600
    assert response.json()["retry_after_seconds"] == int(response.headers["retry-after"])
    assert limited("GET", TALLY, "boris").status_code == 404, "everybody is counted alone"
    assert limited("GET", TALLY, None).status_code == 404


def test_a_row_may_have_a_stricter_rate_of_its_own(client: Client) -> None:
    limited = Client(client.service, "100/hour")
    codes = [limited("POST", "/rare", json={"x": 1}).status_code for _ in range(3)]
    assert codes == [422, 422, 429]
    assert limited("GET", TALLY).status_code == 404


def test_the_rate_of_what_anybody_may_do_is_by_address_whoever_is_signed_in(client: Client) -> None:
    limited = Client(client.service, "100/hour")
    codes = [limited("POST", "/rare", token, json={"x": 1}).status_code for token in ("anna", "boris", None, "late")]
    assert codes == [422, 422, 429, 429]


def test_tokens_that_do_not_hold_are_counted_by_address(client: Client) -> None:
    limited = Client(client.service, "2/hour")
    codes = [limited("POST", "/tallies", "late", json={}).status_code for _ in range(3)]
    assert codes == [401, 401, 429]


def test_answers_tell_the_browser_to_guess_run_and_keep_nothing(client: Client) -> None:
    for response in (client("GET", "/nothing"), client("GET", "/openapi.json"), client("GET", "/asks")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert response.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in response.headers


def test_what_a_machine_signs_and_what_an_operator_records_is_not_counted(client: Client) -> None:
    limited = Client(client.service, "2/hour")
    assert {limited("POST", "/signed", json={"x": 1}).status_code for _ in range(5)} == {422}
    assert {limited("POST", "/records", "boris", json={"x": 1}).status_code for _ in range(5)} == {422}
    assert [limited("POST", "/numbers", json={"x": 1}).status_code for _ in range(3)] == [422, 422, 429]


def test_without_a_rate_nobody_is_counted(client: Client) -> None:
    assert {client("POST", "/rare", json={"x": 1}).status_code for _ in range(5)} == {422}


@pytest.mark.parametrize(
    ("failure", "status"), [(OperationalError("the server is gone"), 503), (RuntimeError("a mistake of ours"), 500)]
)
def test_a_database_that_is_away_is_no_error_of_ours(
    client: Client, failure: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(client.service.recorder, "command", away)
    answer = client("POST", "/tallies", json={"name": "seals"}, headers={"Idempotency-Key": "once"})
    assert answer.status_code == status
    assert str(failure) not in answer.text
