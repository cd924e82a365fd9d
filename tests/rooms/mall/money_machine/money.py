"""All topics together, and how long they are played."""

import os

from hypothesis import HealthCheck, Phase, settings

from .charging import Charging
from .complaining import Complaining
from .paying_out import PayingOut
from .recording import Recording
from .selling import Selling

_ANY = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
PROFILES = {
    "ci": settings(_ANY, max_examples=500, stateful_step_count=50),
    "long": settings(_ANY, max_examples=20_000, stateful_step_count=50),
}
"""``AGORA_MONEY=long`` plays twenty thousand histories, which takes hours."""
SETTINGS = PROFILES[os.environ.get("AGORA_MONEY", "ci")]
# That it breaks is enough; the smallest way to break it would take a minute to find.
BROKEN = settings(_ANY, max_examples=1_000, stateful_step_count=50, phases=[Phase.generate], derandomize=True)


class MoneyMachine(Complaining, PayingOut, Charging, Recording, Selling):
    """Everything that moves money in the mall."""
