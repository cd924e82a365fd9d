"""What can be done in the mall: one method a command, one file a topic."""

from .listings import Listings
from .refunds import Refunds
from .settlements import Settlements
from .shelves import Shelves

__all__ = ["Mall"]


class Mall(Listings, Shelves, Refunds, Settlements):
    """Everything that is decided in the mall; each topic builds on what it needs of others."""
