"""The ``agora`` command whose group commit takes one entry at a time: ``python -m benchmarks._ungrouped serve ...``"""

from services.cli.main import main
from services.kernel.store import commit

if __name__ == "__main__":
    commit.MOST_ENTRIES = 1
    main()
