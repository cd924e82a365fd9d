"""What the entrance shows is made by a process of its own, so that the entrance holds no code of services."""

import subprocess
import sys

PROGRAM = """
import sys
from services.apart.entrance import describe, describe_apart
made = describe_apart()
print(sorted(name for name in sys.modules if name.endswith(".service") and name.count(".") == 2))
print(made == describe())
"""


def test_the_document_made_apart_is_the_same_and_leaves_nothing_behind() -> None:
    found = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == ["['services.kernel.service']", "True"]
