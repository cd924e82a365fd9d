"""Groups, put together."""

from services.groups.application import Groups
from services.groups.operations import operations
from services.groups.projections.applications import ApplicationsView
from services.groups.projections.groups import GroupsView
from services.groups.projections.invitations import InvitationsView
from services.groups.projections.known_people import KnownPeople
from services.groups.projections.members import MembersView
from services.groups.publication import publish
from services.groups.queries import GroupsQueries
from services.kernel.blueprint import Blueprint

blueprint = Blueprint(
    name="groups", application=Groups, queries=GroupsQueries, operations=operations,
    projections=[GroupsView, MembersView, ApplicationsView, InvitationsView, KnownPeople], publish=publish,
)  # fmt: skip
