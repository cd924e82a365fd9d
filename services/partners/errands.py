"""What is done about what has fallen due."""

from collections.abc import Mapping

from services.kernel.flow.due import Decide, Errand
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow
from services.partners.application import Partners
from services.partners.due import END_KEY
from services.partners.keys import read_owner


def errands(service: Service) -> Mapping[str, Errand]:
    """Kind of due row -> errand."""

    def end_key(row: DueRow) -> Decide:
        partner_id, key_number = read_owner(row.subject.encode())
        return lambda unit: Partners(unit, service.views).end_key(partner_id, key_number)

    return {END_KEY: end_key}
