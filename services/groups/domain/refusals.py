"""Every way in which groups says no.

A group is public, so whoever may not decide in it is told so (Forbidden); an application or an
invitation of somebody else looks like none (Missing).
"""

from services.kernel.domain import Conflicting, Forbidden, Malformed, Missing


class NotOwner(Forbidden):
    """Only an owner of the group gives and takes roles."""

    sentence = "You may not do this: it takes an owner of group {group_id}."


class NotLeader(Forbidden):
    """Only an owner or a leader changes the group."""

    sentence = "You may not do this: it takes an owner or a leader of group {group_id}."


class NotReviewer(Forbidden):
    """Only an owner, a leader or a reviewer decides who is admitted."""

    sentence = "You may not do this: it takes an owner, a leader or a reviewer of group {group_id}."


class RosterForMembers(Forbidden):
    """Who is in a group is for those who are in it."""

    sentence = "The roster of group {group_id} is for its members; apply to become one."


class NoSuchGroup(Missing):
    """There is no group with this id."""

    sentence = "There is no group {group_id} here; the list of groups has the id of each. Try again if it is new."


class NoSuchPerson(Missing):
    """Nobody with this id is known to groups."""

    sentence = "Nobody with the id {person_id} is known here; check the id, or try again if they have just registered."


class RecordedOtherwise(Conflicting):
    """Something else stands under the id that was given."""

    sentence = "Something else is recorded under this id; send what was recorded, or take another id."


class GroupWithoutName(Malformed):
    """A group needs a name."""

    sentence = "A group needs a name; send one in 'name'."


class ThresholdMalformed(Malformed):
    """The threshold is not an expression that can be evaluated."""

    sentence = "The threshold cannot be read. At {path}: {problem}."


class RoleUnknown(Malformed):
    """There is no such role in a group."""

    sentence = "There is no role '{role}' in a group; the roles are {roles}."


class RefusalWithoutReason(Malformed):
    """An application is refused with a reason or not at all."""

    sentence = "To refuse an application, say why in 'reason'."


class RefusalCodeUnknown(Malformed):
    """There is no such code for a refused application."""

    sentence = "There is no code '{refusal_code}' for a refused application; the codes are {codes}."


class ReversalWithoutReason(Malformed):
    """A refusal is reversed with a reason or not at all."""

    sentence = "To reverse a refusal, say why in 'reason'."


class RemovalWithoutReason(Malformed):
    """A member is removed with a reason or not at all."""

    sentence = "To remove a member, say why in 'reason'."


class InvitationWithoutTime(Malformed):
    """An invitation must end in the future."""

    sentence = "An invitation must expire in the future; {expires_at} has passed."


class ThresholdNotMet(Conflicting):
    """The person does not meet what the group asks for; ``missing`` says exactly what is missing."""

    sentence = "The threshold of this group is not met; still needed: {needed}."


class RulesNotAccepted(Conflicting):
    """The rules must be accepted as they stand now."""

    sentence = (
        "The rules of this group are at version {rules_version}; "
        "read them and send 'rules_version': {rules_version} to accept them."
    )


class AlreadyMember(Conflicting):
    """The person is a member of the group."""

    sentence = "Person {person_id} is already a member of group {group_id}; there is nothing to do."


class NotAMember(Conflicting):
    """The person is no member of the group."""

    sentence = "Person {person_id} is not a member of group {group_id}; choose one of its members."


class OwnerStays(Conflicting):
    """A group is never left by its owner."""

    sentence = "Person {person_id} owns group {group_id}; the role 'owner' must be taken from them first."


class LastOwner(Conflicting):
    """A group has at least one owner at any time."""

    sentence = "Group {group_id} would be left without an owner; give the role 'owner' to somebody else first."


class RoleAlreadyGiven(Conflicting):
    """The member has the role."""

    sentence = "Person {person_id} already has the role '{role}'; there is nothing to do."


class RoleNotGiven(Conflicting):
    """The member does not have the role."""

    sentence = "Person {person_id} does not have the role '{role}'; there is nothing to take."


class ApplicationOpen(Conflicting):
    """A person has one open application to a group at a time."""

    sentence = "Application {application_id} is still open; wait for the decision or withdraw it first."


class ApplicationDecided(Conflicting):
    """The application is no longer open."""

    sentence = "Application {application_id} is {decision}, no longer open; apply again."


class ApplicationNotRefused(Conflicting):
    """Only a refusal can be reversed."""

    sentence = "Application {application_id} is {decision}; only a refused one can be reversed."


class ApplicationSuperseded(Conflicting):
    """The person has applied again since; the later application is the one that counts."""

    sentence = "The person has applied again since; application {later_application_id} is the one that counts."


class NoSuchApplication(Missing):
    """There is no such application to this group, or it is somebody else's."""

    sentence = "There is no such application here, or it is not yours to see."


class NoSuchInvitation(Missing):
    """There is no such invitation to this group, or it is somebody else's."""

    sentence = "There is no such invitation here, or it is not yours to use."


class InvitationExpired(Conflicting):
    """The invitation has ended."""

    sentence = "Invitation {invitation_id} expired at {expires_at}; ask the group for a new one."


class InvitationUsed(Conflicting):
    """An invitation serves for one application."""

    sentence = "Invitation {invitation_id} was used by an earlier application; ask the group for a new one."


class InvitationRevoked(Conflicting):
    """The group has taken the invitation back."""

    sentence = "Invitation {invitation_id} was revoked; ask the group for a new one."
