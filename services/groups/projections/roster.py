"""The roster: members of a group together with what is certified about them. Read from two views."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, func, select

from services.groups.projections.known_people import claims, counting
from services.groups.projections.members import members


def members_with(group_id: UUID, kind: str | None, code: str | None, now: datetime) -> Select[Any]:
    """The members of a group, or those of them who hold a certified claim of this kind, of this code."""
    found = select(members).where(members.c.group_id == str(group_id))
    asked = [claims.c.kind == kind] if kind is not None else []
    asked += [claims.c.code == code] if code is not None else []
    if not asked:
        return found
    return found.where(exists().where(claims.c.person_id == members.c.person_id, counting(now), *asked))


def with_claims(connection: Connection, rows: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Rows of members, each with its claims that count now: the highest level of each kind and code."""
    found = (
        select(claims.c.person_id, claims.c.kind, claims.c.code, func.max(claims.c.level).label("level"))
        .where(claims.c.person_id.in_([row["person_id"] for row in rows]), counting(now))
        .group_by(claims.c.person_id, claims.c.kind, claims.c.code)
        .order_by(claims.c.kind, claims.c.code.nulls_first())
    )
    held: dict[str, list[dict[str, Any]]] = {}
    for claim in connection.execute(found):
        held.setdefault(claim.person_id, []).append({"kind": claim.kind, "level": claim.level, "code": claim.code})
    return [row | {"roles": json.loads(row["roles"]), "claims": held.get(row["person_id"], [])} for row in rows]
