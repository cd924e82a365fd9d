"""What came of one kind of fault."""

from dataclasses import dataclass, field

from .checks import Wrongs


@dataclass
class Outcome:
    """``times`` it was done, while so many commands (or messages) were answered; ``longest_seconds`` until all was well
    again. ``said`` is worth knowing beside."""

    fault: str
    what: str
    times: int = 0
    answered: int = 0
    wrongs: Wrongs = field(default_factory=Wrongs)
    longest_seconds: float = 0.0
    said: str = ""

    def took(self, seconds: float) -> None:
        """It was well again after so long."""
        self.longest_seconds = max(self.longest_seconds, seconds)


@dataclass(frozen=True, slots=True)
class Control:
    """What came of the same when a guard was taken away: it must break ``breaks``, and nothing else."""

    guard: str
    breaks: frozenset[str]
    outcome: Outcome

    @property
    def is_found(self) -> bool:
        """Whether just that was found."""
        return self.outcome.wrongs.kinds() == self.breaks
