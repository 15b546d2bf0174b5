"""A piece of programs: what a file holds, held against what the graph says of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


def as_declared(
    path: Path,
    found: Mapping[str, Any],
    fields: Mapping[str, str],
    called: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The columns that `fields` name with their types, one row a sample; texts are lists.

    `called` says which have another name in the file. Raises ValueError where one is
    missing, longer than others or not as declared.
    """
    columns: dict[str, Any] = {}
    for name, declared in fields.items():
        there = (called or {}).get(name, name)
        if there not in found:
            why = f"has no {there!r}, only {[*found][:20]}"
            raise ValueError(f"{path.name} {why}: name one of these in fields")
        values = found[there]
        if declared in ("text", "picture") or isinstance(values, list):
            if "[" in declared or not isinstance(values, list):
                what = "texts" if isinstance(values, list) else "numbers"
                why = f"{name} holds {what}, not {declared}: declare {what} in fields"
                raise ValueError(f"{path.name}: {why}")
            columns[name] = values
            continue
        dtype = declared.partition("[")[0]
        shape = [*values.shape[1:]] if values.dim() else "no rows"
        if f"{dtype}{shape}" != declared:
            why = f"has samples of shape {shape}, not {declared}"
            raise ValueError(f"{path.name}: {name} {why}: declare them so in fields")
        wanted = getattr(torch, dtype)
        if values.is_complex() or (
            values.is_floating_point() and not wanted.is_floating_point
        ):
            why = f"holds {values.dtype}, which {declared} would cut off"
            raise ValueError(f"{path.name}: {name} {why}: save them as {dtype}")
        columns[name] = values.to(wanted)
    rows = {name: len(column) for name, column in columns.items()}
    if len(set(rows.values())) > 1:
        why = f"has columns of unequal lengths, {rows}"
        raise ValueError(f"{path.name} {why}: save as many rows of each")
    return columns
