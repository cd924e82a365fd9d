"""Who may: the relations to a group that its operations ask for."""

from services.kernel.doors.operation import only

OWNER = only("an owner of the group")
LEADER = only("an owner or a leader of the group")
REVIEWER = only("an owner, a leader or a reviewer of the group")
MEMBER = only("a member of the group")
