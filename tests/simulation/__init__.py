"""All services in one thread, with a false clock and a bus that loses, doubles and reorders; any may die anywhere.

    make simulate SEEDS=2000 FIRST=1

One seed is one history. While faults happen nothing is promised but safety; then the faults end, everything that was
begun comes to its end, and what must be true is looked at. A seed that fails is played again with SEEDS=1 FIRST=seed.
"""
