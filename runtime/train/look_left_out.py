"""What a look found that cannot be read, so that a dataset leaves it out: told, and what is to be left out for it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

BAD_ROWS, BAD_FILES = "bad_rows", "bad_files"  # parameters of datasets
NAMED = 3  # files
LeftOut = dict[str, str]  # "by" which parameter, what is "told", "what" goes, and of which "column" where it has one


def left_out(by: str, told: str, what: str, column: str = "") -> LeftOut:
    """What cannot be read, as a look tells it; `what` stands before "will be left out"."""
    return {"by": by, "told": told, "what": what, "column": column}


def broken_files(how: str, root: Path, broken: Sequence[Path], tried: int) -> list[LeftOut]:
    """Files in a folder that cannot be read, in a sentence with the first of them."""
    if not broken:
        return []
    names = ", ".join(file.relative_to(root).as_posix() for file in broken[:NAMED])
    more = f" and {len(broken) - NAMED} more" if len(broken) > NAMED else ""
    told = f"{len(broken)} of {tried} {how}: {names}{more}"
    return [left_out(BAD_FILES, told, "it" if len(broken) == 1 else "they")]


def skipping(found: Iterable[LeftOut]) -> dict[str, str]:
    """The parameters of a dataset by which it leaves that out."""
    return {each["by"]: "skip" for each in found}
