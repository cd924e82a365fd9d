"""All subcommands together, each with a help that says what it does and what to try next."""

from importlib.metadata import version
from typing import Annotated

import typer

from services.cli import (
    apart,
    auditing,
    backing_up,
    calling,
    configuring,
    dead,
    demonstrating,
    forgetting,
    importing,
    migrating,
    operating,
    rebuilding,
    reporting,
    running,
    secreting,
)

app = typer.Typer(
    name="agora", no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False, add_completion=False,
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


app.command("up")(running.up)
app.command("serve")(apart.serve)
app.command("work")(apart.work)
app.command("rpc")(calling.rpc)
app.command("entrance")(apart.entrance)
app.command("migrate")(migrating.migrate_all)
app.command("backup")(backing_up.backup)
app.command("restore")(backing_up.restore)
app.command("forget")(forgetting.forget)
app.command("secrets")(secreting.make_secrets)
app.command("demo")(demonstrating.demo)
app.add_typer(operating.app, name="operator")
app.add_typer(importing.app, name="import")
app.add_typer(reporting.app, name="report")
app.add_typer(dead.app, name="dead")
app.command("audit")(auditing.audit)
app.command("rebuild")(rebuilding.rebuild)
app.command("config")(configuring.config)
