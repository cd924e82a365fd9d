"""The first page in the browser: communities, their shelves and gatherings, and the questions.

Plain files of our own that ask the same HTTP API as everybody; nothing of another house, nothing to build.
"""

from .first import page_routes

__all__ = ["page_routes"]
