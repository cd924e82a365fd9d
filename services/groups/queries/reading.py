"""What the questions about groups begin with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.groups.domain.refusals import NoSuchGroup
from services.groups.projections.groups import group_row
from services.kernel.service import Service

Answer = dict[str, Any]


class Reading:
    """The service that is asked, and what time it is there."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def _now(self) -> datetime:
        return self._service.clock.now()


def group_or_refuse(connection: Connection, group_id: UUID) -> dict[str, Any]:
    """The row of a group. Raises NoSuchGroup."""
    row = group_row(connection, group_id)
    if row is None:
        raise NoSuchGroup(group_id=group_id)
    return row
