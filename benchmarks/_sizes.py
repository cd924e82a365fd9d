"""How much is measured: full sizes, unless AGORA_BENCH=smoke says that it is only to be seen that everything runs.

Each size has a variable of its own, such as AGORA_BENCH_SECONDS.
"""

import os

IS_SMOKE = os.environ.get("AGORA_BENCH") == "smoke"


def size(name: str, full: int, smoke: int) -> int:
    """A size: what AGORA_BENCH_name says, else the full one, or the small one for a smoke run."""
    return int(os.environ.get(f"AGORA_BENCH_{name}") or (smoke if IS_SMOKE else full))


ROUNDS = size("ROUNDS", 3, 1)
SECONDS = size("SECONDS", 8, 2)
