"""When others say something, what partners does, beside keeping it."""

from collections.abc import Callable, Mapping
from typing import Any

from services.contracts.identity import PersonForgotten
from services.contracts.message import Message
from services.kernel.flow.projection import Place
from services.kernel.forgetting import forget_subject

reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = {PersonForgotten: forget_subject}
