"""A piece of programs: the array of an npy file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from runtime.train.pieces.declared import as_declared


def read_npy(path: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """The array of an npy file, one row a sample, in the one field that there is.

    Numbers are mapped: they are read when a batch needs them, and only where they have
    another dtype than declared are they all read at once. Raises ValueError for what is
    no array or not as declared.
    """
    if path.suffix.lower() != ".npy":
        todo = "name one, or draw its dataset anew"
        raise ValueError(f"{path.name} is no .npy file: {todo}")
    try:
        values = np.load(path, mmap_mode="c", allow_pickle=False)
    except (ValueError, EOFError):
        why = "is cut off, holds Python objects, which could run code, or no array"
        raise ValueError(f"{path.name} {why}") from None
    if values.dtype.kind == "U":
        found: Any = values.tolist()
    else:  # torch takes the byte order of the machine alone
        found = torch.from_numpy(
            values.astype(values.dtype.newbyteorder("="), copy=False)
        )
    return as_declared(path, dict.fromkeys(fields, found), fields)
