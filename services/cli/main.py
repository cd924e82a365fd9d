"""The ``agora`` command: every subcommand says in its help what it does and what to try next."""

import os
import sys

import typer

from services.cli import auditing, configuring, demonstrating, importing, operating, rebuilding, reporting, running
from services.kernel.refusals import Refusal
from services.speaking import errors

app = typer.Typer(
    name="agora", no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False, add_completion=False,
    help="The back end for community commerce. For every community and product: who is there, was it sold, who bought.",
    epilog="Begin with [bold]agora demo[/bold], then [bold]agora up[/bold].",
)  # fmt: skip
app.command("up")(running.up)
app.command("demo")(demonstrating.demo)
app.add_typer(operating.app, name="operator")
app.add_typer(importing.app, name="import")
app.add_typer(reporting.app, name="report")
app.command("audit")(auditing.audit)
app.command("rebuild")(rebuilding.rebuild)
app.command("config")(configuring.config)


def main() -> None:
    """Run the command; a refusal is one sentence on standard error and exit code 1."""
    os.umask(0o077)  # the files hold hashes of passwords, keys and what people bought: their owner's alone
    try:
        app()
    except Refusal as refusal:
        errors.print(f"[red]{refusal.code}[/red] {refusal.detail}")
        sys.exit(1)
