"""A store of tallies to be audited, and looking at it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import Tracking

from services.auditing import audit_stores
from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.audit import StoreReport, Subject
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.kernel.store.recorder import Entry, Recorder
from tests.support import tally
from tests.support.scenario import NOON
from tests.support.services import ByHand, closing, counting, opening
from tests.support.tally import Tally

COUNTED = 12
FACTS = COUNTED + 3


class AtMostTwelve(Invariant):
    """What a service brings."""

    name = "twelve"
    sentence = "Nobody counts beyond twelve."

    @when(Tally.Counted)
    def counted(self, _position: int, _fact: Tally.Counted) -> None:
        if self.checked > COUNTED:
            raise Broken("somebody counted on")


def look(folder: Path, at: Any = NOON) -> StoreReport:
    """The report on the tallies in a folder."""
    return look_at(partial(FileAtRest, folder / "facts.db"), at)


def look_at(opened: Callable[[], StoreAtRest], at: Any = NOON) -> StoreReport:
    """The report on the tallies in a store."""
    subject = Subject(service="tally", where="tally", open=opened, due=tally.due, invariants=lambda _: [AtMostTwelve()])
    (report,) = audit_stores([subject], lambda: at).stores
    return report


def fill(folder: Path, recorder: Recorder | None = None) -> UUID:
    """Two tallies: one is counted twelve times and snapshotted after six, the other is closed. Facts 1 to 15."""
    hand = ByHand(folder, recorder)
    first = UUID(str(hand.carry_out(opening("seals", UUID(int=50))).body["tally_id"]))
    for number in range(COUNTED):
        hand.carry_out(counting(first, UUID(int=100 + number)))
        if number == COUNTED // 2:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Tally, "state_is_impersonal", True)
                hand.store.take_snapshot(Tally, first)
    second = UUID(str(hand.carry_out(opening("boats", UUID(int=51))).body["tally_id"]))
    hand.carry_out(closing(second))
    hand.recorder.append([Entry(tracking=[Tracking("tally", 3)])])
    hand.close()
    return first


def found(report: StoreReport) -> dict[str, tuple[int | None, str]]:
    """By invariant what was found: position and words."""
    return {one.invariant: (one.position, one.what) for one in report.findings}
