"""What groups decide: a group and its members, an application to join, an invitation."""

from .application import Application
from .group import Group
from .invitation import Invitation

__all__ = ["Application", "Group", "Invitation"]
