"""What goes wrong, done on purpose to the platform in its own processes, while people use it; and what must hold.

``python -m tests.faults`` kills every process and both servers, partitions the network, loses answers after the
commit, doubles and reorders deliveries, and puts poison on every queue. Those who use the platform meanwhile write down
outside of it what they sent and what they were answered (``journal``); that, the stores and what a partner was told are
compared after each group of faults (``checks``, ``verdict``). ``controls`` takes away one guard after the other: each
must break just what it guards. ``docs/faults.md`` has the results of the latest run.
"""
