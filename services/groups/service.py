"""Groups, put together."""

from services.groups.application import Groups
from services.groups.due import due
from services.groups.errands import errands
from services.groups.operations import operations
from services.groups.projections.activity import ActivityView
from services.groups.projections.adverts import AdvertsView
from services.groups.projections.applications import ApplicationsView
from services.groups.projections.audience import AudienceView
from services.groups.projections.comings import ComingsView
from services.groups.projections.groups import GroupsView
from services.groups.projections.introductions import IntroductionsView
from services.groups.projections.invitations import InvitationsView
from services.groups.projections.known_goods import KnownGoods
from services.groups.projections.known_people import KnownPeople
from services.groups.projections.members import MembersView
from services.groups.projections.posts import PostsView
from services.groups.projections.reports import ReportsView
from services.groups.projections.sections import SectionsView
from services.groups.projections.visibility import Visibility
from services.groups.publication import publish
from services.groups.queries import GroupsQueries
from services.groups.reactions import reactions
from services.kernel.blueprint import Blueprint
from services.known.registered_people import RegisteredPeople

blueprint = Blueprint(
    name="groups", application=Groups, queries=GroupsQueries, operations=operations,
    publish=publish, reactions=reactions, due=due, errands=errands,
    projections=[
        GroupsView, MembersView, ApplicationsView, InvitationsView, IntroductionsView, KnownPeople, RegisteredPeople,
        Visibility, AudienceView, ComingsView, ActivityView, KnownGoods, SectionsView, AdvertsView, PostsView,
        ReportsView,
    ],
)  # fmt: skip
