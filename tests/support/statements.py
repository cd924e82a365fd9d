"""What is sent to a database of views, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from services.kernel.flow.views import Views


@contextmanager
def statements_of(sender: Engine | Connection) -> Iterator[list[str]]:
    """The texts of the statements that go through it in the block: with many sets of values a server is sent one for
    each of them. The beginning of a transaction in a file is none."""
    sent: list[str] = []

    def note(connection: Connection, _: Any, text: str, values: Any, __: Any, is_for_many: bool) -> None:
        times = len(values) if is_for_many and connection.dialect.name == "postgresql" else text != "BEGIN"
        sent.extend([text] * times)

    event.listen(sender, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(sender, "before_cursor_execute", note)


@contextmanager
def glances_at(views: Views) -> Iterator[list[int]]:
    """How many statements each glance at these views takes in the block."""
    taken: list[int] = []
    glancing = views.glancing

    @contextmanager
    def counted() -> Iterator[Connection]:
        with glancing() as connection, statements_of(connection) as sent:
            yield connection
            taken.append(len(sent))

    views.glancing = counted  # type: ignore[method-assign]
    try:
        yield taken
    finally:
        del views.glancing
