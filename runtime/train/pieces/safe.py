"""A piece of programs: the tensors of a safetensors file as data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from runtime.train.pieces.declared import as_declared


def read_safetensors(
    path: Path, fields: Mapping[str, str], called: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Tensors of a safetensors file, one row a sample; `called` tells how they are there.

    Numbers are mapped: they are read when a batch needs them. Raises ValueError for what
    is no such file, and for a tensor that is missing or not as declared.
    """
    if path.suffix.lower() != ".safetensors":
        raise ValueError(f"{path.name} is no .safetensors file, as is read here")
    try:
        with safe_open(path, framework="pt") as file:
            found = {name: file.get_tensor(name) for name in [*file.keys()]}
    except SafetensorError as error:
        raise ValueError(f"{path.name} is no safetensors file: {error}") from None
    return as_declared(path, found, fields, called)
