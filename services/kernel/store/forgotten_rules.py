"""What must be true of people who are forgotten, in every service: looked at where the keys are at hand."""

from collections.abc import Callable
from contextlib import closing

from .at_rest import StoreAtRest
from .invariants import Broken, Invariant
from .keys import KeyRows
from .unit import FORGOTTEN_SIDE

OpensKeys = Callable[[], KeyRows | None]
"""The keys that belong to a store; None where they are not, as beside a backup."""


class ForgottenHaveNoKey(Invariant):
    """A key that is there again, from an older backup, opens everything that was ever sealed under it."""

    name = "forgotten"
    sentence = "Whoever is forgotten has no key, so that nothing of her can be read."

    def __init__(self, store: StoreAtRest, service: str, keys: OpensKeys) -> None:
        super().__init__()
        self._store, self._service, self._keys = store, service, keys

    def finish(self) -> None:
        forgotten = self._store.sides(FORGOTTEN_SIDE)
        self.checked = len(forgotten)
        rows = self._keys() if forgotten else None
        if rows is None:
            return
        with closing(rows):
            for person in sorted(forgotten.keys() - rows.buried(self._service)):
                if rows.get(person, self._service):
                    raise Broken("a person is forgotten, and her key is there", stream=person)
