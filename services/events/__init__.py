"""Gatherings: announced by a group, with seats, tickets, a waitlist, check-in and a recap."""
