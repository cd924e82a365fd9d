"""What can be asked of the mall: one file a topic, put together in ``MallQueries``."""

from .books import BookQueries
from .offers import OfferQueries
from .sales import SalesQueries
from .trade import TradeQueries

__all__ = ["MallQueries"]


class MallQueries(OfferQueries, TradeQueries, SalesQueries, BookQueries):
    """Reads for somebody who asks: one method an operation."""
