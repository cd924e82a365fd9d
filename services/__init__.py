"""Agora: the back end for community commerce. One package, five services, one kernel."""
