"""``agora config``: what this platform was told from outside."""

from services.cli.options import DataOption
from services.settings import read
from services.speaking import table


def config(data: DataOption = None) -> None:
    """Print every setting and the variable that sets it; secrets only as set or not set.

    An option wins over the environment, the environment over the default.
    What each is for: docs/running.md.
    """
    shown = read(data=data).shown()
    table(
        "Settings",
        ["Setting", "Environment", "Value"],
        [[name, f"AGORA_{name.upper()}", value] for name, value in shown.items()],
    )
