"""At the door of a gathering: what staff does with codes."""

from datetime import datetime
from typing import Any

from .hall import ANNA, Hall


def opened(hall: Hall, **changes: Any) -> str:
    """A gathering whose doors are open."""
    gathering_id = hall.announced(**({"capacity": 9} | changes))
    hall.pass_time(hours=20)
    return gathering_id


def enters(hall: Hall, gathering_id: str, code: str, device_id: str = "door-1") -> dict[str, Any]:
    """Somebody shows a code."""
    return hall.do("check_in", ANNA, gathering_id=gathering_id, code=code, device_id=device_id)


def merged(hall: Hall, gathering_id: str, device_id: str, *scans: tuple[str, datetime]) -> list[dict[str, Any]]:
    """A device that was offline hands in what it admitted."""
    told = [{"code": code, "at": at} for code, at in scans]
    found = hall.do("merge_check_ins", ANNA, gathering_id=gathering_id, device_id=device_id, scans=told)
    results: list[dict[str, Any]] = found["results"]
    return results
