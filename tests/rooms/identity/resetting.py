"""Asking for a new password, the letters that lie in files, and taking the password."""

from email import message_from_bytes, policy
from typing import Any

from .conftest import RESET_URL, House

ANNA, NEW = "anna@example.org", "the river has moved on"


def ask(house: House, mail: str = ANNA, **more: Any) -> Any:
    return house.call("POST", "/password/links", json={"mail": mail, **more})


def letters(house: House) -> list[tuple[str, str]]:
    """To whom and what, the oldest first."""
    files = sorted(house.letters.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [(message["To"], message.get_content()) for message in read]


def token_in(text: str) -> str:
    (link,) = [line.strip() for line in text.splitlines() if line.startswith(RESET_URL)]
    return link.partition("#")[2]


def take(house: House, token: str, password: str = NEW) -> Any:
    return house.call("POST", "/password", json={"token": token, "password": password})
