"""What can be done about gatherings: one method a command, one file a topic."""

from .doors import Doors
from .paying import Paying
from .recaps import Recaps
from .records import Records

__all__ = ["Gatherings"]


class Gatherings(Records, Paying, Doors, Recaps):
    """Everything that is decided about gatherings; each topic builds on what it needs of others."""
