"""Which known name was meant by one that is not."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60  # of a name that is looked at; a file may hold any


def nearest(name: str, known: Iterable[str], like: float = 0.6) -> str | None:
    """The known name that is most like this one, where one is alike to at least this share of their letters."""
    if len(name) > LONGEST:
        return None
    folded = {each.lower(): each for each in sorted(known, reverse=True)}
    found = get_close_matches(name.lower(), [*folded], 1, like)
    return folded[found[0]] if found else None
