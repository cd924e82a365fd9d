"""Some rows of a real file of answers that lie beside the tests, and files of made-up ones."""

import csv
from pathlib import Path

FIXTURE = Path(__file__).parents[1] / "fixtures" / "meetup" / "answers.csv"
ROW = {
    "rsvp_id": "r1", "responded_at_ms": "1512900000000", "response": "yes", "guests": "0", "member_id": "anna",
    "event_id": "walk", "event_name": "A walk", "event_at_ms": "1513000000000", "group_id": "walkers",
    "group_name": "Walkers of Pune", "city": "Pune", "country": "in", "group_lat": "18.5", "group_lon": "73.8",
    "topics": "hiking|outdoors", "venue_id": "v1", "venue_name": "Gate", "venue_lat": "18.6", "venue_lon": "73.9",
}  # fmt: skip


def written(folder: Path, *rows: dict[str, str]) -> Path:
    """A file of rows, each ROW but for what is given."""
    path = folder / "answers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(ROW))
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
    return path
