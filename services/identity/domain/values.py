"""Texts that people hand in, brought into one form so that equal things compare equal."""

import re
from unicodedata import category, normalize

from services.identity.domain.refusals import CodeMalformed, MailMalformed, NameMalformed

NAME_LIMIT = 100
MAIL_LIMIT = 254  # RFC 5321, 4.5.3.1: what fits into a path
LOCAL_PART_LIMIT = 64
LABEL_LIMIT = 63

# They turn what follows around, so that one name can be shown as another (Unicode TR 36, bidirectional spoofing).
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NOT_IN_A_LOCAL_PART = frozenset('()<>[]:;,"\\')
_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
_TAG_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


def normalised_text(text: str, *, lines: bool = False) -> str | None:
    """The text in NFC without white space around it; None if it holds what controls a display.

    With ``lines`` it may have several lines. Joiners (U+200C, U+200D) are letters of Persian,
    of the Indic scripts and of emoji, so they stay.
    """
    kept = normalize("NFC", text).strip()
    allowed = "\n\r\t" if lines else ""
    return None if any(_controls(char) and char not in allowed for char in kept) else kept


def normalised_name(name: str) -> str:
    """A person's name in NFC, 1 to 100 characters of any script; raises NameMalformed."""
    kept = normalised_text(name)
    if kept is None or len(kept) > NAME_LIMIT or not _visible(kept):
        raise NameMalformed(limit=NAME_LIMIT)
    return kept


def normalised_mail(mail: str) -> str:
    """The mail address in the one form in which it is kept and compared; raises MailMalformed.

    Lower case throughout: the standard lets the local part differ by case, no provider of note
    does, and two people whose addresses differ by case alone would be mistaken for each other.
    """
    kept = normalize("NFKC", normalize("NFKC", mail).strip().lower())
    local_part, at, domain = kept.partition("@")
    if not at or len(kept) > MAIL_LIMIT or not _is_local_part(local_part) or not _is_domain(domain):
        raise MailMalformed()
    return kept


def checked_code(code: str) -> str:
    """A category or reason code as it is; raises CodeMalformed."""
    if not _CODE.fullmatch(code):
        raise CodeMalformed()
    return code


def is_tag_kind(kind: str) -> bool:
    """Whether a tag may be of this kind: a-z, 0-9 and _, a letter first, 40 characters at most."""
    return _TAG_KIND.fullmatch(kind) is not None


def _controls(char: str) -> bool:
    return category(char) in {"Cc", "Cs", "Zl", "Zp"} or char in _TURNS_TEXT_AROUND


def _visible(text: str) -> bool:
    return any(category(char)[0] in "LNPS" for char in text)


def _is_local_part(text: str) -> bool:
    if not 0 < len(text) <= LOCAL_PART_LIMIT or text[0] == "." or text[-1] == "." or ".." in text:
        return False
    if "=?" in text:  # an encoded word (RFC 2047) reads as another address than the one that was checked
        return False
    return not any(char.isspace() or category(char)[0] == "C" or char in _NOT_IN_A_LOCAL_PART for char in text)


def _is_domain(text: str) -> bool:
    labels = text.split(".")
    return len(labels) > 1 and all(map(_is_label, labels)) and not labels[-1].isdigit()


def _is_label(text: str) -> bool:
    if not 0 < len(text) <= LABEL_LIMIT or text[0] == "-" or text[-1] == "-":
        return False
    # Vowel signs of the Indic scripts are marks, not letters, and stand in real domain names.
    return all(char.isalnum() or char == "-" or category(char)[0] == "M" for char in text)
