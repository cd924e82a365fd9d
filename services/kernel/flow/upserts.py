"""The one way to write a row that may be there already: ``insert(table).on_conflict_do_update(...)``.

SQLite took the clause over from PostgreSQL word for word, so PostgreSQL's statement compiles for both. A
projection that used SQLite's own would run on SQLite alone.
"""

from sqlalchemy.dialects.postgresql import Insert, insert

__all__ = ["Insert", "insert"]
