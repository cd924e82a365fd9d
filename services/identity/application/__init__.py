"""What can be done in identity: one method a command, one file a topic."""

from services.identity.application.claims import Claims
from services.identity.application.forgetting import Forgetting
from services.identity.application.password_resets import PasswordResets
from services.identity.application.people import People
from services.identity.application.relationships import Relationships

__all__ = ["Identity"]


class Identity(People, Claims, Relationships, PasswordResets, Forgetting):
    """People, what is certified about them, and what they are to one another."""
