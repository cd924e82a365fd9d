"""Every way in which identity says no; no sentence carries anything personal."""

from services.kernel.domain import Conflicting, Forbidden, Malformed, Missing, Unauthenticated


class NoSuchPerson(Missing):
    """There is no person with this id, or the actor may not see her."""

    sentence = "There is no such person here, or you may not see them; check the person's id."


class NameMalformed(Malformed):
    """A name is empty, too long, invisible or holds characters that control a display."""

    sentence = "A name has 1 to {limit} characters, at least one of them visible, and no control characters."


class MailMalformed(Malformed):
    """A mail address does not have the form local-part@domain."""

    sentence = "This is not a mail address; send one like 'anna@example.org'."


class MailTaken(Conflicting):
    """Another person is registered with this mail address."""

    sentence = "Somebody is already registered with this mail address; sign in instead, or take another one."


class WrongCredentials(Unauthenticated):
    """The mail address is unknown or the password is not hers: both look the same."""

    sentence = "The mail address or the password is wrong; check both and try again."


class PasswordTooShort(Malformed):
    """A password has fewer characters than are asked for."""

    sentence = "A password needs at least {least} characters; take a longer one."


class PasswordTooLong(Malformed):
    """A password has more characters than are taken in."""

    sentence = "A password has at most {most} characters; take a shorter one."


class PasswordTooCommon(Malformed):
    """The password is one of the first that anybody would try."""

    sentence = "This password is one of the first that anybody would try; take another one."


class PasswordIsMail(Malformed):
    """The password is the mail address."""

    sentence = "The password must not be the mail address; take another one."


class TagMalformed(Malformed):
    """The kind or the value of a tag does not have the form that is asked for."""

    sentence = (
        "A tag has a kind of 1 to 40 characters from a-z, 0-9 and _ that starts with a letter, "
        "and a value of 1 to {limit} characters without control characters."
    )


class TooManyTags(Conflicting):
    """The person carries as many tags as one person may."""

    sentence = "A person carries at most {limit} tags; remove one first."


class NoSuchTag(Missing):
    """The person does not carry this tag."""

    sentence = "The person does not carry this tag; read the person's tags again."


class UnknownRole(Malformed):
    """There is no role of this name."""

    sentence = "There is no such role; the roles are {known}."


class RoleNotHeld(Conflicting):
    """The person does not have the role that is to be withdrawn."""

    sentence = "The person does not have the role {role}, so it cannot be withdrawn."


class NotACertifier(Forbidden):
    """The actor may not judge claims."""

    sentence = "Only a certifier may judge claims; ask an operator to grant you the role."


class SelfCertification(Forbidden):
    """Somebody is about to certify a claim about himself."""

    sentence = "Nobody certifies a claim about themselves; ask another certifier."


class NoSuchClaim(Missing):
    """There is no claim with this id, or the actor may not see it."""

    sentence = "There is no such claim here, or you may not see it; check the claim's id."


class UnknownClaimKind(Malformed):
    """There is no kind of claim of this name."""

    sentence = "There is no such kind of claim; the kinds are {known}."


class ClaimValueMalformed(Malformed):
    """What is claimed is empty, too long or holds control characters."""

    sentence = "What is claimed has 1 to {limit} characters without control characters."


class CodeMalformed(Malformed):
    """A category or reason code does not have the form that is asked for."""

    sentence = "A code has 1 to 60 characters from a-z, 0-9, '_', '-' and '.', and starts with a letter or a digit."


class EvidenceMalformed(Malformed):
    """The evidence is too long or holds control characters."""

    sentence = "Evidence is a text of at most {limit} characters without control characters; link to what is longer."


class ReasonMissing(Malformed):
    """A claim is refused and nobody says why."""

    sentence = "A claim is refused with a reason; write what the person can do about it."


class ReasonMalformed(Malformed):
    """The reason is too long or holds control characters."""

    sentence = "A reason is a text of at most {limit} characters without control characters."


class LevelOutOfRange(Malformed):
    """The level of certification is none of the three that there are."""

    sentence = "The level of a certified claim is {least}, 2 or {most}, the highest."


class ValidityPassed(Malformed):
    """A certificate would have ended before it began."""

    sentence = "'valid_until' must lie in the future; leave it out for a claim that does not expire."


class ClaimNotSubmitted(Conflicting):
    """Only a claim that waits to be judged can be certified or refused."""

    sentence = "Only a submitted claim can be judged, and this one is {state}; the person may submit a new one."


class ClaimNotCertified(Conflicting):
    """Only a certified claim can be withdrawn or expire."""

    sentence = "Only a certified claim can be withdrawn or expire, and this one is {state}."


class ClaimNotYetExpired(Conflicting):
    """The claim is still valid, or valid without end."""

    sentence = "This claim is still valid; it can expire only once its 'valid_until' has passed."


class RecordedOtherwise(Conflicting):
    """Something else stands under the id that was given."""

    sentence = "Something else is recorded under this id; send what was recorded, or take another id."


class PersonIsYourself(Conflicting):
    """What is between two people was asked of one."""

    sentence = "This is yourself; name somebody else to follow, befriend or block."


class PersonIsBlocked(Conflicting):
    """The actor has blocked the person with whom she now wants something."""

    sentence = "You have blocked this person; take the block back first."


class NoSuchRequest(Missing):
    """The person has not asked the actor to be friends, or does not any more."""

    sentence = "This person does not ask you to be friends; read your requests again, or ask yourself."


class FieldUnknown(Malformed):
    """There is no field of a profile of this name whose visibility could be set."""

    sentence = "There is no such field to be shown or hidden; the fields are {known}."


class AudienceUnknown(Malformed):
    """There is no audience of this name."""

    sentence = "There is no such audience; the audiences are {known}."


class GroupsNotAsked(Malformed):
    """Groups are named for an audience that does not depend on groups."""

    sentence = "Groups are named with the audience 'groups' alone; leave 'group_ids' out, or choose that audience."


class TooManyGroups(Malformed):
    """More groups are named than one field may be shown in."""

    sentence = "At most {limit} groups are named for a field; leave them out to show it in all that you share."


class ResetLinkWrong(Malformed):
    """The token is none that was made here."""

    sentence = "This link is not one of ours; open it as it stands in the mail, or ask for a new one."


class ResetLinkExpired(Conflicting):
    """The link was not used in time."""

    sentence = "This link has run out; ask for a new one."


class ResetLinkUsed(Conflicting):
    """The link has given a new password already."""

    sentence = "This link was used already; sign in with the new password, or ask for a new link."


class ResetLinkReplaced(Conflicting):
    """Another link has given a new password since, or there were newer ones long ago."""

    sentence = "Another link was used or sent since; sign in, open the newest one, or ask for a new one."
