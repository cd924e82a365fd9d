"""Reports that were sent to an authority."""

from datetime import datetime
from typing import Any

from services.mall.domain.filing import Filing

from .loading import Loading


class Filings(Loading):
    """Commands of an operator."""

    def record_filing(
        self, quarter: str, time_zone: str, as_of: datetime, sha256: str, receipt: str, since: datetime | None = None
    ) -> dict[str, Any]:
        """A report was sent; the same again records nothing.

        Raises MomentToCome, SinceNotEarlier, RecordedOtherwise.
        """
        return self._record(quarter, time_zone, as_of, sha256, receipt, since)

    def record_operators_filing(
        self, half: str, time_zone: str, as_of: datetime, sha256: str, receipt: str, since: datetime | None = None
    ) -> dict[str, Any]:
        """A list of operators was sent; the same again records nothing.

        Raises MomentToCome, SinceNotEarlier, RecordedOtherwise.
        """
        return self._record(half, time_zone, as_of, sha256, receipt, since)

    def _record(
        self, quarter: str, time_zone: str, as_of: datetime, sha256: str, receipt: str, since: datetime | None
    ) -> dict[str, Any]:
        filing_id = Filing.id_of(quarter, time_zone, as_of, since)
        if (known := self.unit.find(Filing, filing_id)) is None:
            self.unit.add(Filing.record(quarter, time_zone, as_of, since, sha256, receipt, self.now))
        else:
            known.ensure_same(sha256, receipt)
        return {"filing_id": filing_id}
