"""What is printed: what is being done where that takes a while, and a table of figures with their yardsticks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from _results import Figure, merge
from _sizes import IS_SMOKE, ROUNDS
from rich.console import Console
from rich.table import Table

console = Console(soft_wrap=True)


@contextmanager
def doing(what: str) -> Iterator[Callable[[str], None]]:
    """Say what is being done for as long as the block lasts; what it yields says how far it is."""
    if not console.is_terminal:
        console.print(f"  {what} ...", style="dim")
        yield lambda _how_far: None
        return
    with console.status(what) as status:
        yield lambda how_far: status.update(f"{what}: {how_far}")


@dataclass(frozen=True, slots=True)
class Measured:
    """What some rounds gave: of ours, and of the yardstick."""

    ours: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)


def alternating(name: str, ours: Callable[[], float], yardstick: Callable[[], float]) -> Measured:
    """Ours and the yardstick by turns, so that whatever else goes on meets both."""
    found = Measured()
    for number in range(1, ROUNDS + 1):
        with doing(f"{name}, round {number} of {ROUNDS}, the yardstick"):
            found.yardstick.append(yardstick())
        with doing(f"{name}, round {number} of {ROUNDS}, ours"):
            found.ours.append(ours())
    return found


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should come to, and in words what the yardstick is.

    ``bound`` is of its ratio, or ``of_value``: at least so much, or ``at_most``.
    """

    figure: Figure
    bound: float
    yardstick: str
    at_most: bool = False
    of_value: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it does."""
        reached = self.figure.value if self.of_value else self.figure.ratio
        return reached <= self.bound if self.at_most else reached >= self.bound

    @property
    def told(self) -> str:
        """In signs."""
        sign, unit = "≤" if self.at_most else "≥", f" {self.figure.unit}" if self.of_value else ""
        verdict = "[green]met[/green]" if self.is_met else "[red]not met[/red]"
        return f"{sign} {self.bound:,g}{unit} {verdict}"


def show(title: str, aims: Sequence[Aim], *notes: str) -> None:
    """Print the figures with what they should come to, and keep them."""
    table = Table(title=f"{title} (smoke run: no figures)" if IS_SMOKE else title, title_justify="left")
    for column in ("Figure", "Value", "Yardstick", "Ratio", "Aim"):
        table.add_column(column, justify="left" if column == "Figure" else "right")
    for aim in aims:
        figure = aim.figure
        value, yardstick = (f"{_shown(each)} {figure.unit}" for each in (figure.value, figure.yardstick))
        table.add_row(figure.name, value, yardstick, f"{figure.ratio:.3g}", aim.told)
    console.print(table)
    for aim in aims:
        console.print(f"Yardstick of {aim.figure.name}: {aim.yardstick}; medians of {ROUNDS}, by turns.")
    for note in notes:
        console.print(note)
    console.print(f"Kept in {merge([aim.figure for aim in aims])}.", style="dim", highlight=False)


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
