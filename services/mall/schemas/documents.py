"""What comes with the questions for invoices and credit notes."""

from marshmallow import Schema

from services.kernel.doors.fields import Cursor, Moment, one_of, page_limit
from services.pages.languages import LANGUAGES


class DocumentsAsked(Schema):
    """Those that were issued from ``from`` on and before ``to``; without them, all."""

    begins_at = Moment(data_key="from")
    ends_at = Moment(data_key="to")
    limit = page_limit()
    cursor = Cursor(1)


class DocumentFileAsked(Schema):
    """The language is what the header Accept-Language says, unless one is named."""

    language = one_of(LANGUAGES)
