"""What each process of a platform holds: memory, files, threads; and whether it holds ever more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

IDLE_MB, BUSY_MB = 120, 250
QUARTERS = 4
SLACK = 3
"""So many more are no growth: pools open and close connections, and threads come and go with them."""


@dataclass(frozen=True, slots=True)
class Held:
    """By one process at one moment. A connection is a file, so it is counted there."""

    memory_mb: float
    files: int
    threads: int


Looks = Sequence[Mapping[str, Held]]
"""What was held by each process, by name, each time somebody looked."""


def held_by(pid: int) -> Held:
    """What a process holds now. Raises OSError when it has ended."""
    process = Path(f"/proc/{pid}")
    told = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    memory_kb = int(told["VmRSS"].split()[0])
    return Held(memory_kb / 1024, len(list((process / "fd").iterdir())), int(told["Threads"]))


def too_much(looks: Looks, most_mb: float, when: str) -> Iterator[str]:
    """Whoever held more memory than that, each once."""
    for name, memory_mb in _most_memory(looks).items():
        if memory_mb > most_mb:
            yield f"{name} held {memory_mb:.0f} MB {when}, {most_mb:g} at most are promised"


def grown(looks: Looks) -> Iterator[str]:
    """Whoever held more files or threads in the last quarter of the time than in the second; the first one fills
    pools."""
    a_quarter = len(looks) // QUARTERS
    early, late = looks[a_quarter : 2 * a_quarter], looks[-a_quarter:]
    for name in looks[0]:
        for what in ("files", "threads"):
            before, after = (median(getattr(one[name], what) for one in part) for part in (early, late))
            if after > before + SLACK:
                yield f"{name} had {before:g} {what}, and {after:g} in the end"


def largest(looks: Looks) -> str:
    """Who held the most memory, in words."""
    most = _most_memory(looks)
    name = max(most, key=lambda one: most[one])
    return f"{most[name]:.0f} MB ({name})"


def in_all(look: Mapping[str, Held]) -> tuple[float, int, int]:
    """Memory in MB, files and threads of all of them together."""
    memory_mb, files, threads = (sum(column) for column in zip(*map(astuple, look.values()), strict=True))
    return memory_mb, files, threads


def _most_memory(looks: Looks) -> dict[str, float]:
    return {name: max(look[name].memory_mb for look in looks) for name in looks[0]}
