"""The base of every service's application: one method a command, run inside one unit of work.

A method loads aggregates, calls their command, and returns the ids that the answer carries. It may
run again from the start, so it does nothing else: no clock but ``now``, no ids but ``new_id``.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from .domain import Forbidden
from .store.unit import Unit

if TYPE_CHECKING:
    from .flow.views import Views


class Application:
    """What every application has at hand while it decides one command."""

    def __init__(self, unit: Unit, views: "Views") -> None:
        self.unit, self.views = unit, views

    @property
    def actor_id(self) -> UUID:
        """Who acts."""
        return self.unit.context.actor_id

    @property
    def now(self) -> datetime:
        """When this happens: now, or when it happened elsewhere."""
        return self.unit.context.effective_at

    def has_role(self, role: str) -> bool:
        """Whether the actor's token carries the role."""
        return role in self.unit.context.roles

    def refuse_unless(self, allowed: bool, needs: str) -> None:
        """Refuse with a sentence that says what it takes."""
        if not allowed:
            raise Forbidden(needs=needs)
