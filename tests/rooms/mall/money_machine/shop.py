"""The mall's application over a store in memory: what is decided and stored is real, and nothing runs beside it."""

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from services.kernel.domain import Fact, Refusal
from services.kernel.flow.views import Views
from services.kernel.store.command import Command
from services.kernel.store.eventstore import EventStore
from services.kernel.store.executor import Executor
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyStore
from services.kernel.store.recorder import DueRow, Entry
from services.kernel.store.sealing import SealingMapper
from services.kernel.store.sqlite import SQLiteRecorder
from services.kernel.store.sqlite_schema import moment
from services.known.groups import MEMBER, OWNER, roles
from services.mall import due
from services.mall.application import Mall
from services.mall.service import blueprint
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON, OPERATOR, context
from tests.support.servers.custody import memory
from tests.support.services import UnderWay

GROUP, FRED, GIL, ELLA = UUID(int=0x60), UUID(int=0xF4ED), UUID(int=0x617), UUID(int=0xE11A)
SELLERS, BUYERS = (ANNA, DORA, ELLA), (BORIS, CHEN, FRED)
"""Chen owns the group; Fred is a member of it and shares from its shelf, Gil shares from none."""
OPERATORS = (OPERATOR, UUID(int=0xF2))
PROVIDER = UUID(int=0x9A7)
"""Whoever tells what the provider says."""
CURRENCIES = {ANNA: "EUR", DORA: "EUR", ELLA: "JPY"}


class InMemory(SQLiteRecorder):
    """One connection for all: a copy of another one, or empty."""

    def __init__(self, like: "InMemory | None" = None) -> None:
        self._only = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        if like is not None:
            like._only.backup(self._only)
        super().__init__(Path(tempfile.gettempdir()) / "nowhere.db")

    def _connect(self) -> sqlite3.Connection:
        if self._only not in self._open:
            self._open.append(self._only)
        return self._only


class Trusting(Mall):
    """Nobody is suspected: the views stand still here, and know nothing of who earned by whom."""

    def _weighed(self, *_: object) -> list[dict[str, Any]]:
        return []


class Shop:
    """``shop.carry(ANNA, lambda mall: mall.reprice(listing_id, 12))``: its answer, or None when it was refused."""

    def __init__(self, like: "Shop | None" = None) -> None:
        self.now = NOON
        self.number: int = like.number if like else 0
        self.recorder: InMemory = InMemory(like.recorder if like else None)
        self.keys: KeyStore = like.keys if like else _beside()[0]
        self.views: Views = like.views if like else _beside()[1]
        self._mapper = SealingMapper(self.keys)
        self.executor = Executor(EventStore(self.recorder, self._mapper), due.due)
        self.refusal: Exception | None = None

    def carry(self, actor_id: UUID, decide: Callable[[Mall], Any], at: datetime | None = None) -> dict[str, Any] | None:
        """Decide, store, answer."""
        self.number += 1
        about = context(
            actor_id, at or self.now, recorded_at=self.now, command_id=UUID(int=self.number),
            roles=frozenset({"operator"} if actor_id in OPERATORS else ()),
        )  # fmt: skip
        command = Command(context=about, decide=lambda unit: decide(Trusting(unit, self.views)) or {})
        under_way = UnderWay(self.executor._steps(command))
        while under_way.go_on().outcome is None:
            self.executor.commits.step()
        self.refusal = under_way.outcome if isinstance(under_way.outcome, Exception) else None
        if self.refusal is not None and not isinstance(self.refusal, Refusal):
            raise self.refusal
        return None if self.refusal else under_way.answer.body

    def facts(self, after: int) -> list[tuple[int, Fact]]:
        """All that was stored after a position, as it reads."""
        return [
            (one.id, self._mapper.to_domain_event(StoredEvent(
                one.originator_id, one.originator_version, one.topic, one.state
            )))
            for one in self.recorder.select_notifications(after, 100_000)
        ]  # fmt: skip

    def due_rows(self) -> dict[tuple[str, str], datetime]:
        """All that is due, some time or now."""
        rows = self.recorder._only.execute("SELECT kind, subject, due_at FROM due")
        return {(kind, subject): moment(at) for kind, subject, at in rows}

    def done(self, row: DueRow, again_at: datetime | None = None) -> None:
        """It was worked off, unless that has moved it; or it is to be looked at again."""
        over = DueRow(row.kind, row.subject, again_at, was_due_at=row.due_at)
        self.recorder.append([Entry(due=[over])])

    def close(self) -> None:
        """Let go of the memory."""
        self.recorder.close()


@cache
def prepared() -> Shop:
    """Three sellers under terms that ask for no claim."""
    shop = Shop()
    shop.carry(OPERATOR, lambda mall: mall.set_terms(
        platform_fee_bps=500, return_window_days=7, reservation_minutes=15, seller_threshold=None,
    ))  # fmt: skip
    for person_id in SELLERS:
        shop.carry(person_id, lambda mall: mall.open_seller("Somebody"))
    return shop


@cache
def _beside() -> tuple[KeyStore, Views]:
    """Keys, and views in which the groups have told who is what in the one group; they are read alone."""
    folder = Path(tempfile.mkdtemp(prefix="agora-money-", dir=memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    keys = KeyStore(KeyFile(folder / "keys.db"), bytes(32), "mall")
    views = Views.in_file(folder / "views.db", [make() for make in blueprint.projections])
    told = ((CHEN, MEMBER), (CHEN, OWNER), (FRED, MEMBER))
    with views.writing() as connection:
        connection.execute(
            roles.insert(), [{"group_id": str(GROUP), "person_id": str(one), "role": role} for one, role in told]
        )
    return keys, views
