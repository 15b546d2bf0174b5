"""A piece of programs: pictures of idx files and their labels."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from runtime.train.pieces.idx_values import idx_values


def read_idx(path: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """Pictures of an idx file, as MNIST comes in, and the labels of the file beside it.

    Raises ValueError for what is no idx file, ends early or is not as declared, OSError
    where the labels are missing.
    """
    beside = path.name.replace("images", "labels").replace("idx3", "idx1")
    found: dict[str, Any] = {}
    for name, declared in fields.items():
        dtype, _, shape = declared.rstrip("]").partition("[")
        file = path if shape else path.with_name(beside)
        values = idx_values(file)
        sizes = tuple(int(size) for size in shape.split(",") if size)
        if sizes and values.shape[1:] == sizes[1:]:
            values = values[:, None]  # one channel
        if values.shape[1:] != sizes:
            told = f"has samples of shape {values.shape[1:]}, not {declared}"
            raise ValueError(f"{file.name} {told}")
        found[name] = torch.from_numpy(values).to(getattr(torch, dtype))
    rows = {name: len(column) for name, column in found.items()}
    if len(set(rows.values())) > 1:
        raise ValueError(f"{path.name} and {beside} differ in length: {rows}")
    return found
