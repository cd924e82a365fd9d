"""``agora config``: what this platform was told from outside."""

from services.cli.options import DataOption
from services.settings import read
from services.speaking import table


def config(data: DataOption = None) -> None:
    """Print every setting, where it comes from, and secrets only as set or not set.

    Each can be set by an environment variable: AGORA_DATA, AGORA_PORT, and so on.
    """
    shown = read(data=data).shown()
    table(
        "Settings",
        ["Setting", "Environment", "Value"],
        [[name, f"AGORA_{name.upper()}", value] for name, value in shown.items()],
    )
