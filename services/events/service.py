"""Events, put together."""

from services.events.application import Gatherings
from services.events.due import due
from services.events.errands import errands
from services.events.operations import operations
from services.events.projections.gatherings import GatheringsView
from services.events.projections.known_recaps import KnownRecaps
from services.events.projections.presences import PresencesView
from services.events.projections.registrations import RegistrationsView
from services.events.projections.waitlists import WaitlistsView
from services.events.publication import publish
from services.events.queries import GatheringQueries
from services.events.reactions import reactions
from services.kernel.blueprint import Blueprint
from services.known.groups import KnownGroups
from services.known.people import KnownPeople
from services.known.registered_people import RegisteredPeople

blueprint = Blueprint(
    name="events", application=Gatherings, queries=GatheringQueries, operations=operations, publish=publish,
    reactions=reactions, due=due, errands=errands, forget=Gatherings.forget_person,
    projections=[
        KnownPeople, RegisteredPeople, KnownGroups, KnownRecaps, GatheringsView, RegistrationsView, WaitlistsView,
        PresencesView,
    ],
)  # fmt: skip
