"""The surface of groups: one row an operation, one file a topic."""

from services.groups.operations import audience, content, people
from services.kernel.doors.operation import Operation

operations: list[Operation] = [*people.operations, *content.operations, *audience.operations]
