"""A piece of programs: arrays of a file that are called otherwise there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.train.pieces.arrays import read_arrays


def read_called_arrays(
    path: Path, fields: Mapping[str, str], called: Mapping[str, str]
) -> dict[str, Any]:
    """Arrays of an npz file, one row a sample; `called` tells how they are there."""
    there = {called.get(name, name): declared for name, declared in fields.items()}
    found = read_arrays(path, there)
    return {name: found[called.get(name, name)] for name in fields}
