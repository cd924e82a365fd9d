"""How the demo speaks: a heading, a sentence or two, a table where people would rather look."""

from collections.abc import Sequence

from rich.padding import Padding
from rich.text import Text

from services.speaking import console, table


class Telling:
    """Numbers the chapters and prints what happens."""

    def __init__(self) -> None:
        self._chapter = 0
        self._paused_in = -1

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self._chapter += 1
        console.print(f"\n[bold cyan]{self._chapter}. {title}[/bold cyan]")

    def say(self, sentence: str) -> None:
        """What happens, in a sentence or two."""
        console.print(Text(sentence))

    def refusal(self, who: str, sentence: str) -> None:
        """What the platform said when it said no, in its own words."""
        console.print(Padding(Text.assemble((f"{who} is told:", "yellow"), f" {sentence}"), (0, 0, 0, 2)))

    def well(self, what: str, rest: str) -> None:
        """What went well, and the rest of the sentence."""
        console.print(Text.assemble("\n", (what, "bold green"), rest))

    def pause(self, seconds: int) -> None:
        """The platform asks for patience; said once a chapter, however many wait."""
        if self._paused_in != self._chapter:
            self._paused_in = self._chapter
            console.print(f"  The platform takes only so many requests a minute; going on in {seconds} seconds.")

    def table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()
    ) -> None:
        """Rows to look at; ``numbers`` are the columns to align to the right."""
        table(title, columns, rows, numbers)
