"""One row of a service's surface: what can be asked, how, by whom, and what does it.

Routes, the OpenAPI document, in-process calls and the authorisation matrix are all made from these
rows, so that none can be forgotten. A row without a policy cannot be written.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

ANONYMOUS = UUID(int=0)
HTTP, RPC = "http", "rpc"
EVERY_DOOR = frozenset({HTTP, RPC})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. Nobody in particular has the id 0 and no role."""

    person_id: UUID = ANONYMOUS
    roles: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether somebody is signed in."""
        return self.person_id != ANONYMOUS


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may. What the token alone can tell is checked at the door; a relation to the thing itself
    (``relation``: "owner of the group") is decided where the command is decided, on the loaded aggregate.
    With ``by_key`` a program asks with a key of its own, which the operation itself checks."""

    who: str
    signed_in: bool = True
    role: str | None = None
    relation: str | None = None
    by_key: bool = False


PUBLIC = Policy("anybody", signed_in=False)
SIGNED_IN = Policy("anybody who is signed in")
OPERATOR = Policy("an operator", role="operator")


def only(relation: str) -> Policy:
    """A policy that is decided on the thing itself: ``only("the owner of the group")``."""
    return Policy(relation, relation=relation)


class Kind(Enum):
    """What an operation does to the facts: adds to them, reads views, or speaks its own protocol."""

    COMMAND = "command"
    QUERY = "query"
    RAW = "raw"


class Nothing(Schema):
    """No fields."""


class CommandAnswer(Schema):
    """What every command answers, beside ids of its own."""

    position = fields.String(
        required=True, metadata={"description": "Send it as ?after= to read what you wrote.", "example": "mall:42"}
    )


def _nowhere(_process_id: UUID, _root: Any) -> Iterable[UUID]:
    return ()


def _nothing(_actor: Actor, _fields: Mapping[str, Any]) -> frozenset[UUID]:
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of the table.

    ``takes`` is the body of a command or the query parameters of a query; ids in the path are added.
    ``secrets`` are fields left out of the stored digest. ``prepare`` runs before the decision, off the
    facts (hashing a password). ``records`` marks an operator's command that records what happened
    elsewhere; its field ``happened_at`` becomes the effective time. ``rate`` is stricter than the general one;
    what a machine sends under its own signature is not counted (``is_counted``). ``completes`` adds to the answer of
    a command what must not be stored with it; it gets the service and the answer as stored, and for one that is
    repeated adds the same. ``looks_for`` are ids of things that a decision looks for, from the actor and the fields,
    beside those that are fields themselves, and a thing that is looked for ``leads_to`` others, as follows from the id
    of the process and from it: hints, to look for those of many at once. A raw row may answer with
    another ``media`` type, ``many`` of what it ``gives``, and with ``headers`` of its own, each with what it says.
    A query about one thing with ``has_ended`` may wait (``?wait=``): asked of some ids, it says which of those things
    need not be waited for any more.
    ``doors`` are those through which it can be asked: what speaks its own protocol, and what is prepared on an
    event loop, comes by HTTP alone.
    """

    name: str
    method: str
    path: str
    summary: str
    policy: Policy
    kind: Kind
    does: Callable[..., Any]
    takes: type[Schema] = Nothing
    gives: type[Schema] = CommandAnswer
    status: int = 200
    secrets: frozenset[str] = frozenset()
    prepare: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]] | None = None
    records: bool = False
    rate: str | None = None
    is_counted: bool = True
    completes: Callable[[Any, dict[str, Any]], dict[str, Any]] | None = None
    media: str = "application/json"
    many: bool = False
    has_ended: Callable[[Any, Collection[UUID]], Collection[UUID]] | None = None
    looks_for: Callable[[Actor, Mapping[str, Any]], frozenset[UUID]] = _nothing
    leads_to: Callable[[UUID, Any], Iterable[UUID]] = _nowhere
    headers: Mapping[str, str] = field(default_factory=dict)
    doors: frozenset[str] = EVERY_DOOR
    path_schema: type[Schema] = field(init=False)

    @property
    def has_body(self) -> bool:
        """Whether what it takes comes as a JSON body, not in the URL."""
        return self.method != "GET"

    def __post_init__(self) -> None:
        names = re.findall(r"{(\w+)}", self.path)
        made: dict[str, fields.Field[Any]] = {
            name: fields.UUID(required=True) if name.endswith("_id") else fields.String(required=True) for name in names
        }
        object.__setattr__(self, "path_schema", Schema.from_dict(made, name=f"{self.name}_path"))
        if self.kind is Kind.RAW or self.prepare is not None:
            object.__setattr__(self, "doors", self.doors & {HTTP})


def command(name: str, path: str, does: Callable[..., Any], *, policy: Policy, summary: str, **more: Any) -> Operation:
    """A row that decides: POST unless another method is given."""
    return Operation(
        name=name, method=more.pop("method", "POST"), path=path, does=does, policy=policy, summary=summary,
        kind=Kind.COMMAND, **more,
    )  # fmt: skip


def query(name: str, path: str, does: Callable[..., Any], *, policy: Policy, summary: str, **more: Any) -> Operation:
    """A row that reads views: GET, or POST for a question that must not stand in a URL."""
    return Operation(
        name=name, method=more.pop("method", "GET"), path=path, does=does, policy=policy, summary=summary,
        kind=Kind.QUERY, **more,
    )  # fmt: skip


def raw(
    name: str, method: str, path: str, does: Callable[..., Any], *, policy: Policy, summary: str, **more: Any
) -> Operation:
    """A row that speaks its own protocol: ``does(service, request, actor) -> Response``."""
    return Operation(
        name=name, method=method, path=path, does=does, policy=policy, summary=summary, kind=Kind.RAW, **more
    )
