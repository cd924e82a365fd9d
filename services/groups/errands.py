"""What is done about what has fallen due."""

from collections.abc import Mapping
from uuid import UUID

from services.groups import due
from services.groups.application import Groups
from services.kernel.flow.due import Decide, Errand
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow


def errands(service: Service) -> Mapping[str, Errand]:
    """Kind of due row -> errand."""

    def look_again(row: DueRow) -> Decide:
        return lambda unit: Groups(unit, service.views).look_again(UUID(row.subject))

    return {due.LOOK_AGAIN: look_again}
