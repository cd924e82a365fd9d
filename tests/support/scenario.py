"""Given facts, when a command, then facts or one refusal: the language of the aggregate tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar, cast
from uuid import UUID

from services.kernel.domain import AggregateRoot, Context, Fact, Refusal, acting

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Root = TypeVar("Root", bound=AggregateRoot)

ANNA, BORIS, CHEN, DORA = (UUID(int=number) for number in (0xA, 0xB, 0xC, 0xD))
OPERATOR = UUID(int=0xF)


def context(actor_id: UUID = OPERATOR, at: datetime = NOON, **changes: Any) -> Context:
    """A context for facts made in tests."""
    fields: dict[str, Any] = {
        "actor_id": actor_id, "command_id": UUID(int=1), "recorded_at": at, "effective_at": at,
        "correlation_id": UUID(int=2), "causation_id": "test",
    }  # fmt: skip
    return Context(**(fields | changes))


class Scenario(Generic[Root]):
    """One aggregate, its history, one command, what came of it."""

    def __init__(self, kind: type[Root]) -> None:
        self.kind = kind
        self.root: Root | None = None
        self.recorded: list[Fact] = []
        self.refusal: Refusal | None = None

    def given(self, birth: Callable[[], Root], *commands: Callable[[Root], object]) -> Self:
        """The history: how it was born and what was done with it; replayed from its facts."""
        with acting(context()):
            root = birth()
            for command in commands:
                command(root)
            facts = root.collect_events()
        replayed: Any = None
        for fact in facts:
            replayed = fact.mutate(replayed)
        self.root = replayed
        return self

    def when(self, command: Callable[[Any], object]) -> Self:
        """The one command. For a birth hand in ``lambda _: Listing(...)``."""
        made: object = None
        with acting(context()):
            try:
                made = command(self.root)
            except Refusal as refusal:
                self.refusal = refusal
            root = made if self.root is None else self.root
            self.recorded = cast("list[Fact]", list(root.collect_events())) if isinstance(root, AggregateRoot) else []
        return self

    def then(self, *expected: tuple[type[Fact], dict[str, Any]]) -> Self:
        """Exactly these facts, in order; of each, at least these fields."""
        assert self.refusal is None, f"refused: {self.refusal!r}"
        assert [type(fact) for fact in self.recorded] == [kind for kind, _ in expected]
        for fact, (_, fields) in zip(self.recorded, expected, strict=True):
            assert {name: getattr(fact, name) for name in fields} == fields
        return self

    def then_nothing(self) -> Self:
        """Accepted, and nothing was recorded."""
        assert self.refusal is None, f"refused: {self.refusal!r}"
        assert self.recorded == []
        return self

    def then_refused(self, kind: type[Refusal]) -> Self:
        """Refused for this reason, and nothing was recorded."""
        assert isinstance(self.refusal, kind), f"wanted {kind.__name__}, got {self.refusal!r}, recorded {self.recorded}"
        assert self.recorded == []
        return self
