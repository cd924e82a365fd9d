"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="The directory with the platform's files.", show_default=".agora, or $AGORA_DATA"),
]
