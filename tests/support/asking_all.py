"""Every question that a service answers but the time, asked by everybody about everything that its views know."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from services.kernel.doors import forms
from services.kernel.doors.fields import Cursor
from services.kernel.doors.operation import ANONYMOUS, Actor, Kind, Operation
from services.kernel.flow.views import Views
from services.kernel.refusals import Refusal
from services.kernel.service import Service

OPERATOR = Actor(UUID(int=0xF), frozenset({"operator", "certifier"}))
NEVER_HEARD_OF = str(UUID(int=0xDEAD))
MADE_UP = ["\0", "Z", "9" * 18, "²"]
Answers = dict[str, Any]


def answers(service: Service, views: Views) -> Answers:
    """What is answered to every question over these views; a refusal by its code."""
    before, service.views = service.views, views
    try:
        return dict(_answered(service, _known(service)))
    finally:
        service.views = before


def _answered(service: Service, known: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    actors = [OPERATOR, Actor(ANONYMOUS), *(Actor(UUID(one)) for one in known.get("person_id", []))]
    for operation in service.operations:
        if operation.kind is Kind.QUERY and operation.name != "clock":
            for path in _paths(operation, known):
                for actor in actors:
                    yield from _asked(service, operation, actor, path, known)


def _asked(
    service: Service, operation: Operation, actor: Actor, path: dict[str, str], known: dict[str, list[str]]
) -> Iterator[tuple[str, Any]]:
    for given in _givens(operation, known):
        label = f"{operation.name} {path} {given} for {actor.person_id}"
        answer = _answer(service, operation, actor, path, given)
        yield label, answer
        while isinstance(answer, dict) and answer.get("next") and "limit" in given:
            answer = _answer(service, operation, actor, path, given | {"cursor": answer["next"]})
            label += " and on"
            yield label, answer


def _answer(service: Service, operation: Operation, actor: Actor, path: dict[str, str], given: dict[str, Any]) -> Any:
    """The answer as JSON, or the code of the refusal."""
    try:
        fields = forms.load(operation, path, given)
        answer, version = service.ask_now(operation, actor, fields)
    except Refusal as refusal:
        return refusal.code
    return orjson.loads(orjson.dumps(answer)) | {"its version": version}


def _paths(operation: Operation, known: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    names = list(operation.path_schema._declared_fields)
    if not names:
        yield {}
    for name in names[:1]:
        for value in [*known.get(name, []), NEVER_HEARD_OF]:
            yield {name: value}


def _givens(operation: Operation, known: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    asked = operation.takes._declared_fields
    needed: dict[str, Any] = {name: known.get(name, ["?"])[0] for name, field in asked.items() if field.required}
    yield needed
    for name in asked:
        for value in known.get(name, []):
            yield needed | {name: value}
            if "limit" in asked:
                yield needed | {name: value, "limit": 1}
    if "limit" in asked:
        yield needed | {"limit": 1}
    if isinstance(cursor := asked.get("cursor"), Cursor):
        yield from (needed | {"cursor": cursor._serialize([text] * cursor.parts, "", None)} for text in MADE_UP)


def _known(service: Service) -> dict[str, list[str]]:
    """By the names of columns, the texts that stand in the views; other names for the same thing beside them."""
    found: dict[str, set[str]] = {}
    with service.views.reading() as connection:
        for _, table in service.views.tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    if isinstance(value, str) and value and (name in ("tag", "code", "kind", "state") or _is_id(value)):
                        found.setdefault(name, set()).add(value)
    for name in ("buyer_id", "seller_person_id"):
        found.setdefault("person_id", set()).update(found.get(name, ()))
    found["party_id"] = found.get("party_id", set()) | found.get("seller_id", set()) | found.get("group_id", set())
    chosen = {"side": ["buyer", "seller"], "by": ["group", "listing"]}
    return {name: sorted(values) for name, values in found.items()} | chosen


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
