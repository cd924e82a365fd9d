"""The terms of business: what holds, what will, and all there ever was. Anybody may ask."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.kernel.doors.operation import Actor
from services.mall.domain.terms import BEFORE_ANY, TERMS_ID, Terms, TermsVersion, in_force, told

from .reading import Reading, is_further_on


class TermsQueries(Reading):
    """Read from the terms themselves, which hold all that was ever announced."""

    def terms(self, actor: Actor, as_of: datetime | None = None) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """What holds for orders placed now or at another moment, and what was announced by then to begin later."""
        terms, as_of = self._kept(), as_of or self._service.clock.now()
        to_come = None if terms is None else terms.announced(as_of)
        announced = None if to_come is None else _shown(terms, to_come)
        return {"as_of": as_of, **_shown(terms, in_force(terms, as_of)), "announced": announced}

    def terms_versions(
        self, actor: Actor, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002 - for everybody
    ) -> dict[str, Any]:  # fmt: skip
        """All versions, the latest announced first; the last one is what held before any were set."""
        terms = self._kept()
        versions: Iterable[TermsVersion] = () if terms is None else reversed(terms.versions)
        found = [one for one in (*versions, BEFORE_ANY) if is_further_on(one["version"], cursor)]
        page = found[:limit]
        return {
            "items": [_shown(terms, one) for one in page],
            "next": [str(page[-1]["version"])] if len(found) > limit else None,
        }  # fmt: skip

    def _kept(self) -> Terms | None:
        return self._service.store.load(Terms, TERMS_ID)


def _shown(terms: Terms | None, version: TermsVersion) -> dict[str, Any]:
    times = {"announced_at": version["announced_at"], "begins_at": version["begins_at"]}
    ends_at = None if terms is None else terms.ends_at(version)
    return {"terms_version": version["version"], **told(version), **times, "ends_at": ends_at}
