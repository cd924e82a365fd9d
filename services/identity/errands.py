"""What is done about what has fallen due."""

from collections.abc import Mapping
from uuid import UUID

from services.identity.application import Identity
from services.identity.due import EXPIRE, SEND_RESET
from services.identity.sending import ResetLetters
from services.kernel.flow.due import Decide, Errand
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow


def errands(service: Service) -> Mapping[str, Errand]:
    """Kind of due row -> errand."""

    def expire(row: DueRow) -> Decide:
        return lambda unit: Identity(unit, service.views).expire_claim(UUID(row.subject))

    return {EXPIRE: expire, SEND_RESET: ResetLetters(service).send}
