"""``python -m partner_consumer --url http://127.0.0.1:8080 --store club.db``, with the key in AGORA_PARTNER_KEY.

Reads until it has everything, prints the figures, and ends; with ``--follow`` it goes on reading until Ctrl-C.
"""

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path

from .books import Books, Missed, Place, as_json
from .feed import Feed, Refused
from .figures import figures

LONGEST_WAIT_SECONDS = 30


def main() -> int:
    """The program; its exit code is 0 when all of it was read and proved."""
    given = _given()
    key = os.environ.get("AGORA_PARTNER_KEY", "")
    with closing(Books(given.store)) as books, closing(Feed(given.url, key)) as feed:
        try:
            place = read(feed, books, given.limit, follows=given.follow)
            counted = feed.count(place.position)
        except (Refused, Missed) as failure:
            print(failure, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
        print(f"{place.position} events, digest {place.link.hex()}; the platform counts {counted}.", file=sys.stderr)
        print(as_json(figures(books.rows)))
        return 0 if counted == place.position else 1


def read(feed: Feed, books: Books, limit: int, *, follows: bool = False) -> Place:
    """Take in page after page until there is no more; with ``follows`` for ever. Raises Refused, Missed."""
    place = books.place()
    while True:
        page = feed.page(place.cursor, limit, LONGEST_WAIT_SECONDS if follows else 0)
        place = books.take_in(page.events, page.cursor, page.through, page.digest)
        if page.through == page.head and not follows:
            return place


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="partner_consumer", description=__doc__)
    parser.add_argument("--url", required=True, help="where the platform listens")
    parser.add_argument("--store", required=True, type=Path, help="the file that everything is kept in")
    parser.add_argument("--limit", type=int, default=500, help="how many events at once, 1 to 1000")
    parser.add_argument("--follow", action="store_true", help="go on reading until Ctrl-C")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
