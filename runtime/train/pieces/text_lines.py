"""A piece of programs: the lines of a text that may be larger than memory."""

from pathlib import Path
from typing import Any

from runtime.train.pieces.column import Column
from runtime.train.pieces.text_parts import parts_of_lines


def read_lines_in_parts(path: Path, name: str) -> dict[str, Any]:
    """The lines of a text as rows, which lie in a file again."""
    found = Column()
    for part in parts_of_lines(path):
        found.add(part)
    return {name: found.whole()}
