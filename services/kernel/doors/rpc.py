"""The nameko door of one service: the rows of its table of operations as RPC methods, and ``messages``.

    ServiceRpc("mall").order(order_id=...)      with context data authorization="Bearer TOKEN"

Fields are keyword arguments, as in JSON; ids of the path among them. The context data may carry ``authorization``,
``idempotency_key``, ``if_match``, ``after`` and ``correlation_id``: the headers (and ``?after=``) of HTTP, checked in
the same way. An answer is the JSON that HTTP gives; a refusal is an error named as its class (see ``rpc_answers``).

A broker may deliver a call twice. A command without an idempotency key gets one from the call itself (its
``correlation_id``, a UUID in all of nameko's clients, and ``reply_to``), so that it is carried out once and both
deliveries get the same answer. One that offers neither is carried out when it first comes, and refused when it comes
again. A refusal is not stored, but remembered for a while: who was told no is not obeyed after all.
"""

import hashlib
import time
from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ..metrics import Observe
from ..refusals import Conflicting, Malformed, Refusal
from . import forms
from .admission import Admission, expected_version, usable_key
from .limits import Rates
from .operation import RPC, Actor, Kind, Operation
from .rpc_answers import Answer, RefusalsTold, answered, refused, unexpected
from .rpc_reading import Call
from .tokens import Verifier

if TYPE_CHECKING:
    from ..service import Service

MESSAGES = "messages"
MOST_MESSAGES = 1000
FARTHEST = 10**15


class PerhapsDone(Conflicting):
    """A command was delivered a second time, and nothing tells whether the first time it was carried out."""

    sentence = (
        "This command came a second time, without an idempotency key and without a correlation id that is a UUID, "
        "so it may have been carried out already; look, and send it again with a key."
    )


class MessagesAsked(Schema):
    """What ``messages`` takes: the position after which, and how many facts to look at."""

    after = fields.Integer(
        required=True, strict=True, validate=validate.Range(0, FARTHEST, error="Give a position: 0, or a later one.")
    )
    limit = fields.Integer(
        load_default=MOST_MESSAGES, strict=True,
        validate=validate.Range(1, MOST_MESSAGES, error="Give {min} to {max}."),
    )  # fmt: skip


class RpcDoor:
    """Turns a call into one on the service, and its outcome into an answer; whatever happens, there is one."""

    def __init__(self, service: "Service", verifier: Verifier, rates: Rates, observe: Observe | None = None) -> None:
        self.service, self._admission = service, Admission(verifier, rates)
        self._observe: Observe = observe or (lambda _method, _status, _seconds: None)
        self.operations = {each.name: each for each in service.operations if RPC in each.doors}
        assert MESSAGES not in self.operations, "the name is taken"
        self._told = RefusalsTold()

    @property
    def methods(self) -> list[str]:
        """What can be called."""
        return [*self.operations, MESSAGES]

    def serve(self, call: Call) -> Answer:
        """The answer to a call of one of the methods."""
        since = time.perf_counter()
        answer = self._answer(call)
        self._observe(call.method, answer.status, time.perf_counter() - since)
        return answer

    def _answer(self, call: Call) -> Answer:
        if told := self._told.earlier(call):
            return told
        try:
            return self._messages(call) if call.method == MESSAGES else self._serve(call)
        except Refusal as refusal:
            return self._told.remember(call, refused(refusal))
        except Exception as failure:  # noqa: BLE001  the edge: nothing of it may reach the caller
            return unexpected(failure, call.method)

    def _serve(self, call: Call) -> Answer:
        operation = self.operations[call.method]
        actor = self._admission.enter(operation, call.context.get("authorization"), call.place)
        in_path, given = _parted(operation, call.fields)
        asked = forms.load(operation, in_path, given)
        if operation.kind is Kind.QUERY:
            found, version = self.service.ask_now(operation, actor, asked, call.context.get("after"))
            return answered(found, version)
        return answered(self._do(operation, actor, asked, call), status=operation.status)

    def _do(self, operation: Operation, actor: Actor, asked: dict[str, Any], call: Call) -> dict[str, Any]:
        key = usable_key(call.context.get("idempotency_key")) or _own_key(call)
        version = expected_version(call.context.get("if_match"))
        return self.service.do_now(operation, actor, asked, key, version, call.context.get("correlation_id"))

    def _messages(self, call: Call) -> Answer:
        """A page of the public messages, for everybody whom the broker lets in here: they are no secret inside."""
        try:
            asked = MessagesAsked().load(call.fields, unknown=RAISE)
        except ValidationError as wrong:
            raise Malformed(errors=wrong.messages_dict) from wrong
        page = self.service.messages(asked["after"], asked["limit"])
        messages = [envelope.to_dict() for envelope in page.messages]
        told = {"source": self.service.source, "messages": messages, "through": page.through, "head": page.head}
        return answered(told)


def _parted(operation: Operation, given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields of the path, and those of the body or query."""
    names = operation.path_schema._declared_fields
    in_path = {name: value for name, value in given.items() if name in names}
    return in_path, {name: value for name, value in given.items() if name not in names}


def _own_key(call: Call) -> str | None:
    """The key that a call brings by itself, however often it is delivered. Raises PerhapsDone."""
    if call.call_id is not None:
        return "rpc:" + hashlib.sha256(f"{call.place}|{call.call_id}".encode()).hexdigest()
    if call.is_again:
        raise PerhapsDone()
    return None
