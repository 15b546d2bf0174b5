"""What a look found that cannot be read, so that a dataset leaves it out: told, and what is to be left out for it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

BAD_ROWS, BAD_FILES = "bad_rows", "bad_files"  # parameters of datasets
NAMED = 3  # files
LeftOut = dict[str, Any]  # "by" which parameter, what is "told", "what" goes, of which "column", how many "rows" else


def left_out(by: str, told: str, what: str, column: str = "", rows: int = 0) -> LeftOut:
    """What cannot be read, as a look tells it; `what` stands before "will be left out".

    `rows` are those that are none of the rows whose cells were looked at.
    """
    return {"by": by, "told": told, "what": what, "column": column, "rows": rows}


def as_bits(rows: Any) -> str:
    """Rows of which something is true as a hexadecimal number, whose lowest bit is the first row.

    Those of several columns are one row each where both have it, which no sum of counts could tell.
    """
    return np.packbits(rows, bitorder="little")[::-1].tobytes().hex()


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
