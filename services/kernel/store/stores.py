"""Where the services keep what they have: files of one process, or databases that several processes share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from .keys import KeyRows
from .recorder import Recorder

if TYPE_CHECKING:
    from ..flow.projection import Projection
    from ..flow.views import Views


class Leadership(Protocol):
    """Of all workers of one service, at most one leads at a time; the others stand by.

    Whoever dies lets go without doing anything. It may be held for a moment by nobody, never by two that
    both still store something: what is stored carries its position, and the store refuses a second one.
    """

    def try_lead(self) -> bool:
        """Lead if nobody else does; True when this one leads (already)."""

    def holds(self) -> bool:
        """Whether this one still leads: asks the store, so that a lost connection is noticed."""

    def let_go(self) -> None:
        """Let another one lead. Nothing happens when this one does not."""


class Stores(Protocol):
    """The stores of all services, opened one service at a time. Whoever opens one closes it."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes may store and project beside this one."""

    def recorder(self, service: str) -> Recorder:
        """The facts of a service."""

    def key_rows(self, service: str) -> KeyRows:
        """The wrapped keys of a service, kept apart from its facts and their backups."""

    def views(self, service: str, projections: Iterable["Projection"]) -> "Views":
        """The views of a service."""

    def leadership(self, service: str) -> Leadership:
        """Who of a service's workers works."""
