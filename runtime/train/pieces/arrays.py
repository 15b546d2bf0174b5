"""A piece of programs: arrays of a file, one row a sample."""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

TEXTS = True  # some data is text


def read_arrays(path: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """Arrays of an npz file, one row a sample; texts become lists.

    Raises ValueError where an array is missing, longer or not as declared.
    """
    found: dict[str, Any] = {}
    with path.open("rb") as file:  # an OSError where it is not there
        if not zipfile.is_zipfile(file):
            raise ValueError(f"{path.name} is cut off, or no npz file")
    with np.load(path, allow_pickle=False) as arrays:
        for name, declared in fields.items():
            if name not in arrays:
                raise ValueError(f"{path.name} has no array {name!r}")
            try:
                values = arrays[name]
            except (ValueError, EOFError, zipfile.BadZipFile, zlib.error):
                why = "holds Python objects, which could run code, or is damaged"
                raise ValueError(f"{path.name}: {name} {why}") from None
            if TEXTS:  # noqa: SIM102 - a program holds the inner one alone
                if declared == "text":
                    found[name] = [str(value) for value in values]
                    continue
            dtype = declared.partition("[")[0]
            if f"{dtype}{[*values.shape[1:]]}" != declared:
                why = f"has samples of shape {values.shape[1:]}, not {declared}"
                raise ValueError(f"{path.name}: {name} {why}")
            wanted = getattr(torch, dtype)
            if values.dtype.kind == "f" and not wanted.is_floating_point:
                why = f"holds {values.dtype}, which {declared} would cut off"
                raise ValueError(f"{path.name}: {name} {why}")
            found[name] = torch.from_numpy(values).to(wanted)
    rows = {name: len(column) for name, column in found.items()}
    if len(set(rows.values())) > 1:
        raise ValueError(f"{path.name} has arrays of unequal lengths: {rows}")
    return found
