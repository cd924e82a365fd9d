"""People who use a platform that runs apart: each service has somebody who does something there, and reads it."""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import ceil
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.support.platform_apart import PlatformApart
from tests.support.waiting import until

LONG_AGO = datetime(2025, 3, 2, 12, tzinfo=UTC).isoformat()
TAGS_AT_ONCE = 100
PATIENCE_SECONDS, PAUSE_SECONDS = 60.0, 0.2
QUESTIONS = {
    "identity": "/identity/clock",
    "groups": "/groups/groups?limit=1",
    "mall": "/mall/terms",
    "events": "/events/gatherings?limit=1",
    "partners": "/partners/partners?limit=1",
}
"""One for each service; with ``after`` it is answered once the views are there."""
TERMS = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 60, "seller_threshold": None}


class Townspeople:
    """Somebody who may do everything. ``person_id`` is a person whom identity knows."""

    def __init__(self, platform: PlatformApart, person_id: UUID | None = None) -> None:
        self._platform, self.person_id = platform, person_id or uuid4()
        self.token = platform.token(self.person_id, "operator", "certifier")
        self._client = platform.client(self.token)
        self._numbers = itertools.count(1)
        if person_id is None:
            self.see("groups", self.record(self.person_id))

    def do(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """A command that succeeds, and what it answers."""
        answer = self._client.post(path, json=body or {}, headers=headers)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        done: dict[str, Any] = answer.json()
        return done

    def get(self, path: str) -> dict[str, Any]:
        """What a question is answered with; it is a refusal when it is not there yet."""
        answer: dict[str, Any] = self._client.get(path).json()
        return answer

    def record(self, person_id: UUID, *values: str) -> str:
        """Somebody known elsewhere, with these tags: a message each; the position of the last one."""
        return str(self.do("/identity/records/people", _recorded(person_id, *values))["position"])

    def tag(self, value: str, person_id: UUID | None = None, *, is_removed: bool = False) -> str:
        """Somebody carries one more tag, or one less; the position of the message."""
        path = "/identity/people/me/tags" + ("/remove" if is_removed else "")
        token = self._platform.token(person_id or self.person_id)
        done = self.do(path, {"kind": "interest", "value": value}, Authorization=f"Bearer {token}")
        return str(done["position"])

    def say(self, messages: int) -> str:
        """Have identity say so many messages, or a few more; the position of the last one."""
        position = ""
        for _ in range(ceil(messages / (TAGS_AT_ONCE + 1))):
            position = self.record(uuid4(), *(f"word {number}" for number in range(TAGS_AT_ONCE)))
        return position

    def act(self, service: str) -> str:
        """Do something at a service; its position."""
        answer = self.try_to(service)
        assert answer.is_success, f"{service}: {answer.status_code} {answer.text}"
        return str(answer.json()["position"])

    def try_to(self, service: str) -> httpx.Response:
        """The same, whatever it answers."""
        number = next(self._numbers)
        path, body = {
            "identity": ("/identity/records/people", _recorded(uuid4(), f"number {number}")),
            "groups": ("/groups/groups", {"name": f"Group {number}"}),
            "mall": ("/mall/terms", TERMS | {"return_window_days": 7 + number % 300}),
            "events": ("/events/records/gatherings", _gathering(number)),
            "partners": ("/partners/partners", {"name": f"Platform {uuid4()}", "scopes": ["counts"]}),
        }[service]
        return self._client.post(path, json=body)

    def ask(self, service: str, after: str | None = None) -> httpx.Response:
        """One question to a service."""
        path = QUESTIONS[service]
        mark = "&" if "?" in path else "?"
        return self._client.get(f"{path}{mark}after={after}" if after else path)

    def sees(self, service: str, position: str) -> bool:
        """Whether the views of a service have come as far; waits a few seconds."""
        answer = self.ask(service, position)
        assert answer.status_code in (200, 504), answer.text
        return answer.status_code == 200

    def see(self, service: str, position: str, seconds: float = PATIENCE_SECONDS) -> None:
        """The views of a service come as far, in time."""
        assert until(lambda: self.sees(service, position), seconds), self.ask(service, position).text

    def feed_count(self, key: str) -> int:
        """How many messages a partner can read."""
        return int(self._as_partner("/feed/count", key).json()["count"])

    def feed(self, key: str) -> list[str]:
        """The ids of all that a partner reads, in their order."""
        return [event["id"] for page in self._feed(key) for event in page.json()]

    def feed_end(self, key: str) -> str:
        """The cursor where a partner has read everything."""
        return list(self._feed(key))[-1].headers["agora-cursor"]

    @contextmanager
    def going_on(self, *services: str) -> Iterator[None]:
        """For as long as the block lasts, somebody does something at these services and reads it, as ever."""
        stopping, trouble, rounds = threading.Event(), list[BaseException](), list[str]()

        def live(other: Townspeople) -> None:
            while not (stopping.is_set() and rounds):
                for service in services:
                    other.see(service, other.act(service))
                    rounds.append(service)
                stopping.wait(PAUSE_SECONDS)

        thread = threading.Thread(target=_noting(trouble, lambda: live(Townspeople(self._platform, self.person_id))))
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()
        assert not trouble, trouble
        assert set(rounds) == set(services)

    def _feed(self, key: str) -> Iterator[httpx.Response]:
        """All pages, and the empty one at the end."""
        yield (page := self._as_partner("/feed", key, limit=1000))
        while page.json():
            yield (page := self._as_partner("/feed", key, limit=1000, cursor=page.headers["agora-cursor"]))

    def _as_partner(self, path: str, key: str, **parameters: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"}
        return self._client.get(f"/partners{path}", params=parameters, headers=headers).raise_for_status()


def _recorded(person_id: UUID, *values: str) -> dict[str, Any]:
    tags = [{"kind": "interest", "value": value} for value in values]
    return {"person_id": str(person_id), "name": "Somebody", "tags": tags, "happened_at": LONG_AGO}


def _gathering(number: int) -> dict[str, Any]:
    ids = {name: str(uuid4()) for name in ("gathering_id", "group_id", "organiser_id")}
    when = {"starts_at": LONG_AGO, "time_zone": "UTC", "happened_at": LONG_AGO}
    return {**ids, **when, "title": f"Gathering {number}"}


def _noting(trouble: list[BaseException], work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001  told by whoever waits for the thread
            trouble.append(failure)

    return run
