"""Asking a platform for its figures: in a directory whose platform is stopped, or over HTTP where one runs."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import httpx

from services.composition import SERVICES, operations_of
from services.embedded import DirectoryInUse, Platform
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.flow.rebuild import catch_up
from services.kernel.refusals import Conflicting, Malformed, Missing, Refusal, Unready
from services.mall.queries.sums import FiguresApart
from services.opening import OpenPlatform, opened
from services.settings import Settings

TIMEOUT_SECONDS = 30.0
TRIES = 5
Answer = dict[str, Any]


class NoPlatformThere(Missing):
    """The directory has no store in it."""

    sentence = "There is no platform in {directory}; name its directory with --data, or make one with 'agora up'."


class PlatformRuns(Conflicting):
    """Another process holds the directory: it can be asked, but not looked into."""

    sentence = (
        "The platform of {directory} is running (process {process}); give its address with --url, and with --token "
        "what 'agora operator token' prints."
    )


class NotAnswering(Unready):
    """No platform answers at the address."""

    sentence = "No platform answers at {url}; start it with 'agora up', or ask a directory with --data."


class SaidNo(Conflicting):
    """The platform refused the question; its own sentence is handed on."""

    sentence = "The platform refused the question, with code {said_code}: {said} Mend that and ask again."


class Failed(Unready):
    """The platform could not answer; its own sentence is handed on."""

    sentence = (
        "The platform could not answer, with code {said_code}: {said} Ask again, and whoever runs it if it stays so."
    )


class TokenNeeded(Malformed):
    """A platform that runs answers to whom it knows, and no token was given."""

    sentence = (
        "Give a token with --token or AGORA_TOKEN: your own from POST /identity/sessions, or an operator's, which "
        "'agora operator token' prints."
    )


class TokenUnusable(Malformed):
    """What was given stands in no header."""

    sentence = "That is no token: it has other characters than letters, digits, '.', '-' and '_'; copy it once more."


class EitherDataOrUrl(Malformed):
    """Two places were named."""

    sentence = "Give either --data for a directory whose platform is stopped or --url for one that runs, not both."


class PageUnwritable(Conflicting):
    """The page cannot be written where it should be."""

    sentence = "The page cannot be written to {file} ({why}); name a file in a directory that you may write in."


class FiguresDiffer(Conflicting):
    """Two views of the same facts say something else: one of them was changed, or is wrong."""

    sentence = (
        "The views of this platform contradict each other about what was sold and booked; see with 'agora audit' that "
        "the facts are sound, then have the views made anew by 'agora rebuild'."
    )


class BooksMoving(Unready):
    """The books have several pages, and others trade while they are read."""

    sentence = "The books keep changing while they are read; ask again when the platform has less to do."


class Desk(Protocol):
    """A platform that answers an operator."""

    def ask(self, service: str, operation: str, **fields: Any) -> Answer:
        """The answer to a query of the table, as JSON has it. Raises its Refusal, SaidNo or Failed."""


class InDirectory:
    """Asks the services that this process has open."""

    def __init__(self, platform: OpenPlatform, actor: Actor) -> None:
        self._platform, self._actor = platform, actor

    def ask(self, service: str, operation: str, **fields: Any) -> Answer:
        row = self._platform.services[service].by_name[operation]
        path, given = _split(row.path_schema._declared_fields, fields)
        asked = forms.load(row, path, given)
        try:
            found, _version = asyncio.run(self._platform.services[service].ask(row, self._actor, asked))
        except FiguresApart as apart:
            raise FiguresDiffer() from apart
        return dict(found)


class AtUrl:
    """Asks a platform that runs, with an operator's token."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._rows = {name: operations_of(name) for name in SERVICES}

    def ask(self, service: str, operation: str, **fields: Any) -> Answer:
        row = self._rows[service][operation]
        path, given = _split(row.path_schema._declared_fields, fields)
        try:
            response = self._client.get(f"/{service}{row.path.format(**path)}", params=given)
        except httpx.HTTPError as cause:
            raise NotAnswering(url=self._client.base_url) from cause
        return _body(response, str(self._client.base_url))


