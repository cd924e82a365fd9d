"""When somebody is forgotten, what groups does."""

from collections.abc import Callable, Mapping
from typing import Any

from services.contracts.identity import PersonForgotten
from services.contracts.message import Message
from services.groups.application import Groups
from services.kernel.flow.projection import Place


def forget_person(groups: Groups, message: PersonForgotten, _place: Place) -> None:
    """She is a member nowhere any more, and what is sealed under her key here is gone."""
    groups.forget_person(message.person_id)


forgetting_reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = {PersonForgotten: forget_person}
