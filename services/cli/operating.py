"""``agora operator``: people who run the platform."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import httpx
import typer
from rich.markup import escape

from services.cli.options import DataOption
from services.identity import passwords
from services.identity.application import Identity
from services.identity.domain.refusals import MailTaken
from services.kernel.domain import derived_id
from services.kernel.doors.operation import Actor
from services.kernel.refusals import Conflicting, Unready
from services.opening import opened
from services.settings import read
from services.speaking import console, refuse

CONSOLE_ID: UUID = derived_id("console")
"""Who acts when somebody works on the directory itself: whoever holds the files is an operator."""
CONSOLE = Actor(CONSOLE_ID, frozenset({"operator", "certifier"}))

app = typer.Typer(no_args_is_help=True, help="People who run the platform: they certify, import, set terms.")
UrlOption = Annotated[str, typer.Option("--url", help="Where the platform listens.")]
MailOption = Annotated[str, typer.Option(help="The operator's mail address, to sign in with.")]
PASSWORD_VARIABLE = "AGORA_OPERATOR_PASSWORD"
PasswordOption = Annotated[
    str, typer.Option(prompt=True, hide_input=True, envvar=PASSWORD_VARIABLE, help="The operator's password.")
]
NewPasswordOption = Annotated[
    str,
    typer.Option(
        prompt=True, confirmation_prompt=True, hide_input=True, envvar=PASSWORD_VARIABLE, help="At least 8 characters."
    ),
]  # fmt: skip


class NotReached(Unready):
    """No platform answers at the address."""

    sentence = "No platform answers at {url}; start one with 'agora up', or give its address with --url."


class RegisteredAlready(Conflicting):
    """Somebody made an account with the mail address before, and nobody said that it is to be an operator's."""

    sentence = (
        "Somebody is registered with this mail address already, and Agora does not check who an address belongs to; "
        "take another one, or give --existing if that person is to be an operator, with the password of then."
    )


@app.command("create")
def create(
    mail: MailOption,
    password: NewPasswordOption,
    name: Annotated[str, typer.Option(help="The operator's name.")] = "Operator",
    data: DataOption = None,
    existing: Annotated[
        bool, typer.Option("--existing", help="Also when somebody is registered with this mail address already.")
    ] = False,
) -> None:
    """Make an operator in a directory whose platform is stopped, or in the databases of services that run apart.

    The first operator can only come from here.

    Somebody who is registered with this mail address already becomes an
    operator only with --existing, and keeps name and password: make sure that
    it is the right person. Agora does not check who an address belongs to.
    On a running platform, an operator makes others by
    POST /identity/people/ID/roles.
    """
    passwords.ensure_acceptable(password, mail)
    settings = read(data=data)
    with opened(settings) as platform:
        identity = platform.services["identity"]
        hashed = passwords.hashed(password)

        def decide(application: Identity) -> dict[str, Any]:
            return application.create_operator(name, mail, hashed, existing=existing)

        try:
            made = asyncio.run(identity.decide(CONSOLE, "create_operator", decide))
        except MailTaken:
            raise RegisteredAlready() from None
        if not settings.is_apart:  # there, the workers see to the views
            platform.settle()
    console.print(
        f"[green]{escape(mail)} is an operator[/green] (person {made['person_id']}); "
        "sign in with 'agora operator token'."
        + (" Who was registered before keeps the old password." if existing else "")
    )


@app.command("token")
def token(mail: MailOption, password: PasswordOption, url: UrlOption = "http://127.0.0.1:8080") -> None:
    """Sign in at a running platform and print an access token, valid for ten minutes."""
    try:
        answer = httpx.post(f"{url.rstrip('/')}/identity/sessions", json={"mail": mail, "password": password})
        body = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as cause:
        raise NotReached(url=url) from cause
    if answer.status_code != 200:
        refuse(str(body.get("code")), str(body.get("detail")))
        raise typer.Exit(1)
    typer.echo(body["token"])
