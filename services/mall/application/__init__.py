"""What can be done in the mall: one method a command, one file a topic."""

from .cases import Cases
from .documents import Documents
from .filings import Filings
from .forgetting import Forgetting
from .listings import Listings
from .payouts_elsewhere import PayoutsElsewhere
from .reconciliations import Reconciliations
from .reviews import Reviews
from .settlements import Settlements
from .share_links import ShareLinks
from .shelves import Shelves
from .splits import Splits
from .ticket_offers import TicketOffers

__all__ = ["Mall"]


class Mall(
    Listings, Shelves, ShareLinks, TicketOffers, Cases, Settlements, Reviews, Filings, Splits,
    PayoutsElsewhere, Forgetting, Reconciliations, Documents,
):  # fmt: skip
    """Everything that is decided in the mall; each topic builds on what it needs of others."""
