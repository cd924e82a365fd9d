"""How the world comes in: one table of operations, and the doors that are made from it."""
