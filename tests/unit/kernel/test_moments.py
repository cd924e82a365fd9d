"""A time in a form names its offset; nobody guesses one."""

from datetime import UTC, datetime

import pytest
from marshmallow import Schema, ValidationError

from services.kernel.doors.fields import GIVE_A_MOMENT, Moment


class Form(Schema):
    """One time."""

    at = Moment()


@pytest.mark.parametrize(
    "told", ["2026-05-01T10:00:00+00:00", "2026-05-01T10:00:00Z", "2026-05-01T18:00:00+08:00", "2026-05-01 06:00-04:00"]
)
def test_a_time_with_its_offset_is_brought_to_utc(told: str) -> None:
    at = Form().load({"at": told})["at"]
    assert (at, at.tzinfo) == (datetime(2026, 5, 1, 10, tzinfo=UTC), UTC)


@pytest.mark.parametrize("told", ["2026-05-01T10:00:00", "2026-05-01", "2026-05-01T10:00", "soon", "", 1_777_000_000])
def test_a_time_without_one_is_refused_in_a_sentence(told: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Form().load({"at": told})
    assert refused.value.messages == {"at": [GIVE_A_MOMENT]}
