"""A piece of programs: datasets that Hugging Face's save_to_disk wrote, without its package."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import torch

from runtime.train.pieces.declared import as_declared


def read_hugging_face(
    path: Path,
    fields: Mapping[str, str],
    called: Mapping[str, str] | None = None,
    part: str = "train",
) -> dict[str, Any]:
    """Columns of a dataset that save_to_disk wrote; of several parts those of one.

    `called` says which fields have another name there. Raises ValueError where it is no
    such folder, and for a column that is missing or not as declared.
    """
    table, called = saved_table(path, part), called or {}
    wanted = {called.get(name, name) for name in fields}
    columns = {
        title: arrow_column(table.column(title), f"{path.name}: {title}")
        for title in table.column_names
        if title in wanted
    }
    return as_declared(path, columns, fields, called)


def saved_table(path: Path, part: str) -> Any:
    """The rows of a folder of save_to_disk, as a table of pyarrow that is mapped."""
    if (path / "dataset_dict.json").is_file():
        path = path / part
    if not (path / "state.json").is_file():
        raise ValueError(f"{path} is no folder that save_to_disk wrote")
    state = json.loads((path / "state.json").read_text(encoding="utf-8"))
    tables = []
    for file in state["_data_files"]:
        source = pa.memory_map(str(path / Path(file["filename"]).name))
        tables.append(pa.ipc.open_stream(source).read_all())
    return pa.concat_tables(tables)


def arrow_column(column: Any, name: str) -> Any:
    """Texts and pictures as a list, numbers as a tensor, lists of one length as more of
    its dimensions.

    Raises ValueError where lists differ in length.
    """
    values = column.combine_chunks()
    values = getattr(values, "storage", values)
    if pa.types.is_struct(values.type):  # a picture
        rows = values.to_pylist()
        return [row.get("bytes") or Path(row["path"]) for row in rows]
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return [text or "" for text in values.to_pylist()]
    shape = [len(values)]
    while hasattr(values, "flatten") and hasattr(values.type, "value_type"):
        inner = values.flatten()
        lengths = set(values.value_lengths().to_pylist())
        if len(lengths) > 1:
            raise ValueError(f"{name} has lists of unequal lengths")
        shape.append(lengths.pop() if lengths else 0)
        values = inner
    numbers = values.to_numpy(zero_copy_only=False)
    return torch.from_numpy(numbers.copy()).reshape(shape)
