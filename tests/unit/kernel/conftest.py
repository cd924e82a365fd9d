"""What the tallies say is understood here."""

from tests.support.neighbours import counting_is_understood

__all__ = ["counting_is_understood"]
