"""The platform that the settings describe, open in this process for an operator at a console."""

from contextlib import AbstractContextManager
from typing import Protocol

from services.embedded import Platform
from services.kernel.service import Service
from services.settings import Settings


class OpenPlatform(Protocol):
    """Its services by name, and a way to wait until all that is stored has had its effects."""

    services: dict[str, Service]

    def settle(self, most_rounds: int = 1_000_000) -> int:
        """Until nothing is left to do, or for so many rounds; how many it took."""


def opened(settings: Settings) -> AbstractContextManager[OpenPlatform]:
    """The directory's platform, which must be stopped, or the services that run apart, which go on.

    Raises what either raises when it is opened.
    """
    if not settings.is_apart:
        return Platform(settings)
    from services.apart.console import Console  # loads PostgreSQL's library

    return Console(settings)
