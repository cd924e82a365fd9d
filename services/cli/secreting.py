"""``agora secrets``: what the processes of a platform apart need to know, and nobody else."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli import options
from services.secreting import Secrets
from services.speaking import console


def make_secrets(
    into: Annotated[
        Path, typer.Option("--into", help="The directory to make them in.", parser=options.directory, metavar="PATH")
    ],
    database: Annotated[str, typer.Option(help="The host of the database server, with a port unless it is 5432.")] = (
        "postgres"
    ),
    broker: Annotated[str, typer.Option(help="The host of the broker, with a port unless it is 5672.")] = "rabbitmq",
) -> None:
    """Make the passwords and keys of a platform that runs apart: a folder for each service.

    What is there stays as it is. Guard the directory: whoever reads it can
    read and do everything. Keep the master key apart from backups of the
    databases, or forgetting somebody can be undone.
    """
    made = Secrets(into, database, broker).make()
    for name in made:
        console.print(f"made {name}")
    if not made:
        console.print("Nothing was missing.")
