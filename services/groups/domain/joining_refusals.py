"""Every way in which groups says no to questions, approvals, fees, codes, waivers, welcomes and old rules."""

from services.kernel.domain import Conflicting, Forbidden, Malformed, Missing


class RulesToAccept(Conflicting):
    """The rules changed, and this member has not accepted them yet: she may read and leave, not write."""

    sentence = (
        "The rules of group {group_id} are at version {rules_version} now; read them and accept them before you write "
        "here again. You can still read and leave."
    )


class NothingToAccept(Conflicting):
    """Rules are accepted by members, and by applicants for their open application."""

    sentence = "You are no member of group {group_id} and have no open application to it; apply with 'rules_version'."


class TemplateUnknown(Missing):
    """There is no template with this name."""

    sentence = "There is no template '{template}'; the list of templates has the name of each."


class QuestionsTooMany(Malformed):
    """A group asks few questions."""

    sentence = "A group asks at most {most} questions; leave some out."


class QuestionWithoutText(Malformed):
    """A question asks something."""

    sentence = "Every question needs words in 'text'."


class QuestionsChanged(Conflicting):
    """The questions must be answered as they stand now."""

    sentence = (
        "The questions of this group are at version {questions_version}; read them and send "
        "'questions_version': {questions_version} with your answers (0 when it asks nothing)."
    )


class AnswersTooMany(Malformed):
    """There are more answers than questions."""

    sentence = "This group asks {questions} questions; send one answer for each, in their order."


class AnswersMissing(Malformed):
    """A required question is not answered; ``missing`` has the numbers, from 1."""

    sentence = "These questions must be answered: {numbers}; send 'answers' in the order of the questions."


class ReviewersOutOfRange(Malformed):
    """An admission takes one to five reviewers."""

    sentence = "An admission takes 1 to {most} reviewers; send one of these numbers in 'reviewers_needed'."


class FeeIncomplete(Malformed):
    """A fee is an amount and a currency."""

    sentence = "A fee needs both 'fee_minor', above 0, and 'fee_currency'; leave out both when there is none."


class FeeNotPaid(Conflicting):
    """The group asks for a fee and has not recorded that it was paid."""

    sentence = (
        "This group asks for a fee of {fee_minor} (minor units of {fee_currency}); pay it as the group says, "
        "and an owner records it."
    )


class NoFeeAsked(Conflicting):
    """The group asks for no fee."""

    sentence = "Group {group_id} asks for no fee; there is nothing to record."


class FeeAlreadyPaid(Conflicting):
    """The fee of this application was recorded."""

    sentence = "The fee of application {application_id} is recorded already; there is nothing to do."


class NotApproved(Conflicting):
    """This reviewer has not approved the application."""

    sentence = "You have not approved application {application_id}; there is nothing to take back."


class WaiverUnknown(Malformed):
    """There is no condition with this name to waive."""

    sentence = "There is no condition '{name}' to waive; the names are {names}."


class InvitationTaken(Conflicting):
    """Somebody else was first to use the code."""

    sentence = "This code was used by somebody else; it serves one person. Ask the group for one of your own."


class NoSuchIntroduction(Missing):
    """There is no such introduction, or it is in a group that one is no member of."""

    sentence = "There is no such introduction here, or it is not for you."


class NobodyWelcomesHimself(Forbidden):
    """Newcomers are welcomed by others."""

    sentence = "You cannot welcome yourself; wait for somebody who was here before you."
