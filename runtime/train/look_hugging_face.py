"""A look at a folder that `save_to_disk` of Hugging Face's datasets wrote."""

import json
from pathlib import Path
from typing import Any

from runtime.graph.names import RESERVED, cleaned
from runtime.spec.tensor import DTYPES
from runtime.train.look_columns import of_classes, of_numbers, of_texts, shown

MOST_ROWS = 20_000  # that are looked at
SHOWN = 8
Look = dict[str, Any]


def look_at_hugging_face(folder: Path) -> Look:
    """``data.HuggingFace`` with a field for each column that can be one."""
    from runtime.train.pieces.hugging_face import arrow_column, saved_table

    part, within = _part(folder)
    table = saved_table(folder, part)
    told = json.loads((within / "dataset_info.json").read_text(encoding="utf-8")).get("features", {})
    fields: dict[str, Any] = {}
    notes, columns, some = [], [], {}
    for title in table.column_names:
        try:
            values = arrow_column(table.column(title).slice(0, MOST_ROWS), title)
            column, about = _told(title, values, told.get(title, {}), _name(title, fields), len(table))
        except (ValueError, TypeError, AttributeError):
            notes.append(f"{title} is left out")
            continue
        fields[column["field"]] = about
        columns.append(column)
        some[title] = values
    if not fields:
        return {"problem": f"{folder.name} has no column that could be used: {'; '.join(notes)}"}
    parameters = {"fields": fields} | ({"part": part} if part != "train" else {})
    found = {"type": "data.HuggingFace", "parameters": parameters, "path": str(folder), "rows": len(table)}
    return found | {"notes": notes, "columns": columns, "samples": _samples(some, len(table))}


def _part(folder: Path) -> tuple[str, Path]:
    """The part to train on, and where it lies."""
    if not (folder / "dataset_dict.json").is_file():
        return "train", folder
    parts = json.loads((folder / "dataset_dict.json").read_text(encoding="utf-8"))["splits"]
    part = "train" if "train" in parts else parts[0]
    return part, folder / part


def _told(title: str, values: Any, feature: Any, name: str, rows: int) -> tuple[Look, Any]:
    """What is known of a column, and its field."""
    own = {} if name == title else {"column": title}
    if isinstance(values, list):
        picture = feature.get("_type") == "Image"
        kind = {"kind": "picture", "type": "picture"} if picture else {}
        column = of_texts(title, [""] * 0 if picture else values, name) | kind | {"count": rows}
        return column, {"type": column["type"], **own} if own else column["type"]
    names = feature.get("names") if feature.get("_type") == "ClassLabel" else None
    if names:
        return of_classes(title, values.numpy(), names, name), {"type": "int64[]", "classes": names, **own}
    dtype = {"float64": "float32"}.get(found := str(values.dtype).removeprefix("torch."), found)
    if dtype not in DTYPES:
        raise ValueError(f"no field is of {dtype}")
    type = f"{dtype}{[*values.shape[1:]]}"
    return of_numbers(title, type, rows, values.numpy(), name), {"type": type, **own} if own else type


def _name(title: str, taken: dict[str, Any]) -> str:
    wish = cleaned(title)
    number, name = 1, wish if wish not in RESERVED else f"{wish}_"
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name


def _samples(some: dict[str, Any], rows: int) -> list[dict[str, str]]:
    """The first rows in words."""
    return [{title: _shown(values[at]) for title, values in some.items()} for at in range(min(SHOWN, rows))]


def _shown(value: Any) -> str:
    if isinstance(value, bytes | Path):
        return "a picture"
    return value[:200] if isinstance(value, str) else shown(value)
