"""Answers as nameko's protocol has them: a result, or an error that its stock client raises as RemoteError."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import structlog

from ..flow.failures import cause_of, is_passing
from ..refusals import Refusal, Unready
from .problems import contents_of, contents_unexpected, written
from .rpc_reading import Call

REFUSED_PATH = "agora.Refused"
"""The ``exc_path`` of every refusal. Whoever registers an exception of its own under it (nameko.exceptions.registry)
gets the problem document as its one argument; everybody else gets RemoteError(class of the refusal, its sentence)."""
UNKNOWN_METHOD_PATH = "nameko.exceptions.MethodNotFound"
MOST_TOLD = 2_000
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a reply, in JSON. ``version`` is that of the thing which was read; ``status`` as HTTP would say."""

    body: bytes
    status: int = 200
    version: int | None = None


def answered(result: Any, version: int | None = None, status: int = 200) -> Answer:
    """The same JSON as by HTTP. Raises TypeError for what JSON cannot hold."""
    return Answer(orjson.dumps({"result": result, "error": None}, default=str), status, version)


def refused(refusal: Refusal) -> Answer:
    """Named as its class; the sentence is the value, the problem document the one argument."""
    return _problem(type(refusal).__name__, contents_of(refusal))


def unexpected(failure: BaseException, method: str) -> Answer:
    """An error of ours: an id to ask about, never a text; what it was is in the log. One that passes by itself is
    not ours: try again."""
    if is_passing(failure):
        log.warning("not ready", method=method, cause=cause_of(failure))
        return refused(Unready())
    error_id = str(uuid4())
    log.error("unexpected error", error_id=error_id, method=method, exc_info=failure)
    return _problem("Unexpected", contents_unexpected(error_id))


def unknown_method(method: str) -> Answer:
    """What stock nameko answers, and its client raises as MethodNotFound."""
    return _error("MethodNotFound", UNKNOWN_METHOD_PATH, [method], method, 404)


def _problem(name: str, members: dict[str, Any]) -> Answer:
    return _error(name, REFUSED_PATH, [members], members["detail"], members["status"])


def _error(name: str, path: str, arguments: list[Any], value: str, status: int) -> Answer:
    error = {"exc_type": name, "exc_path": path, "exc_args": arguments, "value": value}
    return Answer(written({"result": None, "error": error}), status)


class RefusalsTold:
    """The latest refusals. A call that is delivered again gets the same one, even if it could be carried out by now.

    It is this process alone that remembers: usually the one that gets the call again, having lost its connection.
    """

    def __init__(self) -> None:
        self._told: OrderedDict[tuple[str, UUID], Answer] = OrderedDict()

    def remember(self, call: Call, answer: Answer) -> Answer:
        """The answer, which is kept in mind."""
        if call.call_id is not None:
            self._told[call.place, call.call_id] = answer
            if len(self._told) > MOST_TOLD:
                self._told.popitem(last=False)
        return answer

    def earlier(self, call: Call) -> Answer | None:
        """The refusal that this call was answered with when it came before."""
        return self._told.get((call.place, call.call_id)) if call.is_again and call.call_id else None
