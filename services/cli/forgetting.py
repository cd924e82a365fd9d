"""``agora forget``: for whoever runs the platform and is asked to forget somebody who cannot sign in."""

import asyncio
import sys
from operator import methodcaller
from typing import Annotated
from uuid import UUID

import typer

from services.cli.operating import CONSOLE
from services.cli.options import DataOption
from services.identity.domain.person import ASKED, REASONS
from services.identity.queries import person_with
from services.kernel.refusals import Conflicting, Malformed, Missing
from services.opening import opened
from services.settings import read
from services.speaking import console


class MailOrPerson(Malformed):
    """It was not said, or said twice, who is to be forgotten."""

    sentence = "Say who is to be forgotten, by --mail or by --person, and not by both."


class NotConfirmed(Conflicting):
    """Nobody has said yes to what cannot be undone."""

    sentence = "Nobody was forgotten: it cannot be undone, so say yes when you are asked, or give --yes in a script."


class NobodyThere(Missing):
    """There is nobody of this mail address or id."""

    sentence = "There is nobody here who is known by that; look the id up again, or ask for the mail address of then."


def forget(
    mail: Annotated[str, typer.Option(help="The person's mail address.")] = "",
    person: Annotated[str, typer.Option(help="The person's id.")] = "",
    reason: Annotated[str, typer.Option(help=f"{', '.join(REASONS)}.")] = ASKED,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    data: DataOption = None,
) -> None:
    """Forget a person, at once and for good: her keys are destroyed in every service.

    The directory's platform must be stopped; services that run apart go on,
    and their workers do it within seconds. Orders, payments and ledger stay:
    they hold ids and amounts. Nothing brings her back: older backups of facts
    or of keys do not, as long as not both are put back at once.
    """
    if bool(mail) == bool(person):
        raise MailOrPerson()
    settings = read(data=data)
    with opened(settings) as platform:
        identity = platform.services["identity"]
        person_id = person_with(identity, mail) if mail else _id(person)
        if person_id is None:
            raise NobodyThere()
        if not (yes or _is_meant(person_id)):
            raise NotConfirmed()
        asyncio.run(identity.decide(CONSOLE, "forget_person", methodcaller("forget_person", person_id, reason)))
        if not settings.is_apart:  # there, the workers see to it
            platform.settle()
    console.print(f"[green]Person {person_id} is forgotten.[/green]")


def _is_meant(person_id: UUID) -> bool:
    console.print(
        f"Person {person_id} will be unreadable in every service, for good. Whom she led is without her: give her "
        "communities another owner first, and let her orders under way arrive."
    )
    return sys.stdin.isatty() and typer.confirm("Forget this person?")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
