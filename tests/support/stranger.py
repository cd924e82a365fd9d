"""A stranger's service on stock nameko: hears paid orders, and answers what it heard. Run by ``NamekoProcess``."""

from typing import Any, ClassVar

import eventlet  # type: ignore[import-untyped]
from nameko.events import event_handler  # type: ignore[import-untyped]
from nameko.extensions import DependencyProvider  # type: ignore[import-untyped]
from nameko.rpc import rpc  # type: ignore[import-untyped]

from tests.support.letterbox import MemoryLog


class ContextNames(DependencyProvider):  # type: ignore[misc]
    """All that the caller sent along."""

    def get_dependency(self, worker_ctx: Any) -> dict[str, Any]:
        """The context of this call."""
        return dict(worker_ctx.data)


class SoldOut(Exception):
    """A refusal with members."""


class Stranger:
    """Knows nothing of Agora but the name of a service and of a message."""

    name = "stranger"
    context = ContextNames()
    heard: ClassVar[list[Any]] = []
    counted: ClassVar[list[None]] = []

    @event_handler("mall", "order_paid")  # type: ignore[untyped-decorator]
    def paid(self, order: Any) -> None:
        """Somebody paid."""
        self.heard.append(order)

    @rpc  # type: ignore[untyped-decorator]
    def told(self) -> list[Any]:
        """What it heard."""
        return self.heard

    @rpc  # type: ignore[untyped-decorator]
    def echo(self, **fields: Any) -> Any:
        """What it was given."""
        return fields

    @rpc  # type: ignore[untyped-decorator]
    def asked_with(self) -> Any:
        """What the caller sent along."""
        return self.context

    @rpc  # type: ignore[untyped-decorator]
    def refuse(self) -> None:
        """Say no."""
        raise SoldOut({"code": "stranger.sold_out", "left": 2})

    @rpc  # type: ignore[untyped-decorator]
    def count(self) -> int:
        """How often it was asked this."""
        self.counted.append(None)
        return len(self.counted)

    @rpc  # type: ignore[untyped-decorator]
    def dawdle(self, seconds: float) -> str:
        """Take its time."""
        eventlet.sleep(seconds)
        return "at last"


class Mall:
    """Answers for the log of the mall, as its door does: position 2 and 4 of 5 have a message."""

    name = "mall"

    @rpc  # type: ignore[untyped-decorator]
    def messages(self, after: int, limit: int) -> Any:
        """A page."""
        page = MemoryLog(5, {2, 4}).messages(after, limit)
        told = [one.to_dict() for one in page.messages]
        return {"source": "mall", "messages": told, "through": page.through, "head": 5}
