"""Whom a newcomer may want to meet first, and why: over what members may see alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from services.groups.projections.members import members
from services.groups.projections.roster import addressable, visible_claims, visible_tags
from services.known.people import claims, tags

SUGGESTED = 3
INDUSTRY = "industry"
Reasons = dict[str, list[dict[str, str]]]


def suggested_for(connection: Connection, group_id: UUID, person_id: str, now: datetime) -> list[dict[str, Any]]:
    """The three members with the most reasons: tags that both have, the same industry, and the newest reviewers."""
    reasons: Reasons = {}
    _tags_in_common(connection, group_id, person_id, reasons)
    _same_industry(connection, group_id, person_id, now, reasons)
    _newest_reviewers(connection, group_id, person_id, reasons)
    ranked = sorted(reasons.items(), key=lambda one: (-len(one[1]), one[0]))
    return [{"person_id": member_id, "reasons": why} for member_id, why in ranked[:SUGGESTED]]


def _tags_in_common(connection: Connection, group_id: UUID, person_id: str, reasons: Reasons) -> None:
    own = connection.execute(visible_tags(group_id).where(tags.c.person_id == person_id))
    mine = {(tag.kind, tag.value) for tag in addressable(own)}
    theirs = visible_tags(group_id).where(tags.c.value.in_([value for _, value in mine]))
    found = _of_others(theirs, tags.c.person_id, group_id, person_id).order_by(tags.c.kind, tags.c.value)
    for tag in addressable(connection.execute(found)):
        if (tag.kind, tag.value) in mine:
            reasons.setdefault(tag.person_id, []).append({"reason": "tag", "kind": tag.kind, "value": tag.value})


def _same_industry(connection: Connection, group_id: UUID, person_id: str, now: datetime, reasons: Reasons) -> None:
    industries = visible_claims(group_id, now).where(claims.c.kind == INDUSTRY, claims.c.code.is_not(None))
    mine = {row.code for row in connection.execute(industries.where(claims.c.person_id == person_id))}
    theirs = industries.where(claims.c.code.in_(mine))
    found = connection.execute(_of_others(theirs, claims.c.person_id, group_id, person_id))
    for member_id, code in sorted({(row.person_id, row.code) for row in found}):
        reasons.setdefault(member_id, []).append({"reason": "industry", "kind": INDUSTRY, "value": code})


def _newest_reviewers(connection: Connection, group_id: UUID, person_id: str, reasons: Reasons) -> None:
    deciding = (members.c.group_id == str(group_id), members.c.roles != "[]", members.c.person_id != person_id)
    newest = select(members.c.person_id).where(*deciding).order_by(members.c.admitted_at.desc(), members.c.person_id)
    for member_id in connection.execute(newest.limit(SUGGESTED)).scalars():
        reasons.setdefault(member_id, []).append({"reason": "reviewer", "kind": "role", "value": "reviewer"})


def _of_others(found: Select[Any], whose: Any, group_id: UUID, person_id: str) -> Select[Any]:
    return found.join(members, members.c.person_id == whose).where(
        members.c.group_id == str(group_id), members.c.person_id != person_id
    )
