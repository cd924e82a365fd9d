"""What a partner asks with its own key: the feed, how many events it has, figures."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from services.contracts.catalogue import MESSAGES
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.service import Service
from services.partners.access import Access, Admitted
from services.partners.domain.refusals import ScopeNeeded
from services.partners.domain.scopes import COUNTS, FEED, SOURCES, sources_of
from services.partners.feed.cursors import START, Cursors, Place
from services.partners.feed.journal import Journal, Page, Wanted
from services.partners.feed.pseudonyms import Pseudonyms
from services.partners.feed.telling import told
from services.partners.feed.waiting import Growth, places
from services.partners.queries.counting import counting_of

BATCH = "application/cloudevents-batch+json"
LOOKS_UP_SECONDS = 1.0
"""How soon somebody who waits notices that the process is to end."""
Asked = dict[str, Any]


class Reception:
    """What the questions of all partners to one running service share."""

    def __init__(self, service: Service) -> None:
        self.access = Access(service)
        self.journal = Journal(service.recorder)
        self.growth = Growth(self.journal.head)
        self.waiting = places()


_receptions: WeakKeyDictionary[Service, Reception] = WeakKeyDictionary()


async def feed(service: Service, request: Request, _actor: Actor) -> Response:
    """Events after a cursor, as far as the key opens them; with ``wait``, once there are some or the time is over.

    Raises what Access.admit, Cursors.read and Journal.page raise, ScopeNeeded and TooManyWait.
    """
    partner, asked = await _admitted(service, request, "feed")
    blinded, wanted = service.keys.blinded, _wanted(partner, asked)
    cursors = Cursors(blinded, partner.partner_id)
    start = cursors.read(asked["cursor"]) if "cursor" in asked else START
    page = await _page(_reception(service), partner, start, wanted, asked, request.app)
    pseudonyms = Pseudonyms(blinded, partner.partner_id)
    body = await asyncio.to_thread(lambda: orjson.dumps([told(row, pseudonyms, service.keys) for row in page.rows]))
    following = cursors.written(page.place)
    query = urlencode({**request.query_params, "cursor": following})
    headers = {
        "Agora-Cursor": following, "Agora-Through": str(page.through), **_proof(wanted, page.link),
        "Agora-Head": str(page.head), "Link": f'<{request.url.path}?{query}>; rel="next"',
    }  # fmt: skip
    return Response(body, headers=headers, media_type=BATCH)


async def feed_count(service: Service, request: Request, _actor: Actor) -> Response:
    """How many events there are up to a position. Raises what Access.admit raises, ScopeNeeded, BeyondJournal."""
    partner, asked = await _admitted(service, request, "feed_count")
    journal, wanted = _reception(service).journal, _wanted(partner, asked)
    count, through, link = await asyncio.to_thread(journal.count, wanted, asked.get("through"))
    return _json(service, "feed_count", {"count": count, "through": through, "digest": _digest(wanted, link)})


async def partner_counts(service: Service, request: Request, _actor: Actor) -> Response:
    """Figures of everything. Raises what Access.admit raises, and ScopeNeeded."""
    partner, asked = await _admitted(service, request, "counts")
    partner.require(COUNTS)

    counts = counting_of(service).counts
    found = await asyncio.to_thread(counts, asked["limit"], asked.get("by"), asked.get("cursor"))
    return _json(service, "counts", found)


async def _admitted(service: Service, request: Request, name: str) -> tuple[Admitted, Asked]:
    """Who asks, and the checked parameters. Who has no key does not learn what is wrong with them."""
    partner = await _reception(service).access.admit(request)
    return partner, forms.load(service.by_name[name], {}, forms.asked(request.query_params))


def _digest(wanted: Wanted, link: bytes) -> str:
    """For who may read all of it alone: others cannot check it, and could try out what they are not told."""
    return link.hex() if wanted.sources == frozenset(SOURCES) else ""


def _proof(wanted: Wanted, link: bytes) -> dict[str, str]:
    digest = _digest(wanted, link)
    return {"Agora-Digest": digest} if digest else {}


def _wanted(partner: Admitted, asked: Asked) -> Wanted:
    sources = sources_of(partner.scopes)
    if not sources:
        raise ScopeNeeded(opens=", ".join(partner.scopes), needs=f"a scope that begins with {FEED}")
    for source in sorted({MESSAGES[name].SERVICE for name in asked.get("types", ())}):
        partner.require(f"{FEED}{source}")
    return Wanted(sources, asked.get("types"))


async def _page(
    reception: Reception, partner: Admitted, start: Place, wanted: Wanted, asked: Asked, app: Starlette
) -> Page:
    """The page, or the first that has something in it, as long as there is time to wait and nobody ends the process."""
    until = time.monotonic() + asked["wait"]
    while True:
        page = await asyncio.to_thread(reception.journal.page, start, wanted, asked["limit"])
        if page.rows or page.through < page.head or time.monotonic() >= until:
            return page
        with reception.waiting.one(partner.partner_id):
            if not await _has_grown(reception.growth, page, until, app):
                return page
        start = page.place


async def _has_grown(growth: Growth, page: Page, until: float, app: Starlette) -> bool:
    while (left := until - time.monotonic()) > 0 and not getattr(app.state, "is_ending", False):
        if await growth.wait(page.through, min(left, LOOKS_UP_SECONDS)):
            return True
    return False


def _reception(service: Service) -> Reception:
    if service not in _receptions:
        _receptions[service] = Reception(service)
    return _receptions[service]


def _json(service: Service, name: str, found: Mapping[str, Any]) -> Response:
    body = orjson.dumps(forms.dump(service.by_name[name], found), default=str)
    return Response(body, media_type="application/json")
