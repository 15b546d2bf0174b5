"""A piece of programs: the tensors of a safetensors file as data."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from runtime.train.pieces.declared import as_declared


def read_safetensors(
    path: Path, fields: Mapping[str, str], called: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Tensors of a safetensors file, one row a sample; `called` tells how they are there.

    Numbers are mapped: they are read when a batch needs them. Raises ValueError for what
    is no such file, and for a tensor that is missing or not as declared.
    """
    if path.suffix.lower() != ".safetensors":
        todo = "name one, or draw its dataset anew"
        raise ValueError(f"{path.name} is no .safetensors file: {todo}")
    found: dict[str, Any] | None = None
    if path.stat().st_size:  # an OSError where it is not there
        with suppress(Exception):  # of a broken file the library raises its own error
            found = load_file(path)
    if found is None:
        raise ValueError(f"{path.name} is cut off, or no safetensors file")
    return as_declared(path, found, fields, called)
