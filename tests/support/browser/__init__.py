"""A real browser for tests: Chromium without a window, driven by the DevTools protocol over two pipes."""

from .chromium import Chromium
from .tab import Tab

__all__ = ["Chromium", "Tab"]
