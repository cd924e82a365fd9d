"""Play histories: one seed each, and what was wrong at its end."""

import hashlib
import logging
import traceback
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from .bugs import BUGS
from .checks import facts, services, unsound, wrongs
from .world import World


@dataclass(frozen=True, slots=True)
class History:
    """How one seed ended. ``digest`` is over every fact of every service: the same seed gives the same."""

    seed: int
    wrong: list[str]
    deaths: int
    facts: int
    digest: str


def play(seed: int, bug: str | None = None) -> History:
    """Live, look, come right, and look again; with a bug of BUGS put in, if one is named. Nothing is raised."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    told: list[str] = []
    with World(seed) as world, ExitStack() as held:
        if bug is not None:
            held.enter_context(BUGS[bug](world.chance))
        try:
            world.live()
            wrong = unsound(world)
            world.come_right()
            told = [f"{name} {fact!r}" for name, service in services(world).items() for fact in facts(service)]
            wrong += wrongs(world)
        except Exception:  # noqa: BLE001  whatever it was, this seed has found it
            wrong = [traceback.format_exc()]
        deaths = sum(house.deaths for house in world.houses.values())
    return History(seed, wrong, deaths, len(told), hashlib.sha256("\n".join(told).encode()).hexdigest()[:16])