@contextmanager
def directory(settings: Settings, actor: Actor) -> Iterator[Desk]:
    """The platform that the settings describe: a directory's, brought up to date, or the services that run apart,
    as they are. Raises NoPlatformThere, PlatformRuns."""
    if settings.is_apart:
        with opened(settings) as running:
            yield InDirectory(running, actor)
        return
    if not _holds_a_platform(settings.data):
        raise NoPlatformThere(directory=str(settings.data))
    try:
        platform = Platform(settings)
    except DirectoryInUse as used:
        raise PlatformRuns(**used.facts) from used
    with platform:
        catch_up(list(platform.services.values()))
        yield InDirectory(platform, actor)


@contextmanager
def address(url: str, token: str) -> Iterator[Desk]:
    """A platform that runs. Raises TokenNeeded, TokenUnusable, NotAnswering."""
    if not token:
        raise TokenNeeded()
    if not token.isascii() or not token.isprintable():
        raise TokenUnusable()
    headers = {"Authorization": f"Bearer {token}"}
    try:
        client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT_SECONDS)
    except httpx.InvalidURL as cause:
        raise NotAnswering(url=url) from cause
    with client:
        yield AtUrl(client)


def all_books(desk: Desk, **of: str) -> Answer:
    """The trial balance with all of its pages, all at one position; ``of`` may say ``as_of``. Raises BooksMoving, and
    FiguresDiffer when the accounts do not come to the sums that are told of them."""
    for _ in range(TRIES):
        books = desk.ask("mall", "books", limit=1000, **of)
        pages = [books]
        while pages[-1]["next"] is not None:
            pages.append(desk.ask("mall", "books", limit=1000, cursor=pages[-1]["next"], **of))
        if {page["position"] for page in pages} == {books["position"]}:
            return _added_up(books | {"accounts": [row for page in pages for row in page["accounts"]], "next": None})
    raise BooksMoving()


def _added_up(books: Answer) -> Answer:
    totals = Counter[str]()
    for row in books["accounts"]:
        totals[row["currency"]] += row["balance_minor"]
    if any(totals[currency] != books["sums"].get(currency, 0) for currency in {*totals, *books["sums"]}):
        raise FiguresDiffer()
    return books


def name_of_group(desk: Desk, group_id: str | UUID | None) -> str:
    """What the community is called; its id where groups does not say, nothing for none."""
    if group_id is None:
        return ""
    try:
        return str(desk.ask("groups", "group", group_id=str(group_id))["name"])
    except Refusal:
        return str(group_id)


def _split(in_path: Any, fields: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    path = {name: str(value) for name, value in fields.items() if name in in_path}
    return path, {name: str(value) for name, value in fields.items() if name not in in_path}


def _holds_a_platform(folder: Path) -> bool:
    return (folder / "mall" / "facts.db").exists()


def _of_fields(errors: dict[str, Any] | list[str], name: str = "") -> Iterator[str]:
    """What is wrong with each field, after its name, whatever lists and objects it stands in."""
    if isinstance(errors, dict):
        for key, below in errors.items():
            yield from _of_fields(below, key)
    else:
        yield from (f"{name}: {said}" for said in errors)


def _body(response: httpx.Response, url: str) -> Answer:
    try:
        body = response.json()
    except ValueError:
        raise NotAnswering(url=url) from None
    if response.status_code != httpx.codes.OK:
        said = [body.get("detail", ""), *_of_fields(body.get("errors") or {})]
        told = {"said": " ".join(said), "said_code": body.get("code", response.status_code)}
        if response.is_server_error:
            raise Failed(**told)
        raise SaidNo(**told)
    return dict(body)
