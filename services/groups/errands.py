"""What is done about what has fallen due."""

from collections.abc import Mapping
from uuid import UUID

from services.groups import due
from services.groups.application import Groups
from services.groups.application.readiness import ADMIT_MORE
from services.kernel.flow.due import AskAgain, Decide, Errand
from services.kernel.forgetting import LET_GO
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow

AGAIN_SECONDS = 0.1


def errands(service: Service) -> Mapping[str, Errand]:
    """Kind of due row -> errand."""

    def look_again(row: DueRow) -> Decide | AskAgain:
        if not service.shows_until(row.due_at):
            return AskAgain(AGAIN_SECONDS)
        return lambda unit: Groups(unit, service.views).look_again(UUID(row.subject))

    def admit_more(row: DueRow) -> Decide:
        group_id, after = map(UUID, row.subject.split(":"))
        return lambda unit: Groups(unit, service.views).admit_more(group_id, after)

    def let_go(row: DueRow) -> Decide | AskAgain:
        if not service.shows_until(row.due_at):
            return AskAgain(AGAIN_SECONDS)
        return lambda unit: Groups(unit, service.views).let_go(UUID(row.subject))

    return {due.LOOK_AGAIN: look_again, ADMIT_MORE: admit_more, LET_GO: let_go}
