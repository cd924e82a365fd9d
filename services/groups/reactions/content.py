"""When others say something, what groups does about what is written."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from services.contracts.events import RecapWritten
from services.contracts.message import Message
from services.groups.application import Groups
from services.kernel.flow.projection import Place


def show_recap(groups: Groups, message: RecapWritten, _place: Place) -> None:
    """An organiser has told how it was: the group shows it, with the gathering's goods. The words stay there."""
    listing_ids = [UUID(listing_id) for listing_id in message.listing_ids]
    groups.write_recap(message.group_id, message.gathering_id, message.author_id, listing_ids)


content_reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = {RecapWritten: show_recap}
