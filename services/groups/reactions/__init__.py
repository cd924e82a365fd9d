"""When others say something, what groups does: one file a topic."""

from collections.abc import Callable, Mapping
from typing import Any

from services.contracts.message import Message
from services.groups.reactions.content import content_reactions
from services.groups.reactions.forgetting import forgetting_reactions
from services.groups.reactions.people import people_reactions
from services.kernel.flow.projection import Place

reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = {
    **people_reactions, **content_reactions, **forgetting_reactions,
}  # fmt: skip
