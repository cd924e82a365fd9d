"""``agora forget``: for whoever runs the platform and is asked to forget somebody who cannot sign in."""

import asyncio
from operator import methodcaller
from typing import Annotated
from uuid import UUID

import typer

from services.cli.operating import CONSOLE
from services.cli.options import DataOption
from services.identity.domain.person import ASKED
from services.identity.queries import person_with
from services.kernel.refusals import Malformed, Missing
from services.opening import opened
from services.settings import read
from services.speaking import console


class MailOrPerson(Malformed):
    """It was not said, or said twice, who is to be forgotten."""

    sentence = "Say who is to be forgotten, by --mail or by --person, and not by both."


class NobodyThere(Missing):
    """There is nobody of this mail address or id."""

    sentence = "There is nobody here who is known by that; look the id up again, or ask for the mail address of then."


def forget(
    mail: Annotated[str, typer.Option(help="The person's mail address.")] = "",
    person: Annotated[str, typer.Option(help="The person's id.")] = "",
    reason: Annotated[str, typer.Option(help="asked, minor, deceased or law.")] = ASKED,
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
        asyncio.run(identity.decide(CONSOLE, "forget_person", methodcaller("forget_person", person_id, reason)))
        if not settings.is_apart:  # there, the workers see to it
            platform.settle()
    console.print(f"[green]Person {person_id} is forgotten.[/green]")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
