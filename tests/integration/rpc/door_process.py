"""The nameko door of the tallies: ``python -m tests.integration.rpc.door_process BROKER DIRECTORY [GUARD ...]``.

The guards that are named are off. It says READY, then ENDED.
"""

from services.kernel.doors.rpc_green import go_green

if __name__ == "__main__":
    go_green()
    from tests.integration.rpc.door_program import main

    main()
