"""Why somebody is not forgotten."""

from services.kernel.domain import Conflicting, Malformed


class NoReasonToForget(Malformed):
    """Somebody is to be forgotten for no reason that is known."""

    sentence = "Nobody is forgotten for this reason; the reasons are {known}."


class HoldsRole(Conflicting):
    """Whoever runs the platform hands that over before she is forgotten."""

    sentence = "This person is {roles} here; make somebody else so if nobody is left, and withdraw it first."


class NotYourself(Conflicting):
    """Whoever wants to be forgotten named somebody else, so that something is mistaken."""

    sentence = "You are signed in as somebody else than this id says; nobody was forgotten. Give your own 'person_id'."
