"""``agora demo``: the product's story, played over HTTP."""

import asyncio
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.markup import escape

from services.cli import operating, options
from services.demo.farewell import say_where_to_look
from services.demo.playing import Stage, play
from services.demo.refusals import TokenMissing
from services.demo.stage import OwnPlatform
from services.speaking import console


def demo(
    once: Annotated[bool, typer.Option("--once", help="End the platform when the story is over.")] = False,
    url: Annotated[str | None, typer.Option("--url", help="Play on a platform that is running elsewhere.")] = None,
    token: Annotated[
        str | None, typer.Option("--token", envvar="AGORA_TOKEN", help="With --url: an operator's access token.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", help="Keep the files of the demo's own platform there.", show_default="none kept",
            parser=options.directory, metavar="PATH",
        ),
    ] = None,
) -> None:  # fmt: skip
    """Watch people get certified, a community admit them, goods be sold and the money add up.

    Starts a platform of its own and leaves it running, so that you can
    look around; Ctrl-C ends both. Every figure is worked out a second
    time: exit code 1 when one is off.

    It speaks HTTP alone, so --url and the token of an operator
    ([bold]agora operator token[/bold]) point it at any running Agora. Its people
    and sales stay there for ever: use one that is for trying things.
    """
    if url is None:
        _play_on_own(data, once)
        return
    if token is None:
        raise TokenMissing()
    stage = Stage(url.rstrip("/"), is_own=False, token=token)
    with _ending_in_order():
        story = asyncio.run(play(stage))
    if not once:
        say_where_to_look(stage, story)


def _play_on_own(data: Path | None, once: bool) -> None:
    mail, password = f"operator.{secrets.token_hex(3)}@demo.example", secrets.token_urlsafe(12)
    with _ending_in_order(), _directory(data) as directory:
        operating.create(mail=mail, password=password, data=directory)
        with OwnPlatform(directory) as platform:
            stage = Stage(platform.url, is_own=True, mail=mail, password=password)
            story = asyncio.run(play(stage))
            if not once:
                say_where_to_look(stage, story)
                gone = "its files go with it (--data DIR keeps them)"
                kept = f"the files stay in {escape(str(directory))}" if data else gone
                console.print(f"\nThe platform stays up. Ctrl-C stops it; {kept}.", soft_wrap=True)
                _stay(platform.wait)


def _stay(wait: Callable[[], None]) -> None:
    try:
        wait()
    except KeyboardInterrupt:
        console.print("Stopping.")


@contextmanager
def _directory(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    made = Path(tempfile.mkdtemp(prefix="agora-demo-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl-C does: with its platform, and without leaving files.

    Ctrl-C is taken back for where a script started the demo in the background: shells have it ignored there.
    """

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    handlers = {signal.SIGTERM: end, signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
