"""What commands that ask a platform have in common: where it is, and who asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from services.cli.operating import CONSOLE
from services.reporting import Desk, EitherDataOrUrl, address, directory
from services.settings import read

UrlOption = Annotated[str, typer.Option("--url", help="A running platform to ask, in place of --data.")]


@contextmanager
def desk_at(data: Path | None, url: str, token: str) -> Iterator[Desk]:
    """A directory whose platform is stopped, asked as an operator, or one that runs, asked by whose the token is.

    Raises EitherDataOrUrl, and what ``directory`` and ``address`` raise.
    """
    if data is not None and url:
        raise EitherDataOrUrl()
    with address(url, token) if url else directory(read(data=data), CONSOLE) as desk:
        yield desk
