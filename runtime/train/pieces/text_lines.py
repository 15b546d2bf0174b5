"""A piece of programs: the lines of a text file."""

from pathlib import Path
from typing import Any

from runtime.train.pieces.column import Column
from runtime.train.pieces.texts import parts_of_lines


def read_lines(path: Path, name: str) -> dict[str, Any]:
    """The lines of a text file, one a row; those that are empty are left out.

    Raises ValueError where there are none, and for what is no text.
    """
    found = Column()
    for part in parts_of_lines(path):
        found.add(part)
    return {name: found.whole()}
