"""One service of a platform that runs apart, opened in this process."""

from contextlib import ExitStack
from typing import Any

from services.apart.published_keys import PublishedKeys
from services.composition import SERVICES, blueprint_of, clock_of
from services.kernel.blueprint import Surroundings
from services.kernel.doors.tokens import Verifier
from services.kernel.refusals import Malformed
from services.kernel.service import Service
from services.paying import provider_in
from services.settings import Settings


class NotApart(Malformed):
    """The settings describe a platform in one process."""

    sentence = (
        "AGORA_DATABASE_URL is not set: 'agora up' runs everything in this process. To run the services apart, say "
        "where their databases are; docs/running.md shows how."
    )


class NoSuchService(Malformed):
    """There is no service of this name."""

    sentence = "There is no service {given}; there are {services}."


def ensure_apart(settings: Settings, service: str | None = None) -> None:
    """Raises NotApart, NoSuchService."""
    if service is not None and service not in SERVICES:
        raise NoSuchService(given=service, services=", ".join(SERVICES))
    if not settings.is_apart:
        raise NotApart()


def open_in(held: ExitStack, name: str, settings: Settings, *, serves: bool = False) -> Service:
    """A service without workers, which ends with the stack. One that ``serves`` many at once has more connections.

    Raises what its settings and its databases raise, and what its keys raise when they are not the ones it began with.
    """
    from services.kernel.store.postgres import servers  # who runs in one process loads no driver

    stores = servers.Servers(settings, servers.SERVING if serves else servers.WORKING)
    extras = EXTRAS.get(name, _no_extras)(settings, held)
    surroundings = Surroundings(stores, settings.master_of(name), clock_of(settings), {"settings": settings, **extras})
    service = Service(blueprint_of(name), surroundings)
    service.heard = sorted(service.blueprint.hears)
    held.callback(service.stop)
    return service


def verifier_in(held: ExitStack, service: Service, settings: Settings) -> tuple[Verifier, PublishedKeys | None]:
    """How a service knows tokens: by the keys that identity publishes, or, in identity itself, by its own.

    Raises SettingMissing where nobody said where they are published.
    """
    issuer = service.extras.get("issuer")
    if issuer is not None:
        return Verifier(issuer.jwks), None
    keys = held.enter_context(PublishedKeys(settings.needed("jwks_url", service.name)))
    return Verifier(keys), keys


def _no_extras(_settings: Settings, _held: ExitStack) -> dict[str, Any]:
    return {}


def _identity(settings: Settings, _held: ExitStack) -> dict[str, Any]:
    # No other service sends mail or signs tokens, nor loads what that takes.
    from services.identity.mail.outgoing import outgoing
    from services.identity.tokens import TokenIssuer

    mail = outgoing(settings.mail_url, settings.mail_from, settings.mail_folder)
    issuer = TokenIssuer(settings.token_key_file)
    return {"issuer": issuer, "mail": mail, "reset_url": settings.reset_page()}


def _mall(settings: Settings, held: ExitStack) -> dict[str, Any]:
    """Where money moves. A console that only records what happened elsewhere needs no provider."""
    extras = provider_in(held, settings)
    if not extras:
        return {}
    callback_url = f"{settings.needed('public_url', 'the mall').rstrip('/')}/mall/payments/callback"
    return extras | {"callback_url": callback_url}


EXTRAS = {"identity": _identity, "mall": _mall}
"""What a service needs beside its stores: who signs tokens, who carries mail, who moves money."""
