"""What keeps a service of a platform that runs apart from being ready."""

from collections.abc import Sequence

from services.apart.published_keys import PublishedKeys
from services.kernel.service import Service


def obstacles(service: Service, keys: PublishedKeys | None) -> Sequence[str]:
    """What keeps a service from serving: no database, or no key to know tokens by."""
    found = [] if keys is None or keys.are_known else ["the keys of identity are not known yet"]
    return [*found, *store_obstacles(service)]


def store_obstacles(service: Service) -> Sequence[str]:
    """Whether the database answers."""
    try:
        service.recorder.position()
    except Exception:  # noqa: BLE001  whatever it is, there is no storing anything
        return ["the database does not answer"]
    return []
