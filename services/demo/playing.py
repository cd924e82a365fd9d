"""Plays the whole story on a platform, and says at the end whether its figures were right."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from services.demo.checks import Checks
from services.demo.client import Api, Refused, Speaker
from services.demo.refusals import FiguresDiffer, PlatformNotReached
from services.demo.steps import CHAPTERS
from services.demo.story import Story
from services.demo.telling import Telling

TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story is played, and as which operator: by mail and password, or by a token."""

    url: str
    is_own: bool
    mail: str = ""
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)


async def play(stage: Stage, transport: httpx.AsyncBaseTransport | None = None) -> Story:
    """Play all chapters; ``transport`` stands in for the network in tests.

    Raises FiguresDiffer when a figure is off, and what ends a story early: see ``refusals``.
    """
    async with _speaking(stage, transport) as api:
        try:
            story = await _begin(stage, api)
            for chapter in CHAPTERS:
                await chapter(story)
        except Refused as refused:
            raise refused.as_end() from refused
    conclude(story)
    return story


def conclude(story: Story) -> None:
    """Say how many figures were right, list those that were not. Raises FiguresDiffer."""
    checks, tell = story.checks, story.tell
    if not checks.wrong:
        tell.well(f"All {len(checks.figures)} figures are right", ", each worked out a second time.")
        return
    rows = [[figure.what, figure.expected, figure.seen] for figure in checks.wrong]
    tell.table("Figures that are not what they should be", ["Figure", "Expected", "Seen"], rows)
    raise FiguresDiffer(wrong=len(checks.wrong), compared=len(checks.figures))


@asynccontextmanager
async def _speaking(stage: Stage, transport: httpx.AsyncBaseTransport | None) -> AsyncIterator[Api]:
    try:
        http = httpx.AsyncClient(base_url=stage.url, timeout=TIMEOUT_SECONDS, transport=transport)
    except httpx.InvalidURL as cause:
        raise PlatformNotReached(url=stage.url, why=str(cause)) from cause
    async with http:
        yield Api(http)


async def _begin(stage: Stage, api: Api) -> Story:
    tell = Telling()
    api.on_pause = tell.pause
    operator = Speaker(api, "the operator", stage.mail, stage.password, stage.token)
    if operator.token is None:
        session = await api.do("/identity/sessions", mail=stage.mail, password=stage.password)
        operator.token = session["token"]
    books = await operator.ask("/mall/books")
    return Story(
        api=api, tell=tell, checks=Checks(), operator=operator, run=secrets.token_hex(3),
        password=secrets.token_urlsafe(12), is_alone=stage.is_own and not books["accounts"],
    )  # fmt: skip
