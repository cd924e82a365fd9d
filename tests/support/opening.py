"""Which facts are read: for tests that no more of them are opened than are needed."""

from typing import Any

import pytest

from services.kernel.store.sealing import SealingMapper


def opened_from_now_on(mapper: SealingMapper, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The topics of the facts that are opened, as they are."""
    opened: list[str] = []
    open_one = mapper.to_domain_event

    def noting(stored: Any) -> Any:
        opened.append(stored.topic)
        return open_one(stored)

    monkeypatch.setattr(mapper, "to_domain_event", noting)
    return opened
