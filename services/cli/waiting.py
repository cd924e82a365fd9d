"""A progress bar for what takes long, and none for what does not."""

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from services.speaking import errors

PATIENCE_SECONDS = 2.0


class Waiting:
    """Call it with what is done, how much of it, and of how much; shows itself once two seconds have passed."""

    def __init__(self, unit: str = "facts") -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit)
        self._bars = Progress(*columns, TimeRemainingColumn(), console=errors, transient=True)
        self._tasks: dict[str, TaskID] = {}
        self._since = time.monotonic()
        self._shown = False

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
        self._bars.update(self._tasks[what], completed=done, total=total)
        if not self._shown and time.monotonic() - self._since > PATIENCE_SECONDS:
            self._shown = True
            self._bars.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._bars.stop()
