"""Keys put back: what is missing comes back, what was destroyed on either side stays destroyed."""

from contextlib import closing
from pathlib import Path

from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import copy_keys


def test_missing_keys_come_back_and_forgotten_ones_do_not(tmp_path: Path) -> None:
    with closing(KeyFile(tmp_path / "backup.db")) as backup, closing(KeyFile(tmp_path / "keys.db")) as keys:
        for person in ("anna", "ben", "carla"):
            backup.add(person, "mall", b"wrapped of " + person.encode())
        backup.bury("carla", "mall")
        keys.bury("ben", "mall")
        keys.add("carla", "mall", b"wrapped of carla")
        assert copy_keys(backup, keys) == 1
        assert list(keys.all()) == [("anna", "mall", b"wrapped of anna"), ("ben", "mall", b""), ("carla", "mall", b"")]
        assert copy_keys(backup, keys) == 0
