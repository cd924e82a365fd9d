"""A report is filed once, as of moments at which nothing more can change."""

from datetime import timedelta

import pytest

from services.mall.domain.filing import SETTLES, Filing
from services.mall.domain.refusals import MomentToCome, RecordedOtherwise, SinceNotEarlier
from tests.support.scenario import NOON, Scenario

AS_OF, SINCE = NOON - SETTLES, NOON - timedelta(days=90)


def filed() -> Filing:
    return Filing.record("2025Q4", "UTC", AS_OF, SINCE, "0" * 64, "No. 7", NOON)


def test_records_what_was_sent_and_what_came_back() -> None:
    expected = {"quarter": "2025Q4", "as_of": AS_OF, "since": SINCE, "sha256": "0" * 64, "receipt": "No. 7"}
    Scenario(Filing).when(lambda _: filed()).then((Filing.Recorded, expected))


def test_refuses_a_moment_until_which_more_may_be_stored() -> None:
    late = AS_OF + timedelta(microseconds=1)
    birth = Scenario(Filing).when(lambda _: Filing.record("2025Q4", "UTC", late, None, "0" * 64, "No. 7", NOON))
    birth.then_refused(MomentToCome)


def test_refuses_a_correction_that_goes_backwards() -> None:
    birth = Scenario(Filing).when(lambda _: Filing.record("2025Q4", "UTC", AS_OF, AS_OF, "0" * 64, "No. 7", NOON))
    birth.then_refused(SinceNotEarlier)


@pytest.mark.parametrize(("sha256", "receipt"), [("1" * 64, "No. 7"), ("0" * 64, "No. 8")])
def test_refuses_another_file_under_the_same_report(sha256: str, receipt: str) -> None:
    Scenario(Filing).given(filed).when(lambda filing: filing.ensure_same(sha256, receipt)).then_refused(
        RecordedOtherwise
    )


def test_the_same_again_records_nothing() -> None:
    Scenario(Filing).given(filed).when(lambda filing: filing.ensure_same("0" * 64, "No. 7")).then()
