"""What every question to identity begins with."""

from uuid import UUID

from services.identity.domain.person import Person
from services.identity.domain.refusals import NoSuchPerson
from services.kernel.service import Service


class Asked:
    """The service that is asked, and the person whom it is about."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def _person(self, person_id: UUID) -> Person:
        person = self._service.store.load(Person, person_id)
        if person is None or person.is_forgotten:
            raise NoSuchPerson()
        return person

    def _is_forgotten(self, person_id: UUID) -> bool:
        person = self._service.store.load(Person, person_id)
        return person is not None and person.is_forgotten
