"""All subcommands together, each with a help that says what it does and what to try next."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

PLACES = {
    "up": ("running", "up"),
    "serve": ("serving", "serve"),
    "work": ("working", "work"),
    "rpc": ("calling", "rpc"),
    "entrance": ("serving", "entrance"),
    "migrate": ("migrating", "migrate_all"),
    "backup": ("backing_up", "backup"),
    "restore": ("backing_up", "restore"),
    "forget": ("forgetting", "forget"),
    "secrets": ("secreting", "make_secrets"),
    "demo": ("demonstrating", "demo"),
    "operator": ("operating", "app"),
    "import": ("importing", "app"),
    "report": ("reporting", "app"),
    "statement": ("stating", "statement"),
    "invoice": ("invoicing", "invoice"),
    "dead": ("dead", "app"),
    "audit": ("auditing", "audit"),
    "rebuild": ("rebuilding", "rebuild"),
    "config": ("configuring", "config"),
}
"""Where each stands: the module, and the function or the group of commands in it."""
ALIKE: dict[str, Any] = {"rich_markup_mode": "rich", "pretty_exceptions_enable": False, "add_completion": False}


class Loaded(Mapping[str, Any]):
    """The commands by name, each loaded when somebody names it: nobody waits for the others."""

    def __getitem__(self, name: str) -> Any:
        module, attribute = PLACES[name]
        found = getattr(import_module(f"services.cli.{module}"), attribute)
        command = typer.main.get_group(found) if isinstance(found, typer.Typer) else _alone(found)
        command.name = name
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


class Commands(TyperGroup):
    """All of them."""

    def __init__(self, **known: Any) -> None:
        super().__init__(**known)
        self.commands: Any = Loaded()

    def list_commands(self, _ctx: Any) -> list[str]:
        """Their names, in the order of the help."""
        return list(self.commands)


app = typer.Typer(
    name="agora", cls=Commands, no_args_is_help=True, **ALIKE,
    help="The back end for community commerce. For every community and product: who is there, was it sold, who bought.",
    epilog="Begin with [bold]agora demo[/bold], then [bold]agora up[/bold].",
)  # fmt: skip


def _say_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"agora {version('agora')}")
        raise typer.Exit()


@app.callback()
def _agora(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """The options of the command as a whole."""


def _alone(function: Any) -> Any:
    made = typer.Typer(**ALIKE)
    made.command()(function)
    return typer.main.get_command(made)
