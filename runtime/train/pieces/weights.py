"""Weights from files, for programs: read without running anything, found by name, and put into a model."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by name, also where they lie within a checkpoint.

    Raises ValueError where it holds none; no file can make this run code.
    """
    if path.suffix.lower() == ".safetensors":
        safe: dict[str, Tensor] = load_file(path)
        return safe
    mapped = zipfile.is_zipfile(path)  # files of old versions cannot be
    found: Any = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    for key in ("state_dict", "model_state_dict", "model", "state_dict"):
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    named = found.items() if isinstance(found, dict) else ()
    tensors = {str(name): each for name, each in named if isinstance(each, Tensor)}
    if not tensors:
        raise ValueError(f"{path.name} holds no tensors by name")
    return tensors


def take_weights(
    model: nn.Module, path: Path, places: Mapping[str, str | None]
) -> None:
    """Fill parts of a model; `places` says where in the file each of them stands.

    Raises ValueError with the first weight that the file does not have as it must be.
    """
    found = read_weights(path)
    for name, own in model.state_dict().items():
        part = name
        while part and part not in places:
            part = part.rpartition(".")[0]
        place = places.get(part)
        if place is None:
            continue
        there = ".".join(filter(None, (place, name[len(part) :].strip("."))))
        tensor = found.get(there)
        if tensor is None and name.endswith("num_batches_tracked"):
            continue  # files of old versions lack it
        if tensor is None or (why := unlike(tensor, own)):
            why = "is not there" if tensor is None else why
            raise ValueError(f"{name} cannot be {there} of {path.name}, which {why}")
        own.copy_(tensor)


def unlike(tensor: Tensor, own: Tensor) -> str | None:
    """Why a tensor from a file cannot stand for one of the model."""
    if tensor.shape != own.shape:
        return f"is {list(tensor.shape)}, not {list(own.shape)}"
    if tensor.is_floating_point() != own.is_floating_point():
        return f"is {tensor.dtype}, not {own.dtype}"
    return "holds nan" if tensor.isnan().any() else None
