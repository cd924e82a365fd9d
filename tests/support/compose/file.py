"""What the Compose file says, with its variables filled in."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

PROJECT = Path(__file__).parents[3]
_VARIABLE = re.compile(r"\$(?:(?P<sign>\$)|\{(?P<name>\w+)(?:(?P<empty>:)?-(?P<default>[^}]*))?\})|(?P<odd>\$)")


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume or a file of this checkout, and where a container finds it."""

    source: str
    target: str
    is_readonly: bool


@dataclass(frozen=True, slots=True)
class Container:
    """One service of the file. ``said`` is all that the file says of it."""

    name: str
    said: Mapping[str, Any]

    @property
    def image(self) -> str:
        """With its tag."""
        return str(self.said["image"])

    @property
    def is_ours(self) -> bool:
        """Whether it runs Agora's own image."""
        return self.image.startswith("agora:")

    @property
    def command(self) -> list[str]:
        """The words behind the entrypoint."""
        return [str(word) for word in self.said.get("command", [])]

    @property
    def entrypoint(self) -> list[str]:
        """What is run; the image's own unless the file says another."""
        return [str(word) for word in self.said.get("entrypoint", ["agora"])]

    @property
    def stays(self) -> bool:
        """Whether it is to run for ever, and not to do something and end."""
        return self.said.get("restart") == "unless-stopped"

    @property
    def environment(self) -> dict[str, str]:
        """Its variables."""
        return {name: str(value) for name, value in self.said.get("environment", {}).items()}

    @property
    def health(self) -> list[str]:
        """The command of its health check; empty when it has none."""
        return [str(word) for word in self.said.get("healthcheck", {}).get("test", [])]

    @property
    def needs(self) -> dict[str, str]:
        """What it waits for, and until when."""
        return {name: str(how["condition"]) for name, how in self.said.get("depends_on", {}).items()}

    @property
    def mounts(self) -> list[Mount]:
        """Its volumes."""
        return [_mount(str(one)) for one in self.said.get("volumes", [])]


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """All containers by name, and the names of the volumes."""

    containers: dict[str, Container]
    volumes: list[str]


def compose_file(text: str | None = None, variables: Mapping[str, str] = os.environ) -> ComposeFile:
    """The project's file, or another text."""
    said = yaml.safe_load((PROJECT / "docker-compose.yml").read_text() if text is None else text)
    filled = _filled(said, variables)
    containers = {name: Container(name, one) for name, one in filled["services"].items()}
    return ComposeFile(containers, list(filled["volumes"]))


def _filled(said: Any, variables: Mapping[str, str]) -> Any:
    """``${NAME:-default}``, ``${NAME-default}`` (nothing is an answer, too) and ``$$`` in every text."""
    if isinstance(said, dict):
        return {name: _filled(value, variables) for name, value in said.items()}
    if isinstance(said, list):
        return [_filled(value, variables) for value in said]
    return _VARIABLE.sub(lambda found: _value(found, variables), said) if isinstance(said, str) else said


def _value(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found["sign"]:
        return "$"
    if found["odd"] or found["default"] is None:
        raise ValueError(f"a variable without a default at {found.string!r}")
    said = variables.get(found["name"])
    return found["default"] if said is None or (found["empty"] and not said) else said


def _mount(text: str) -> Mount:
    source, target, *how = text.split(":")
    return Mount(source, target, how == ["ro"])
