"""How often Python looks for objects that refer to one another and to which nobody does.

There are few of them here, and looking for them takes a fifth of the time of whoever reads many facts. Everything else
is given back at once, whatever is set here.
"""

import gc

NEW_OBJECTS = 50_000


def look_seldom() -> None:
    """Look after so many objects more, and not after the 700 of the interpreter."""
    gc.set_threshold(NEW_OBJECTS, 20, 50)
