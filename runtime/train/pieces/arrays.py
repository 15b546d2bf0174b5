"""A piece of programs: arrays of a file, one row a sample."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

TEXTS = True  # some data is text
SEVERAL = True  # there is more than one column


def read_arrays(path: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """Arrays of an npz file, one row a sample; texts become lists.

    Raises ValueError where an array is missing, longer or not as declared.
    """
    found: dict[str, Any] = {}
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        for name, declared in fields.items():
            if name not in arrays:
                raise ValueError(f"{path.name} has no array {name!r}")
            values = arrays[name]
            if TEXTS:  # noqa: SIM102 - a program holds the inner one alone
                if declared == "text":
                    found[name] = [str(value) for value in values]
                    continue
            dtype, shape = declared.partition("[")[0], [*values.shape[1:]]
            cut_off = values.dtype.kind == "f" and "float" not in dtype
            if cut_off or f"{dtype}{shape}" != declared:
                what = f"{name} holds {values.dtype}{shape}, not {declared}"
                raise ValueError(f"{path.name}: {what}")
            found[name] = torch.from_numpy(values).to(getattr(torch, dtype))
    if SEVERAL:
        rows = {name: len(column) for name, column in found.items()}
        if len(set(rows.values())) > 1:
            raise ValueError(f"{path.name} has arrays of unequal lengths: {rows}")
    return found
