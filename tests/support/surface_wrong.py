"""Every way in which a request can be wrong, made from the form that an operation asks for."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias
from uuid import uuid4

import httpx
from marshmallow import fields

from services.kernel.doors.admission import MOST_BYTES
from services.kernel.doors.operation import Kind, Nothing
from tests.support.surface import Call, Row, fields_of, with_body

HUGE = 10**30
LONG, LONG_IN_A_URL = "长" * 60_000, "长" * 5_000
NUL, LONE_SURROGATE = "be\0fore", "\\ud800"
WRONG: dict[type[fields.Field[Any]], list[Any]] = {
    fields.String: [7, True, ["text"], {"text": "text"}],
    fields.UUID: ["12", 12, ["a"], "00000000-0000-0000-0000-00000000000g"],
    fields.Integer: ["many", 1.5, True, [1], {"one": 1}],
    fields.Boolean: ["perhaps", 7, [True]],
    fields.AwareDateTime: ["soon", 7, ["2026-03-02"], "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
    fields.List: ["text", 7, {"one": 1}],
    fields.Nested: ["text", 7, [1]],
    fields.Dict: ["text", 7, [1]],
}
"""Values that are of another type. A field takes those of the nearest kind it is made of."""
_MET = ("post_id of nothing", "gathering_id of nothing")
UNCHECKED = {"mall.open_checkout": _MET, "mall.touch": _MET}
"""Where something was met is told by the front end: of another service, and no reason to refuse a sale."""
_NOT_A_SENTENCE = re.compile(
    r"Traceback|Exception|Error\b|<class|object at 0x|UUID\(|\bNone\b|NoneType|has no attribute"
    r"|\{|\.py\b|services[./]|/tmp"
)
_CODE = re.compile(r"(agora|identity|groups|mall|events|partners)(\.[a-z][a-z0-9_]*)+")
MEMBERS = ("type", "title", "status", "code", "detail")


Body: TypeAlias = Mapping[str, Any]
Field: TypeAlias = fields.Field[Any]
Fields: TypeAlias = Mapping[str, Field]
Made: TypeAlias = tuple[str, Body, str | None]
"""What is wrong, the fields that are sent, and the one that the answer has to name."""
Maker: TypeAlias = Callable[[str, Field, Body], Iterator[Made]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A request that must be refused, what is wrong with it, and the field that the answer has to name."""

    what: str
    sent: Mapping[str, Any]
    field: str | None = None


