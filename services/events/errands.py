"""What is done about what has fallen due."""

from collections.abc import Mapping
from uuid import UUID

from services.events import due
from services.events.application import Gatherings
from services.events.domain import Registration
from services.events.projections.registrations import still_open
from services.kernel.flow.due import AskAgain, Decide, Errand
from services.kernel.forgetting import LET_GO
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow

ENDED_AT_ONCE = 200
AGAIN_SECONDS = 0.1


def errands(service: Service) -> Mapping[str, Errand]:
    """Kind of due row -> errand."""

    def expire(row: DueRow) -> Decide:
        return lambda unit: Gatherings(unit, service.views).expire_registration(UUID(row.subject))

    def end_cancelled(row: DueRow) -> Decide | AskAgain:
        """A batch of those that the view still shows as open; it may be behind, and then shows some that have ended."""
        with service.views.reading() as connection:
            shown = still_open(connection, UUID(row.subject), ENDED_AT_ONCE)
        if shown is None:
            return AskAgain(AGAIN_SECONDS)
        batch = [one for one in shown if _is_open(service, one)]
        if shown and not batch:
            return AskAgain(AGAIN_SECONDS)
        return lambda unit: Gatherings(unit, service.views).end_cancelled(batch)

    def let_go(row: DueRow) -> Decide | AskAgain:
        if not service.shows_until(row.due_at):
            return AskAgain(AGAIN_SECONDS)
        return lambda unit: Gatherings(unit, service.views).let_go(UUID(row.subject))

    return {due.EXPIRE: expire, due.END_CANCELLED: end_cancelled, LET_GO: let_go}


def _is_open(service: Service, registration_id: UUID) -> bool:
    registration = service.store.load(Registration, registration_id)
    return registration is not None and registration.is_open
