"""Gatherings, their seats, and who has registered for them."""

from .gathering import Gathering
from .registration import Registration
from .seats import Seats

__all__ = ["Gathering", "Registration", "Seats"]
