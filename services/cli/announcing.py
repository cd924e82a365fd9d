"""--announce FILE: once a process is ready, it writes where it is."""

import errno
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from services.kernel.refusals import Malformed

AnnounceOption = Annotated[
    Path | None, typer.Option("--announce", help="Once it is ready, write its url and pid there, as JSON.")
]


class AnnounceNotWritable(Malformed):
    """The file that --announce names cannot be written."""

    sentence = "The file {path} of --announce cannot be written ({why}); name one that you may write."


def ensure_writable(path: Path | None) -> None:
    """Raises AnnounceNotWritable now, and not when everything else runs."""
    if path is None:
        return
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        fresh = _beside(path)
        fresh.touch()
        fresh.unlink()
    except OSError as cause:
        raise AnnounceNotWritable(path=str(path), why=cause.strerror) from cause


def announce(path: Path | None, url: str) -> None:
    """Write where this process is, for who waits for the file; nobody ever reads half of it."""
    if path is None:
        return
    fresh = _beside(path)
    fresh.write_text(json.dumps({"url": url, "pid": os.getpid()}))
    fresh.replace(path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")
