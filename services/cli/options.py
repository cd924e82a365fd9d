"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, Any

import typer

from services.settings import understood


def directory(text: str) -> Any:
    """The directory that --data names. Raises BadSetting: an empty path cannot be told from '.' later."""
    return understood("data", text, "--data")


DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data", help="The directory with the platform's files.", show_default=".agora, or $AGORA_DATA",
        parser=directory, metavar="PATH",
    ),
]  # fmt: skip
