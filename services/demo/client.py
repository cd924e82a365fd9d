"""Speaking to a running platform, over HTTP alone. Nobody reads an earlier state than the one already seen."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from services.demo.refusals import NeverCame, NotRefused, PlatformNotReached, StepRefused

Answer = dict[str, Any]
PAUSE_SECONDS = 0.05
TRIES = 300
LONGEST_WAIT_SECONDS = 60
AGAIN_SECONDS = 0.5
TOO_MANY = 429
AWAY = (503, 504)
PROBES = {
    "groups": "/groups/groups", "mall": "/mall/terms", "events": "/events/gatherings",
    "partners": "/partners/partners",
}  # fmt: skip
"""A question to each service that listens to others, to wait with until it has heard them; partners has it for an
operator alone."""
HEARS = {
    "groups": ("identity", "mall", "events"),
    "mall": ("identity", "groups", "events"),
    "events": ("identity", "groups", "mall"),
    "partners": ("identity", "groups", "mall", "events"),
}


class Refused(Exception):
    """The platform said no, with a code and a sentence."""

    def __init__(self, request: str, status: int, problem: Answer) -> None:
        self.request, self.status, self.problem = request, status, problem
        self.code = str(problem.get("code", "none"))
        self.sentence = str(problem.get("detail", ""))
        super().__init__(self.sentence)

    def as_end(self) -> StepRefused:
        """The end of the story, for a refusal that nobody expected."""
        why = f"{self.sentence} {self.problem['errors']}" if "errors" in self.problem else self.sentence
        return StepRefused(request=self.request, status=self.status, refusal_code=self.code, why=why)


class Api:
    """One platform. Remembers the position that each service has told, and reads from there."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._reached: dict[str, int] = {}
        self._has_answered = False
        self.on_pause: Callable[[int], None] = lambda _seconds: None

    async def do(self, path: str, token: str | None = None, **fields: Any) -> Answer:
        """Carry out a command. Raises Refused, PlatformNotReached."""
        answer: Answer = (await self._send("POST", path, token, json=fields)).json()
        service, _, number = str(answer.get("position", "")).partition(":")
        if number:
            self._reached[service] = max(int(number), self._reached.get(service, 0))
        return answer

    async def ask(self, path: str, token: str | None = None, **parameters: Any) -> Answer:
        """Read what is there, at least as late as all that this service has told before."""
        service = path.split("/")[1]
        after = {"after": f"{service}:{self._reached[service]}"} if service in self._reached else {}
        answer: Answer = (await self._send("GET", path, token, params={**after, **parameters})).json()
        return answer

    async def page(self, path: str, key: str, **parameters: Any) -> httpx.Response:
        """Read as a partner, by its key: what is told stands in the headers too."""
        return await self._send("GET", path, key, params=parameters)

    async def heard(self, service: str, token: str | None = None) -> None:
        """Wait until a service has heard of all that was done so far in those it listens to."""
        for source in HEARS[service]:
            if source in self._reached:
                await self._send("GET", PROBES[service], token, params={"after": f"{source}:{self._reached[source]}"})

    async def _send(self, method: str, path: str, token: str | None, **more: Any) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        told = await self._patiently(method, path, headers=headers, **more)
        if told.status_code == TOO_MANY and (seconds := told.json()["retry_after_seconds"]) <= LONGEST_WAIT_SECONDS:
            await self._sit_out(seconds)
            told = await self._patiently(method, path, headers=headers, **more)
        if told.status_code >= httpx.codes.BAD_REQUEST:
            raise Refused(f"{method} {path}", told.status_code, told.json())
        return told

    async def _patiently(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask again, with the same key, while a part of the platform that has answered before is away or behind."""
        loop = asyncio.get_running_loop()
        end = loop.time() + LONGEST_WAIT_SECONDS
        while True:
            try:
                told = await self._exchange(method, path, **more)
                self._has_answered = True
                if told.status_code not in AWAY:
                    return told
            except PlatformNotReached:
                if not self._has_answered or loop.time() > end:
                    raise
            else:
                if loop.time() > end:
                    return told
            await asyncio.sleep(AGAIN_SECONDS)

    async def _exchange(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            response = await self._http.request(method, path, **more)
            response.json()
        except (httpx.HTTPError, ValueError) as cause:
            raise PlatformNotReached(url=str(self._http.base_url), why=type(cause).__name__) from cause
        return response

    async def _sit_out(self, seconds: int) -> None:
        """As long as the platform asks for: it takes so many sign-ins a minute from one address."""
        self.on_pause(seconds)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            await asyncio.sleep(PAUSE_SECONDS)


@dataclass(slots=True)
class Speaker:
    """Somebody who speaks to the platform; ``token`` is None until they are signed in."""

    api: Api
    name: str
    mail: str = ""
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    person_id: str = ""

    async def do(self, path: str, **fields: Any) -> Answer:
        """Carry out a command as this person. Raises Refused."""
        return await self.api.do(path, self.token, **fields)

    async def ask(self, path: str, **parameters: Any) -> Answer:
        """Read as this person. Raises Refused."""
        return await self.api.ask(path, self.token, **parameters)

    async def is_refused(self, code: str, path: str, **fields: Any) -> Refused:
        """Try what must not be possible; the refusal. Raises NotRefused, and Refused with any other code."""
        try:
            await self.do(path, **fields)
        except Refused as refused:
            if refused.code != code:
                raise
            return refused
        raise NotRefused(request=f"POST {path}", refusal_code=code)

    async def is_refused_to_see(self, code: str, path: str) -> Refused:
        """Ask for what must not be told; the refusal. Raises NotRefused, and Refused with any other code."""
        try:
            await self.ask(path)
        except Refused as refused:
            if refused.code != code:
                raise
            return refused
        raise NotRefused(request=f"GET {path}", refusal_code=code)

    async def sees(self, path: str, wanted: str, is_there: Callable[[Answer], bool], **parameters: Any) -> Answer:
        """Ask again, a bounded number of times, until it is there. Raises NeverCame with what was last seen."""
        for _ in range(TRIES):
            seen = await self.ask(path, **parameters)
            if is_there(seen):
                return seen
            await asyncio.sleep(PAUSE_SECONDS)
        raise NeverCame(wanted=wanted, seen=seen)
