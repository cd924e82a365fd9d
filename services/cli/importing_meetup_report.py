"""How the closing report of answers is shown: the file beside the platform, and what is odd."""

from services.cli.importing_tables import agreed, show_odd, show_refused
from services.importing.meetup.closing import Closing, Compared
from services.speaking import console, table


def show(closing: Closing) -> None:
    """Print every table of the report."""
    rows = [[one.what.capitalize(), f"{one.file:,}", _platform(one)] for one in closing.figures]
    table("The file and the platform", ["What", "By the file", "On the platform"], rows, numbers=[1, 2])
    show_odd(closing.findings, "")
    show_refused(closing.tally.refused)
    console.print("Which groups are near by topic: [bold]agora report neighbours[/bold]")


def _platform(one: Compared) -> object:
    return "" if one.platform is None else agreed(one.platform, one.file, f"{one.platform:,}")
