"""Whatever is wrong with a request to any operation: a problem document with a sentence, and nothing is changed."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.kernel.doors.operation import Kind
from tests.support.bad_tokens import BadTokens
from tests.support.everybody import Everybody
from tests.support.surface import Call, Row, elsewhere, examples, rows, send
from tests.support.surface_wrong import FORMS, assert_refused, assert_sentence, wrong_bodies, wrong_forms
from tests.support.worlds import EMBEDDED, World

ROWS = {row.name: row for row in rows()}
EXAMPLES = examples()
every_operation = pytest.mark.parametrize("name", ROWS)
every_command = pytest.mark.parametrize("name", [name for name in ROWS if ROWS[name].operation.kind is Kind.COMMAND])
every_question = pytest.mark.parametrize("name", [name for name in ROWS if ROWS[name].operation.kind is Kind.QUERY])


class Surface:
    """Everybody, and one request of each operation that would be accepted but is not made before all refused ones."""

    def __init__(self, everybody: Everybody, world: World) -> None:
        self.everybody, self._world = everybody, world
        self.stranger = self.everybody.person()
        self._calls: dict[str, Call] = {}

    def forms(self, name: str) -> list[str]:
        """In which ways its form is made wrong: in all; one each where the same code reads it behind another server."""
        every = list(FORMS)
        return every if self._world.name == EMBEDDED else [every[list(ROWS).index(name) % len(every)]]

    def call(self, name: str) -> Call:
        if name not in self._calls:
            self._calls[name] = EXAMPLES[name](self.everybody, self.everybody.person())
        return self._calls[name]

    def taken(self, name: str) -> Call:
        """The same, to be made: nobody else gets it. What is signed holds for some minutes only and is made anew."""
        call = self._calls.pop(name, None)
        return call if call and call.content is None else EXAMPLES[name](self.everybody, self.everybody.person())

    def refused(self, name: str, *statuses: int, call: Call | None = None, **sent: Any) -> dict[str, Any]:
        """The problem that a request gets; an assertion fails when anything was stored."""
        call = call or self.call(name)
        before = self.everybody.last_written()
        problem = assert_refused(send(self.everybody, ROWS[name], call, **sent), *statuses)
        assert self.everybody.written() == before, "a refused request has changed something"
        return problem


@pytest.fixture(scope="module")
def surface(everybody: Everybody, world: World) -> Surface:
    return Surface(everybody, world)


@pytest.fixture(scope="module")
def bad_tokens(everybody: Everybody, tmp_path_factory: pytest.TempPathFactory) -> BadTokens:
    other_key = tmp_path_factory.mktemp("forger") / "other.key"
    return BadTokens(everybody.operator, everybody.ground.token_key, other_key)


def test_every_operation_has_an_example():
    assert set(EXAMPLES) == set(ROWS)


@every_operation
def test_a_wrong_form_is_refused_and_names_the_field(surface, name):
    for form in surface.forms(name):
        for wrong in wrong_forms(ROWS[name], surface.call(name), form):
            try:
                problem = surface.refused(name, *((422,) if wrong.field else ()), **wrong.sent)
                assert wrong.field is None or wrong.field in problem["errors"], problem
            except AssertionError as failed:
                raise AssertionError(f"{form}: {wrong.what}: {failed}") from failed


def test_every_way_in_which_a_form_can_be_wrong_is_met_in_both_worlds(surface):
    assert {form for name in ROWS for form in surface.forms(name)} == set(FORMS)


@every_operation
def test_a_body_that_is_no_object_is_refused(surface, name):
    for what, body in wrong_bodies(ROWS[name], surface.call(name)).items():
        statuses = (413,) if what == "too much" else ()
        try:
            surface.refused(name, *statuses, content=body)
        except AssertionError as failed:
            raise AssertionError(f"{what}: {failed}") from failed


@every_operation
def test_a_body_without_a_declared_length_is_cut_off(surface, name):
    async def endless() -> Any:
        while True:
            yield b" " * 65_536

    if ROWS[name].operation.has_body:
        surface.refused(name, 413, content=endless())


@every_operation
def test_an_id_in_the_path_that_is_none_is_refused(surface, name):
    call = surface.call(name)
    for place in call.path:
        for value in ("12", "nobody", "%00", "..%2f..", "0" * 5_000, "%ff", str(uuid4()) + "0"):
            surface.refused(name, 400, 404, 405, 422, call=elsewhere(call, place, value))


@every_operation
def test_an_id_of_nothing_is_refused(surface, name):
    call = surface.call(name)
    for place in call.path:
        surface.refused(name, 403, 404, 409, call=elsewhere(call, place, uuid4()))


@every_operation
def test_a_token_that_does_not_hold_is_refused(surface, bad_tokens, name):
    if ROWS[name].operation.policy.signed_in:
        for what, token in bad_tokens.made().items():
            problem = surface.refused(name, 401, token=token)
            assert problem["code"] == "agora.unauthenticated", what


@every_operation
def test_no_token_is_refused(surface, name):
    if ROWS[name].operation.policy.signed_in:
        problem = surface.refused(name, 401, by=None)
        assert problem["code"] == "agora.unauthenticated"


@every_operation
def test_an_api_key_that_does_not_hold_is_refused(surface, name):
    if ROWS[name].operation.policy.by_key:
        good = surface.call(name).headers["Authorization"]
        for header in ("", "Bearer", "Bearer agp_0", f"Bearer agp_{'0' * 64}", f"{good}0", good[:-1], f"Basic {good}"):
            problem = surface.refused(name, 401, headers={"Authorization": header})
            assert problem["code"] in ("partners.key_needed", "partners.key_not_good"), header


@every_command
def test_a_key_that_is_none_is_refused(surface, name):
    for key in ("", "a" * 201, "a\tb", "ключ".encode()):
        assert surface.refused(name, 400, headers={"Idempotency-Key": key})["code"] == "agora.bad_key"


@every_command
def test_a_version_that_is_none_is_refused(surface, name):
    for version in ("", "seven", '"-1"', '"1", "2"', "9" * 40):
        assert surface.refused(name, 400, headers={"If-Match": version})["code"] == "agora.bad_if_match"


@every_question
def test_a_position_that_is_none_is_refused(surface, name):
    row, call = ROWS[name], surface.call(name)
    for after in ("", "42", "nowhere:1", "identity:-1", "identity:" + "9" * 30, "identity:x"):
        asked = dict(call.body) | {"after": after}
        sent = {"params": {"after": after}, "json": dict(call.body)} if row.operation.has_body else {"params": asked}
        assert surface.refused(name, 400, **sent)["code"] == "agora.bad_position"


@pytest.mark.parametrize("path", ["/nothing", "/identity", "/identity/nothing", "/mall/../../etc/passwd", "/%00"])
def test_a_path_of_nothing_is_refused(surface, path):
    assert_refused(surface.everybody.ask("GET", path), 404)


@every_operation
def test_another_method_is_refused(surface, name):
    row, call = ROWS[name], surface.call(name)
    path = f"/{row.service}{row.operation.path.format_map(call.path)}"
    for method in ("PUT", "DELETE", "PATCH"):
        assert_refused(surface.everybody.ask(method, path, call.by), 405)


@every_operation
def test_after_all_that_the_example_is_accepted_and_a_command_only_once(surface, name):
    row, call = ROWS[name], surface.taken(name)
    is_command = row.operation.kind is Kind.COMMAND
    key = {"Idempotency-Key": f"key-{uuid4()}"} if is_command else {}
    first = send(surface.everybody, row, call, headers=key)
    assert first.status_code == row.operation.status, first.text
    assert first.status_code == 204 or first.headers["content-type"] == row.operation.media
    if is_command:
        _assert_done_once(surface, row, call, key, first)


@pytest.mark.in_one_process
def test_a_running_platform_says_the_same(world, tmp_path):
    with world.platform(tmp_path / "data") as platform:
        client = platform.client()
        wrong: list[tuple[int, httpx.Response]] = [
            (400, client.post("/identity/people", content=b"{")),
            (400, client.post("/identity/people", content=b"[]")),
            (422, client.post("/identity/people", json={"colour": "red"})),
            (413, client.post("/identity/people", content=b"a" * 2_000_000)),
            (401, client.get("/identity/people/me")),
            (401, client.get("/identity/people/me", headers={"Authorization": "Bearer nonsense"})),
            (404, client.get("/nothing")),
            (405, client.delete("/identity/people")),
        ]
        for status, answer in wrong:
            assert_refused(answer, status)
        assert client.get("/readyz").json()["status"] == "ready"


def test_an_accepted_request_would_be_seen(surface):
    everybody = surface.everybody
    call = EXAMPLES["identity.rename"](everybody, surface.stranger)
    before = everybody.written()
    with pytest.raises(AssertionError):
        surface.refused("identity.rename", call=call)
    assert everybody.written() != before


def test_what_was_stored_between_two_refused_requests_would_be_seen(surface, monkeypatch):
    everybody = surface.everybody
    call = EXAMPLES["identity.rename"](everybody, surface.stranger)
    surface.refused("identity.rename", by=None, call=call)
    with monkeypatch.context() as unnoticed:
        unnoticed.setattr(httpx.Response, "is_success", False)
        send(everybody, ROWS["identity.rename"], call)
    with pytest.raises(AssertionError, match="has changed something"):
        surface.refused("identity.rename", by=None, call=call)
    surface.refused("identity.rename", by=None, call=call)


@pytest.mark.parametrize(
    "said",
    [
        "no", "Not found", "'NoneType' object has no attribute 'name'.", "Traceback (most recent call last).",
        "<class 'str'> is wrong.", "{'a': 1} is not valid.", "Look into services/mall/domain/order.py.",
        "ValueError: bad.",
    ],
)  # fmt: skip
def test_what_is_no_sentence_would_be_seen(said):
    with pytest.raises(AssertionError):
        assert_sentence(said)


def _assert_done_once(surface: Surface, row: Row, call: Call, key: dict[str, str], first: httpx.Response) -> None:
    """The same request under its key gets the same answer, another one is refused, and neither changes anything."""
    before = surface.everybody.written()
    again = send(surface.everybody, row, call, headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert surface.everybody.written() == before, "a repeated request has changed something"
    assert surface.refused(row.name, 409, call=_other(row, call), headers=key)["code"] == "agora.key_reused"


def _other(row: Row, call: Call) -> Call:
    """Another request that this key must not serve: other fields, or for want of them another place."""
    if call.other_body is not None:
        return Call(by=call.by, path=call.path, body=call.other_body)
    assert call.path, f"{row.name} needs an 'other_body' in its example"
    return elsewhere(call, next(iter(call.path)), uuid4())
