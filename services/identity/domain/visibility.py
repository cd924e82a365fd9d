"""Who may see a field of a person's profile: everyone who is signed in, fellow members of a community, or nobody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.contracts.thresholds import CLAIM_KINDS
from services.identity.domain.refusals import AudienceUnknown, FieldUnknown, GroupsNotAsked, TooManyGroups

EVERYONE, GROUPS, NOBODY = "everyone", "groups", "nobody"
AUDIENCES = (EVERYONE, GROUPS, NOBODY)
TAGS = "tags"
FIELDS = (*CLAIM_KINDS, TAGS)
GROUPS_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who sees a field. With the audience groups: fellow members of ``group_ids``, of any group when it is empty."""

    audience: str = GROUPS
    group_ids: tuple[str, ...] = ()

    def reaches(self, shared: Collection[str]) -> bool:
        """Whether somebody sees it who is a member of these groups together with the person."""
        match self.audience:
            case "everyone":
                return True
            case "groups":
                return bool(set(shared) & set(self.group_ids) if self.group_ids else shared)
            case _:
                return False


def ensure_visibility(field: str, audience: str, group_ids: Sequence[str]) -> None:
    """Raises FieldUnknown, AudienceUnknown, GroupsNotAsked, TooManyGroups."""
    if field not in FIELDS:
        raise FieldUnknown(known=", ".join(FIELDS))
    if audience not in AUDIENCES:
        raise AudienceUnknown(known=", ".join(AUDIENCES))
    if group_ids and audience != GROUPS:
        raise GroupsNotAsked()
    if len(group_ids) > GROUPS_LIMIT:
        raise TooManyGroups(limit=GROUPS_LIMIT)
