"""The ids under which the platform knows what the file names: the same for the same names, always."""

from uuid import UUID

from services.kernel.domain import derived_id


def person(member_id: str) -> UUID:
    """Somebody who answered."""
    return derived_id("meetup", "person", member_id)


def organiser(group_id: str) -> UUID:
    """Who owns a group: nobody of the set, made for the import."""
    return derived_id("meetup", "organiser", group_id)


def group(group_id: str) -> UUID:
    """A group."""
    return derived_id("meetup", "group", group_id)


def gathering(event_id: str) -> UUID:
    """What people answer to."""
    return derived_id("meetup", "gathering", event_id)
