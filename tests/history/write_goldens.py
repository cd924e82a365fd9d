"""``python -m tests.history.write_goldens`` writes the goldens that are missing. It never touches one that is there."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Fact, acting
from tests.architecture.classes import facts, load_everything
from tests.history.goldens import CHECKSUMS, Golden, checksum, described, mapper, path_of
from tests.history.lives import LIVES
from tests.support.scenario import NOON, context


def main() -> None:
    """Write what is missing and say what it was."""
    load_everything()
    written = [path for path, golden in examples().items() if not path.exists() and _write(path, golden)]
    if written:
        with CHECKSUMS.open("a") as lines:
            lines.writelines(f"{checksum(path)}\n" for path in written)
    print(f"{len(written)} goldens written.", *(path.name for path in written), sep="\n  ")


def examples() -> dict[Path, Golden]:
    """One golden for each fact that happens in a life."""
    found: dict[Path, Golden] = {}
    for life in LIVES:
        with acting(context(recorded_at=NOON + timedelta(days=1), on_behalf_of=UUID(int=9))):
            told = [root.collect_events() for root in life()]
        for stream in told:
            for golden in _goldens(list(stream)):
                found.setdefault(path_of(_class_of(golden)), golden)
    return found


def _goldens(stream: list[Any]) -> list[Golden]:
    keys = mapper(str(stream[0].TOPIC).partition(":")[0])
    stored = [keys.to_stored_event(fact) for fact in stream]
    told = [{"topic": one.topic, "state": json.loads(one.state)} for one in stored]
    return [
        {
            "topic": one.topic, "originator_id": str(one.originator_id), "originator_version": one.originator_version,
            "state": told[index]["state"], "fields": _fields(fact), "before": told[:index],
        }
        for index, (one, fact) in enumerate(zip(stored, stream, strict=True))
    ]  # fmt: skip


def _fields(fact: Fact) -> dict[str, Any]:
    apart = ("originator_id", "originator_version", "originator_topic")
    return {name: described(value) for name, value in vars(fact).items() if name not in apart}


def _class_of(golden: Golden) -> type[Any]:
    return next(kind for kind in facts() if golden["topic"] == kind.TOPIC)


def _write(path: Path, golden: Golden) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
    return True


__all__ = ["AggregateRoot", "examples", "main"]

if __name__ == "__main__":
    main()
