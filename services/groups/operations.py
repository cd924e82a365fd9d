"""The surface of groups: one row an operation."""

from services.groups import answers, schemas
from services.groups.application import Groups
from services.groups.queries import GroupsQueries
from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Operation, command, only, query

OWNER = only("an owner of the group")
LEADER = only("an owner or a leader of the group")
REVIEWER = only("an owner, a leader or a reviewer of the group")
MEMBER = only("a member of the group")

operations: list[Operation] = [
    command("found", "/groups", Groups.found_group, policy=SIGNED_IN, status=201,
            summary="Found a group and own it.", takes=schemas.Found, gives=answers.GroupAnswer),
    query("groups", "/groups", GroupsQueries.groups, policy=PUBLIC,
          summary="All groups, the oldest first.", takes=schemas.Paging, gives=answers.GroupPage),
    query("group", "/groups/{group_id}", GroupsQueries.group, policy=PUBLIC,
          summary="A group: what it is for, what it asks for, its rules.", gives=answers.GroupSeen),
    command("set_threshold", "/groups/{group_id}/threshold", Groups.set_threshold, policy=LEADER,
            summary="Ask something else of whoever is admitted from now on.", takes=schemas.SetThreshold,
            gives=answers.GroupAnswer),
    command("change_rules", "/groups/{group_id}/rules", Groups.change_rules, policy=LEADER,
            summary="Give the group other rules, as the next version.", takes=schemas.ChangeRules,
            gives=answers.RulesAnswer),
    query("missing", "/groups/{group_id}/missing", GroupsQueries.missing, policy=SIGNED_IN,
          summary="What you still lack to be admitted.", gives=answers.Missing),
    command("apply", "/groups/{group_id}/applications", Groups.apply_to_group, policy=SIGNED_IN, status=201,
            summary="Accept the rules and ask to become a member.", takes=schemas.Apply,
            gives=answers.ApplicationAnswer),
    query("applications", "/groups/{group_id}/applications", GroupsQueries.applications, policy=REVIEWER,
          summary="The applications to a group, the oldest first.", takes=schemas.ApplicationsWanted,
          gives=answers.ApplicationPage),
    query("application", "/applications/{application_id}", GroupsQueries.application,
          policy=only("the applicant, or an owner, a leader or a reviewer of the group"),
          summary="An application in full.", gives=answers.ApplicationSeen),
    command("admit", "/applications/{application_id}/admit", Groups.admit_applicant, policy=REVIEWER,
            summary="Make the applicant a member.", gives=answers.AdmissionAnswer),
    command("refuse", "/applications/{application_id}/refuse", Groups.refuse_applicant, policy=REVIEWER,
            summary="Do not admit the applicant, and say why.", takes=schemas.RefuseApplicant,
            gives=answers.ApplicationAnswer),
    command("reverse", "/applications/{application_id}/reverse", Groups.reverse_refusal, policy=REVIEWER,
            summary="Take a refusal back: the application is open again.", takes=schemas.Reason,
            gives=answers.ApplicationAnswer),
    command("withdraw_application", "/applications/{application_id}/withdraw", Groups.withdraw_application,
            policy=only("the applicant"), summary="Take an application back.", gives=answers.ApplicationAnswer),
    command("invite", "/groups/{group_id}/invitations", Groups.invite_person, policy=REVIEWER, status=201,
            summary="Invite a person; it counts in the application that they make next.", takes=schemas.Invite,
            gives=answers.InvitationAnswer),
    command("revoke_invitation", "/invitations/{invitation_id}/revoke", Groups.revoke_invitation, policy=REVIEWER,
            summary="Take back an invitation that was not used.", gives=answers.InvitationAnswer),
    command("leave", "/groups/{group_id}/leave", Groups.leave_group, policy=MEMBER,
            summary="Leave the group.", gives=answers.GroupAnswer),
    query("roster", "/groups/{group_id}/members", GroupsQueries.roster, policy=MEMBER,
          summary="Who is in the group, with what is certified about them.", takes=schemas.MembersWanted,
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
