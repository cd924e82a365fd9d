"""The feed: every message of all services, in the one order of the journal, as one partner may know it."""
