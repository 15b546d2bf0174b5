"""A piece of programs: tensors that torch.save wrote, as data."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from runtime.train.pieces.declared import as_declared


def read_tensors(
    path: Path, fields: Mapping[str, str], called: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Tensors of a file of torch.save, one row a sample; `called` tells how they are there.

    Numbers are mapped: they are read when a batch needs them. Raises ValueError for a
    file that holds more than tensors, and for one that is missing or not as declared.
    """
    return as_declared(path, tensors_of(path), fields, called)


def tensors_of(path: Path) -> dict[str, Any]:
    """All tensors and lists of texts in a file of torch.save; no file makes this run code.

    In a list or tuple they are called by their place: "0", "1", ...; deeper ones
    "train.0"; the only tensor of a file "0".
    """
    if path.suffix.lower() not in (".pt", ".pth"):
        todo = "name one, or draw its dataset anew"
        raise ValueError(f"{path.name} is no .pt or .pth file: {todo}")
    found: Any = None
    if path.stat().st_size:  # an OSError where it is not there
        mapped = zipfile.is_zipfile(path)  # files of old versions cannot be
        with suppress(Exception):  # of a broken file torch raises what it likes
            found = torch.load(path, "cpu", weights_only=True, mmap=mapped)
    if found is None:
        why = "is cut off, or holds Python objects, which could run code"
        raise ValueError(f"{path.name} {why}: save a dict of tensors with torch.save")
    columns = dict(
        columns_in(found if isinstance(found, dict | list | tuple) else [found])
    )
    if not columns:
        todo = "save a dict of tensors with torch.save"
        raise ValueError(f"{path.name} holds no tensors: {todo}")
    return columns


def columns_in(found: Any, within: str = "") -> Iterator[tuple[str, Any]]:
    """The tensors and lists of texts in dicts, lists and tuples, by where they are."""
    items = found.items() if isinstance(found, dict) else enumerate(found)
    for key, value in items:
        name = f"{within}{key}"
        texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if isinstance(value, Tensor) or (texts and value):
            yield name, value
        elif isinstance(value, dict | list | tuple):
            yield from columns_in(value, f"{name}.")