def assert_refused(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    """A problem document with a code and a sentence, of one of these statuses (any 4xx when none is named)."""
    assert answer.status_code in (statuses or range(400, 500)), f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json", answer.headers
    problem: dict[str, Any] = answer.json()
    assert set(MEMBERS) <= set(problem), problem
    assert problem["status"] == answer.status_code, problem
    assert _CODE.fullmatch(problem["code"]), problem["code"]
    assert problem["type"] == f"urn:agora:problem:{problem['code']}", problem
    for said in (problem["detail"], *_texts(problem.get("errors", {}))):
        assert_sentence(said)
    assert len(answer.content) < 5_000, "what was sent does not come back"
    return problem


def assert_sentence(said: str) -> None:
    """Plain English with an end; nothing of our insides."""
    assert re.match(r"[A-Z'\"0-9]", said), said
    assert said.endswith((".", "!", "?")), said
    assert " " in said, said
    assert not _NOT_A_SENTENCE.search(said), said


def wrong_forms(row: Row, call: Call, what: str) -> list[Wrong]:
    """Requests of which one field is wrong in this way, one of FORMS; also inside the objects of a list."""
    maker = _maker(row, what)
    found = [Wrong(said, with_body(row, body), field) for said, body, field in _bodies(row.fields, call.body, maker)]
    if what == "an id of nothing":
        return [wrong for wrong in found if not wrong.what.endswith(UNCHECKED.get(row.name, ()))]
    if what == "unknown field" and (row.operation.takes is not Nothing or row.operation.kind is not Kind.RAW):
        return [*found, Wrong("unknown", with_body(row, {**call.body, "colour": "red"}), "colour")]
    return found


def _maker(row: Row, what: str) -> Maker:
    if what in _ONLY_IN_BODIES and not row.operation.has_body:
        return _nothing
    if what == "an id of nothing" and not _names_what_is_there(row):
        return _nothing
    if what == "in the future" and not row.operation.records:
        return _nothing
    return (FORMS if row.operation.has_body else FORMS | _IN_A_URL)[what]


def wrong_bodies(row: Row, call: Call) -> dict[str, bytes]:
    """Bodies that are no JSON object of a bearable size; only where a body is read."""
    if not row.operation.has_body:
        return {}
    found = {
        "bad JSON": b'{"name": ',
        "a JSON array": b'[{"name": "Mei"}]',
        "a JSON text": b'"name"',
        "JSON null": b"null",
        "a form": b"name=Mei&mail=mei%40example.org",
        "XML": b"<name>Mei</name>",
        "NaN": b'{"seconds": NaN, "level": NaN, "limit": -Infinity}',
        "bytes that are no UTF-8": b'{"name": "\xff\xfe"}',
        "nested without end": b'{"a":' * 100_000,
        "too much": b'{"name": "' + b"a" * (2 * MOST_BYTES) + b'"}',
    }
    texts = [name for name, kind in row.fields.items() if isinstance(kind, fields.String)]
    lone = "{" + ", ".join(f'"{name}": "{LONE_SURROGATE}"' for name in texts or ["name"]) + "}"
    return {**found, "a lone surrogate": lone.encode()}


def _bodies(known: Fields, good: Body, maker: Maker) -> Iterator[Made]:
    for name, kind in known.items():
        for what, changed, field in maker(name, kind, good):
            yield what, changed, field
        if isinstance(kind, fields.List) and isinstance(kind.inner, fields.Nested) and good.get(name):
            first, *others = good[name]
            for what, inner, field in _bodies(fields_of(type(kind.inner.schema)), first, maker):
                yield f"{name}: {what}", {**good, name: [inner, *others]}, field and name


def _nothing(name: str, kind: Field, good: Body) -> Iterator[Made]:
    yield from ()


def _missing(name: str, kind: Field, good: Body) -> Iterator[Made]:
    if kind.required:
        yield f"without {name}", {other: value for other, value in good.items() if other != name}, name


def _of_wrong_type(name: str, kind: Field, good: Body) -> Iterator[Made]:
    for value in _wrong_values(kind):
        yield f"{name} = {value!r}", {**good, name: value}, name
    for value in _wrong_values(kind.inner) if isinstance(kind, fields.List) else ():
        yield f"{name} = [{value!r}]", {**good, name: [value]}, name


def _of_wrong_text(name: str, kind: Field, good: Body) -> Iterator[Made]:
    for value in _wrong_values(kind):
        if isinstance(value, str):
            yield f"{name} = {value!r}", {**good, name: value}, name


def _null(name: str, kind: Field, good: Body) -> Iterator[Made]:
    if not kind.allow_none:
        yield f"{name} = null", {**good, name: None}, name


def _texts_as(text: str, name: str, kind: Field, good: Body) -> Iterator[Made]:
    if isinstance(kind, fields.String):
        yield f"{name} = {text[:10]!r}", {**good, name: text}, None
    if isinstance(kind, fields.List) and isinstance(kind.inner, fields.String):
        yield f"{name} = [{text[:10]!r}]", {**good, name: [text]}, None
    if isinstance(kind, fields.Dict):
        yield f"{name} of {text[:10]!r}", {**good, name: {"tag": text, text: text}}, None


def _numbers(name: str, kind: Field, good: Body) -> Iterator[Made]:
    if isinstance(kind, fields.Integer):
        for value in (2**53, 2**63, -(2**63), HUGE, -HUGE, 1e308, "NaN", "Infinity", "9" * 5_000):
            yield f"{name} = {str(value)[:40]}", {**good, name: value}, name


def _deep(name: str, kind: Field, good: Body) -> Iterator[Made]:
    for depth in (30, 200, 400):
        nested: Any = {}
        for _ in range(depth):
            nested = {"all": [nested]} if isinstance(kind, fields.Dict) else [nested]
        yield f"{name}, {depth} deep", {**good, name: nested}, None


def _of_nothing(name: str, kind: Field, good: Body) -> Iterator[Made]:
    if isinstance(kind, fields.UUID):
        yield f"{name} of nothing", {**good, name: str(uuid4())}, None


def _in_the_future(name: str, kind: Field, good: Body) -> Iterator[Made]:
    if name == "happened_at":
        # Far beyond what any test before has moved the platform's clock to.
        yield "in a century", {**good, name: (datetime.now(UTC) + timedelta(days=36_525)).isoformat()}, None


def _names_what_is_there(row: Row) -> bool:
    """Whether ids in its body are of things that exist; in records the caller gives new ones."""
    return row.operation.kind is Kind.COMMAND and not row.operation.records


def _wrong_values(kind: fields.Field[Any]) -> list[Any]:
    return next((WRONG[each] for each in type(kind).__mro__ if each in WRONG), [])


def _texts(errors: Any) -> Iterator[str]:
    if isinstance(errors, str):
        yield errors
    elif isinstance(errors, dict | list):
        for below in errors.values() if isinstance(errors, dict) else errors:
            yield from _texts(below)


FORMS: dict[str, Maker] = {
    "missing field": _missing,
    "wrong type": _of_wrong_type,
    "null": _null,
    "unknown field": _nothing,
    "null byte": partial(_texts_as, NUL),
    "very long text": partial(_texts_as, LONG),
    "huge number": _numbers,
    "nested deeply": _deep,
    "an id of nothing": _of_nothing,
    "in the future": _in_the_future,
}
"""What can be wrong with a field, and who makes it so."""
_IN_A_URL: dict[str, Maker] = {"wrong type": _of_wrong_text, "very long text": partial(_texts_as, LONG_IN_A_URL)}
_ONLY_IN_BODIES = ("null", "nested deeply")
