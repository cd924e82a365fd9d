"""What ``agora serve | work | rpc | entrance`` have in common: the processes of a platform that runs apart."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from services.apart.opening import ensure_apart
from services.cli import announcing
from services.cli.ports import PortTaken
from services.kernel import logs
from services.kernel.doors.health import Health
from services.kernel.doors.probes import Probes
from services.settings import Settings, read
from services.speaking import console

ServiceArgument = Annotated[str, typer.Argument(help="identity, groups, mall, events or partners.", metavar="SERVICE")]
HostOption = Annotated[str | None, typer.Option(help="The address to listen on.", show_default="127.0.0.1")]


def prepared(service: str, host: str | None, announce: Path | None) -> Settings:
    """The settings of this process. Raises what they raise, before anything is opened."""
    settings = read(host=host)
    logs.set_up(settings.log_level)
    ensure_apart(settings, service)
    announcing.ensure_writable(announce)
    return settings


def probes(health: Health, host: str, port: int) -> Probes:
    """The pages of a process without an HTTP door. Raises PortTaken."""
    try:
        return Probes(health, host, port)
    except OSError as cause:
        raise PortTaken(port=port, host=host) from cause


def say(what: str, url: str, announce: Path | None) -> None:
    """Tell that a process is ready, and write where it is for who waits."""
    console.print(f"[bold green]Agora: {escape(what)}[/bold green] at {url}", soft_wrap=True)
    announcing.announce(announce, url)
