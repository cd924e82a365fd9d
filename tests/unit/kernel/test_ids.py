"""Ids that are drawn: like no other, whichever process draws them."""

import subprocess
import sys

from services.kernel.domain import derived_id

FORKING = """
import os
from services.kernel.domain import fresh_id
for _ in range(2):
    if os.fork() == 0:
        print(fresh_id(), flush=True)
        os._exit(0)
    os.wait()
print(fresh_id())
"""


def test_processes_forked_from_one_draw_ids_of_their_own() -> None:
    drawn = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, check=True).stdout.split()
    assert len(set(drawn)) == len(drawn) == 3


def test_a_derived_id_is_the_same_for_the_same_parts() -> None:
    assert derived_id("order", 1) == derived_id("order", 1) != derived_id("order", 2)
