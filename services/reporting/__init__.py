"""Asking a platform for its figures: in a directory whose platform is stopped, or over HTTP where one runs.

``desks`` answer, ``pictures`` put the answers about one listing or one community together, ``paper`` is the page
of them that one can send to somebody.
"""

from .desks import (
    Answer,
    AtUrl,
    BooksMoving,
    Desk,
    EitherDataOrUrl,
    Failed,
    FiguresDiffer,
    InDirectory,
    NoPlatformThere,
    NotAnswering,
    PageUnwritable,
    PlatformRuns,
    SaidNo,
    TokenNeeded,
    TokenUnusable,
    address,
    all_books,
    directory,
    name_of_group,
)

__all__ = [
    "Answer", "AtUrl", "BooksMoving", "Desk", "EitherDataOrUrl", "Failed", "FiguresDiffer", "InDirectory",
    "NoPlatformThere", "NotAnswering", "PageUnwritable", "PlatformRuns", "SaidNo", "TokenNeeded", "TokenUnusable",
    "address", "all_books", "directory", "name_of_group",
]  # fmt: skip
