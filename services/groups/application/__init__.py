"""What can be done in groups: one method a command."""

from services.groups.application.admissions import Admissions
from services.groups.application.communities import Communities
from services.groups.application.records import Records

__all__ = ["Groups"]


class Groups(Communities, Admissions, Records):
    """Communities and their people."""
