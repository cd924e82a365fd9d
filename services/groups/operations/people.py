"""Communities and their people: one row an operation."""

from typing import Any
from uuid import UUID

from services.groups.answers import joining
from services.groups.answers import people as answers
from services.groups.application import Groups
from services.groups.codes import invitation_code
from services.groups.operations.policies import LEADER, MEMBER, OWNER, REVIEWER
from services.groups.queries import GroupsQueries
from services.groups.schemas import people as schemas
from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Operation, command, only, query
from services.kernel.service import Service

JOINED = only("a member of the group, or who has an open application to it")


def with_code(service: Service, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with the code, which was stored nowhere: made again when the command is repeated."""
    return {**answer, "code": invitation_code(service.keys.blinded, UUID(str(answer["invitation_id"])))}


operations: list[Operation] = [
    query("templates", "/templates", GroupsQueries.templates, policy=PUBLIC,
          summary="What a group can be founded from.", takes=schemas.InLanguage, gives=answers.Templates),
    command("found", "/groups", Groups.found_group, policy=SIGNED_IN, status=201,
            summary="Found a group and own it, perhaps from a template.", takes=schemas.Found,
            gives=answers.GroupAnswer),
    query("groups", "/groups", GroupsQueries.groups, policy=PUBLIC,
          summary="All groups, or those that are found by a tag, the oldest first.", takes=schemas.GroupsWanted,
          gives=answers.GroupPage),
    query("group", "/groups/{group_id}", GroupsQueries.group, policy=PUBLIC,
          summary="A group: what it is for, what it asks for, its rules.", gives=answers.GroupSeen),
    command("tag_group", "/groups/{group_id}/tags", Groups.tag_group, policy=LEADER,
            summary="Say by which tags the group is found.", takes=schemas.TagGroup, gives=answers.GroupAnswer),
    command("set_threshold", "/groups/{group_id}/threshold", Groups.set_threshold, policy=LEADER,
            summary="Ask something else of whoever is admitted from now on.", takes=schemas.SetThreshold,
            gives=answers.GroupAnswer),
    command("set_questions", "/groups/{group_id}/questions", Groups.set_questions, policy=LEADER,
            summary="Ask applicants other questions, as the next version.", takes=schemas.SetQuestions,
            gives=answers.QuestionsAnswer),
    command("set_admission", "/groups/{group_id}/admission", Groups.set_admission, policy=LEADER,
            summary="Say how many reviewers must approve, and which fee is paid outside.", takes=schemas.SetAdmission,
            gives=answers.GroupAnswer),
    command("change_rules", "/groups/{group_id}/rules", Groups.change_rules, policy=LEADER,
            summary="Give the group other rules, as the next version.", takes=schemas.ChangeRules,
            gives=answers.RulesAnswer),
    command("accept_rules", "/groups/{group_id}/rules/accept", Groups.accept_rules, policy=JOINED,
            summary="Accept the present rules.", takes=schemas.AcceptRules, gives=answers.RulesAnswer),
    query("rules_pending", "/groups/{group_id}/rules/pending", GroupsQueries.rules_pending, policy=LEADER,
          summary="Who has not accepted the present rules.", takes=schemas.Paging, gives=answers.RulesPending),
    query("missing", "/groups/{group_id}/missing", GroupsQueries.missing, policy=SIGNED_IN,
          summary="What you still lack to be admitted.", gives=joining.Missing),
    command("apply", "/groups/{group_id}/applications", Groups.apply_to_group, policy=SIGNED_IN, status=201,
            summary="Accept the rules and ask to become a member.", takes=schemas.Apply,
            gives=joining.ApplicationAnswer),
    query("applications", "/groups/{group_id}/applications", GroupsQueries.applications, policy=REVIEWER,
          summary="The applications to a group, the oldest first.", takes=schemas.ApplicationsWanted,
          gives=joining.ApplicationPage),
    query("application", "/applications/{application_id}", GroupsQueries.application,
          policy=only("the applicant, or an owner, a leader or a reviewer of the group"),
          summary="An application in full.", gives=joining.ApplicationSeen),
    command("admit", "/applications/{application_id}/admit", Groups.admit_applicant, policy=REVIEWER,
            summary="Approve, now that nothing is missing; the last approval needed makes a member.",
            gives=joining.AdmissionAnswer),
    command("approve", "/applications/{application_id}/approvals", Groups.approve_applicant, policy=REVIEWER,
            summary="Approve, whatever is missing: the admission happens by itself once all is there.",
            gives=joining.AdmissionAnswer),
    command("take_back_approval", "/applications/{application_id}/approvals/take_back", Groups.take_back_approval,
            policy=REVIEWER, summary="Take an approval back while the application is open.",
            gives=joining.AdmissionAnswer),
    command("record_fee", "/applications/{application_id}/fee", Groups.record_fee, policy=OWNER,
            summary="Record that the fee was paid outside.", takes=schemas.RecordFee, gives=joining.ApplicationAnswer),
    command("refuse", "/applications/{application_id}/refuse", Groups.refuse_applicant, policy=REVIEWER,
            summary="Do not admit the applicant, and say why.", takes=schemas.RefuseApplicant,
            gives=joining.ApplicationAnswer),
    command("reverse", "/applications/{application_id}/reverse", Groups.reverse_refusal, policy=REVIEWER,
            summary="Take a refusal back: the application is open again.", takes=schemas.Reason,
            gives=joining.ApplicationAnswer),
    command("withdraw_application", "/applications/{application_id}/withdraw", Groups.withdraw_application,
            policy=only("the applicant"), summary="Take an application back.", gives=joining.ApplicationAnswer),
    command("invite", "/groups/{group_id}/invitations", Groups.invite_person, policy=REVIEWER, status=201,
            summary="Invite a person; it counts in the application that they make next.", takes=schemas.Invite,
            gives=joining.InvitationAnswer),
    command("offer_invitation", "/groups/{group_id}/invitations/codes", Groups.offer_invitation, policy=REVIEWER,
            status=201, summary="Invite whoever uses a code first; the code is in this answer alone.",
            takes=schemas.Offer, gives=joining.OfferAnswer, completes=with_code),
    command("redeem_invitation", "/invitations/redeem", Groups.redeem_invitation, policy=SIGNED_IN,
            summary="Use the code of an invitation: it is yours if you are the first.", takes=schemas.Redeem,
            gives=joining.RedeemAnswer),
    query("invitations", "/groups/{group_id}/invitations", GroupsQueries.invitations, policy=REVIEWER,
          summary="The invitations of a group, the oldest first.", takes=schemas.Paging, gives=joining.InvitationPage),
    query("my_invitations", "/invitations", GroupsQueries.my_invitations, policy=SIGNED_IN,
          summary="Where you are invited, the oldest first.", takes=schemas.Paging, gives=joining.InvitationPage),
    command("revoke_invitation", "/invitations/{invitation_id}/revoke", Groups.revoke_invitation, policy=REVIEWER,
            summary="Take back an invitation that was not used.", gives=joining.InvitationAnswer),
    query("introductions", "/groups/{group_id}/introductions", GroupsQueries.introductions, policy=MEMBER,
          summary="Newcomers, the newest first, and whom they may want to meet.", takes=schemas.Paging,
          gives=answers.Introductions),
    command("welcome", "/introductions/{introduction_id}/welcome", Groups.welcome_newcomer, policy=MEMBER,
            summary="Welcome a newcomer.", gives=answers.WelcomeAnswer),
    command("leave", "/groups/{group_id}/leave", Groups.leave_group, policy=MEMBER,
            summary="Leave the group.", gives=answers.GroupAnswer),
    query("roster", "/groups/{group_id}/members", GroupsQueries.roster, policy=MEMBER,
          summary="Who is in the group, with claims and tags as far as members may see them.",
          takes=schemas.MembersWanted,
          gives=answers.MemberPage),
    command("remove_member", "/groups/{group_id}/members/{person_id}/remove", Groups.remove_member, policy=LEADER,
            summary="Put a member out, and say why.", takes=schemas.Reason, gives=answers.MemberAnswer),
    command("give_role", "/groups/{group_id}/members/{person_id}/roles", Groups.give_role, policy=OWNER,
            summary="Make a member an owner, a leader or a reviewer.", takes=schemas.Role, gives=answers.MemberAnswer),
    command("take_role", "/groups/{group_id}/members/{person_id}/roles/take", Groups.take_role, policy=OWNER,
            summary="Take a role from a member.", takes=schemas.Role, gives=answers.MemberAnswer),
    command("record_group", "/records/groups", Groups.record_group, policy=OPERATOR, records=True, status=201,
            summary="Record a group known elsewhere.", takes=schemas.RecordGroup, gives=answers.GroupAnswer),
    command("record_member", "/records/members", Groups.record_member, policy=OPERATOR, records=True, status=201,
            summary="Record a member known elsewhere.", takes=schemas.RecordMember, gives=answers.MemberAnswer),
]  # fmt: skip
