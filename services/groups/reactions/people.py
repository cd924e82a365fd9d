"""When others say something, what groups does about admissions."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.contracts.identity import (
    ClaimCertified,
    ClaimExpired,
    ClaimWithdrawn,
    IdentityMessage,
    PersonTagged,
    PersonUntagged,
)
from services.contracts.message import Message
from services.groups.application import Groups
from services.kernel.flow.projection import Place


def admit_ready_applicant(groups: Groups, message: IdentityMessage, _place: Place) -> None:
    """Something is known otherwise of a person: where she is approved and lacks nothing any more, she is a member.

    She is one from now on, not since whatever is told happened.
    """
    context = groups.unit.context
    with groups.unit.caused_by(replace(context, effective_at=context.recorded_at)):
        groups.admit_ready(message.person_id)


people_reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = {
    ClaimCertified: admit_ready_applicant,
    ClaimWithdrawn: admit_ready_applicant,
    ClaimExpired: admit_ready_applicant,
    PersonTagged: admit_ready_applicant,
    PersonUntagged: admit_ready_applicant,
}
