"""What groups decide: a group and its members, an application to join, an invitation, an introduction."""

from .application import Application
from .group import Group
from .introduction import Introduction
from .invitation import Invitation

__all__ = ["Application", "Group", "Introduction", "Invitation"]
