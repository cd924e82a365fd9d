"""``make contracts``: write docs/contracts as the code has it now. Where that breaks a reader, nothing is written."""

import sys

from .documents import broken_promises, write


def main() -> int:
    """Say what is broken, or what was written."""
    broken = broken_promises()
    if broken:
        print("Nothing was written: this breaks programs that rely on it.", *broken, sep="\n  ", file=sys.stderr)
        return 1
    changed = write()
    print(f"{len(changed)} documents written under docs/contracts.", *changed, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
