"""What can be done in groups: one method a command."""

from services.groups.application.admissions import Admissions
from services.groups.application.communities import Communities
from services.groups.application.forgetting import Forgetting
from services.groups.application.records import Records
from services.groups.application.sharing import SharingCommands

__all__ = ["Groups"]


class Groups(Communities, Admissions, Records, SharingCommands, Forgetting):
    """Communities and their people."""
