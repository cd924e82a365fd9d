"""Stores as files in one directory, which belongs to one process at a time: the embedded platform's."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .flow.projection import Projection
from .flow.views import Views
from .store.key_files import KeyFile
from .store.keys import KeyRows
from .store.recorder import Recorder
from .store.sqlite import SQLiteRecorder
from .store.stores import Leadership

VIEWS = "views.db"


class AloneInCharge:
    """The only worker there can be: whoever holds the directory leads."""

    def try_lead(self) -> bool:
        """Always."""
        return True

    def holds(self) -> bool:
        """Always."""
        return True

    def let_go(self) -> None:
        """There is nobody to let lead."""


@dataclass(frozen=True, slots=True)
class Files:
    """``directory``/SERVICE/facts.db, keys.db and views.db, made where they are missing."""

    directory: Path
    is_shared: ClassVar[bool] = False

    def recorder(self, service: str) -> Recorder:
        """The facts of a service."""
        return SQLiteRecorder(self.directory / service / "facts.db")

    def key_rows(self, service: str) -> KeyRows:
        """The wrapped keys of a service."""
        return KeyFile(self.directory / service / "keys.db")

    def views(self, service: str, projections: Iterable[Projection]) -> Views:
        """The views of a service."""
        return Views.in_file(self.directory / service / VIEWS, projections)

    def leadership(self, service: str) -> Leadership:  # noqa: ARG002  the directory's lock holds for all of them
        """Nobody else can be there."""
        return AloneInCharge()
