"""``agora operator``: people who run the platform."""

import asyncio
from typing import Annotated
from uuid import UUID

import httpx
import typer

from services.cli.options import DataOption
from services.embedded import Platform
from services.identity import passwords
from services.identity.application import Identity
from services.kernel.domain import derived_id
from services.kernel.doors.operation import Actor
from services.kernel.refusals import Unready
from services.settings import read
from services.speaking import console

CONSOLE_ID: UUID = derived_id("console")
"""Who acts when somebody works on the directory itself: whoever holds the files is an operator."""
CONSOLE = Actor(CONSOLE_ID, frozenset({"operator", "certifier"}))

app = typer.Typer(no_args_is_help=True, help="People who run the platform: they certify, import, set terms.")
UrlOption = Annotated[str, typer.Option("--url", help="Where the platform listens.")]
MailOption = Annotated[str, typer.Option(help="The operator's mail address, to sign in with.")]
PasswordOption = Annotated[
    str, typer.Option(prompt=True, hide_input=True, envvar="AGORA_OPERATOR_PASSWORD", help="At least 8 characters.")
]


class NotReached(Unready):
    """No platform answers at the address."""

    sentence = "No platform answers at {url}; start one with 'agora up', or give its address with --url."


@app.command("create")
def create(
    mail: MailOption,
    password: PasswordOption,
    name: Annotated[str, typer.Option(help="The operator's name.")] = "Operator",
    data: DataOption = None,
) -> None:
    """Make an operator in a directory whose platform is stopped; the first one can only come from here.

    Somebody who is registered with this mail address already becomes an
    operator and keeps name and password, so make sure that it is the right
    person: Agora does not check who a mail address belongs to.
    On a running platform, an operator makes others by
    POST /identity/people/ID/roles.
    """
    passwords.ensure_acceptable(password, mail)
    with Platform(read(data=data)) as platform:
        identity = platform.services["identity"]
        made = asyncio.run(
            identity.decide(CONSOLE, "create_operator", lambda application: _create(application, name, mail, password))
        )
        platform.settle()
    console.print(
        f"[green]{mail} is an operator[/green] (person {made['person_id']}); sign in with 'agora operator token'. "
        "Who was registered before keeps the old password."
    )


@app.command("token")
def token(mail: MailOption, password: PasswordOption, url: UrlOption = "http://127.0.0.1:8080") -> None:
    """Sign in at a running platform and print an access token, valid for ten minutes."""
    try:
        answer = httpx.post(f"{url.rstrip('/')}/identity/sessions", json={"mail": mail, "password": password})
    except httpx.HTTPError as cause:
        raise NotReached(url=url) from cause
    body = answer.json()
    if answer.status_code != 200:
        console.print(f"[red]{body.get('code')}[/red] {body.get('detail')}")
        raise typer.Exit(1)
    typer.echo(body["token"])


def _create(application: Identity, name: str, mail: str, password: str) -> dict[str, UUID]:
    return application.create_operator(name, mail, passwords.hashed(password))
