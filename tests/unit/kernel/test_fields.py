"""Texts of forms: whatever people write is taken, what controls a display is not."""

import pytest
from marshmallow import ValidationError

from services.kernel.doors import fields

FIELD = fields.text(100)


@pytest.mark.parametrize("written", ["静水", "a\tb", "one\ntwo", "one\r\ntwo", "می\u200cخواهم", "👩\u200d🚀"])
def test_takes_what_can_be_shown(written: str) -> None:
    assert FIELD.deserialize(written) == written


@pytest.mark.parametrize("written", ["a\rb", "a\r", "a\0b", "a\x07b", "a\x7fb", "a\x1b[2Jb", "a\u202eb", "a\u2066b"])
def test_refuses_what_controls_a_display(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="control a display"):
        FIELD.deserialize(written)
    assert fields.text(100, load_only=True).deserialize(written) == written, "a password is never shown"
    monkeypatch.setattr(fields, "_controls", lambda _char: False)
    assert FIELD.deserialize(written) == written


def test_says_how_many_characters_it_takes() -> None:
    with pytest.raises(ValidationError, match="Give 1 to 100 characters"):
        FIELD.deserialize("x" * 101)
