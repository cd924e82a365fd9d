"""Options that several commands have."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

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


def moment(text: str) -> str:
    """A date is its first moment in UTC; a time has a zone."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is not None and when.tzinfo is None and len(text) == len("2018-01-01"):
        when = when.replace(tzinfo=UTC)
    if when is None or when.tzinfo is None:
        raise typer.BadParameter("Give a date, such as 2018-01-01, or a time with its zone, 2018-01-01T08:00:00+08:00.")
    return when.isoformat()


def identifier(text: str) -> UUID:
    """The id of one thing."""
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter(
            "An id looks like 5cd806b4-049e-5893-824d-c510290449c5; the lists of 'agora report' show ids."
        ) from None
