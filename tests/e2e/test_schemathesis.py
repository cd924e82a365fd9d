"""Schemathesis over the merged document: whatever is sent to any operation, the answer is as promised and never a 500.

Half of what it makes fits the document and half does not; ids in it are often those of things that exist. An
operator with every role asks, and whoever the operation is for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.everybody import Everybody
from tests.support.surface import Call, Row, examples, rows
from tests.support.worlds import EMBEDDED

ROWS = {row.name: row for row in rows()}
EXAMPLES = examples()
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EMBEDDED_EXAMPLES, APART_EXAMPLES = 12, 4
"""Apart, the same code reads what is sent behind another server."""
FEW = settings(
    max_examples=EMBEDDED_EXAMPLES, derandomize=True, database=None, phases=[Phase.generate], deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """One operation of the document, with a request to it that would be accepted."""

    row: Row
    call: Call
    document: Any
    everybody: Everybody

    @property
    def cases(self) -> st.SearchStrategy[Any]:
        """What fits the document and what does not, about anything and about what is there."""
        there = {name: str(value) for name, value in self.call.path.items()}
        anything = self.document.as_strategy(generation_mode=GenerationMode.POSITIVE)
        fitting = self.document.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=there)
        if not (self.row.fields or self.row.operation.has_body):
            return st.one_of(anything, fitting.map(self._grounded))
        wrong = self.document.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=there)
        return st.one_of(anything, fitting.map(self._grounded), wrong)

    @property
    def people(self) -> st.SearchStrategy[UUID | None]:
        """Who asks."""
        return st.sampled_from([self.everybody.operator, self.call.by])

    @property
    def key(self) -> str | None:
        """The header with a partner's key, where the operation is asked with one."""
        return self.call.headers["Authorization"] if self.row.operation.policy.by_key else None

    def _grounded(self, case: Any) -> Any:
        """The same about things that are there, at whatever version and position they are."""
        for name in ("If-Match", "Idempotency-Key"):
            case.headers.pop(name, None)
        case.query.pop("after", None)
        if isinstance(case.body, dict):
            case.body = case.body | {name: value for name, value in self.call.body.items() if name.endswith("_id")}
        return case


@pytest.fixture(scope="module")
def fuzzed(everybody: Everybody) -> Callable[[str], Fuzzed]:
    load_all_checks()
    everybody.roles[everybody.operator] = ("operator", "certifier")
    schema = schemathesis.openapi.from_dict(everybody.ask("GET", "/openapi.json").json())
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    documents = {document.label: document for document in found}

    @cache
    def made(name: str) -> Fuzzed:
        row = ROWS[name]
        label = f"{row.operation.method} /{row.service}{row.operation.path}"
        return Fuzzed(row, EXAMPLES[name](everybody, everybody.person()), documents[label], everybody)

    return made


@pytest.mark.parametrize("name", ROWS)
def test_no_request_brings_an_operation_down(fuzzed, world, name):
    one = fuzzed(name)

    @settings(FEW, max_examples=EMBEDDED_EXAMPLES if world.name == EMBEDDED else APART_EXAMPLES)
    @given(case=one.cases, by=one.people)
    def ask(case: Any, by: UUID | None) -> None:
        case.validate_response(_sent(one.everybody, case, by, one.key), checks=CHECKS)

    ask()
    one.everybody.settle()


@pytest.mark.in_one_process
def test_a_failing_operation_would_be_seen(fuzzed, monkeypatch):
    one = fuzzed("identity.person")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(one.everybody.platform.services["identity"], "ask", broken)
    monkeypatch.setattr("services.kernel.doors.problems.log.error", lambda *_, **__: None)

    @FEW
    @given(case=one.cases)
    def ask(case: Any) -> None:
        case.validate_response(_sent(one.everybody, case, one.call.by), checks=CHECKS)

    with pytest.raises(FailureGroup, match="Server error"):
        ask()


def _sent(everybody: Everybody, case: Any, by: UUID | None, key: str | None = None) -> httpx.Response:
    """The request as it would go over the network, in the name of a person or with a key; it waits for nothing."""
    if str(case.query.get("wait", "")).isdigit():
        case.query["wait"] = 0
    ready = requests.Request(**case.as_transport_kwargs(base_url="http://agora")).prepare()
    headers: Any = {
        name: value if isinstance(value, bytes) else value.encode("latin-1")
        for name, value in ready.headers.items()
        if name.lower() != "authorization"
    }
    if key is not None:
        headers["authorization"] = key
    assert ready.method is not None
    assert ready.url is not None
    body = ready.body.encode() if isinstance(ready.body, str) else ready.body
    return everybody.ask(ready.method, ready.path_url, by, headers=headers, content=body)
