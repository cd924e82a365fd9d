"""What every form of the platform is composed of, in one process or apart: its services and its clock."""

import importlib

from services.kernel.blueprint import Blueprint
from services.kernel.clock import Clock, SandboxClock
from services.kernel.doors.operation import Operation
from services.settings import Settings

SERVICES = ("identity", "groups", "mall", "events", "partners")


def blueprint_of(name: str) -> Blueprint:
    """What makes the service of this name, one of SERVICES."""
    found: Blueprint = importlib.import_module(f"services.{name}.service").blueprint
    return found


def operations_of(name: str) -> dict[str, Operation]:
    """The surface of a service, by the names of its operations."""
    return {row.name: row for row in blueprint_of(name).operations}


def clock_of(settings: Settings) -> Clock:
    """The clock of a platform: real, unless it is a sandbox or its time was moved."""
    moved = settings.clock_file
    in_sandbox = settings.sandbox or moved.exists()
    return SandboxClock(moved, can_move=settings.sandbox) if in_sandbox else Clock()
