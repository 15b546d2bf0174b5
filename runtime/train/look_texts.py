"""A look at texts: a file by its lines, a folder by its files and the folders in it."""

import os
from pathlib import Path
from typing import Any

from runtime.train.look_column import PICTURE
from runtime.train.look_columns import of_classes, of_texts
from runtime.train.pieces.texts import read_lines, text_files, text_of

LEAST = 2  # folders that are classes
SHOWN, LONGEST = 8, 200  # samples, and letters of one
TRIED = 2_000  # files that are read
Look = dict[str, Any]


def look_at_lines(path: Path) -> Look:
    """``data.Lines``."""
    lines = read_lines(path, "text")["text"]
    return {
        "type": "data.Lines",
        "parameters": {"fields": {"text": "text"}},
        "rows": len(lines),
        "notes": [],
        "columns": [of_texts("text", lines, "text")],
        "samples": [{"text": line[:LONGEST]} for line in lines[:SHOWN]],
    }


def has_texts(folder: Path) -> bool:
    """Whether there are text files in a folder."""
    try:
        return bool(text_files(folder))
    except ValueError:
        return False


def is_of_texts(folder: Path) -> bool:
    """Whether a folder holds more texts than pictures: a note about them lies beside many."""
    if not has_texts(folder):
        return False
    pictures = sum(bool(PICTURE.fullmatch(name)) for _, _, files in os.walk(folder) for name in files)
    return len(text_files(folder)) > pictures


def look_at_texts(folder: Path) -> Look:
    """``data.Texts`` with the classes that the folders within this one are."""
    found = _classes(folder)
    files = [(name, file) for name, group in found.items() for file in group]
    numbers = [number for number, group in enumerate(found.values()) for _ in group]
    step = -(-len(files) // TRIED)
    texts = [text_of(file) for _, file in files[::step]]
    fields: dict[str, Any] = {"text": "text"}
    columns = [of_texts("text", texts, "text") | {"count": len(files)}]
    if "" not in found:
        fields["label"] = {"type": "int64[]", "classes": [*found]}
        columns.append(of_classes("label", numbers, [*found], "label"))
    shown = files[:: max(1, len(files) // SHOWN)][:SHOWN]
    return {
        "type": "data.Texts",
        "parameters": {"fields": fields},
        "path": str(folder),
        "rows": len(files),
        "notes": [f"looked at every {step}th text"] if step > 1 else [],
        "columns": columns,
        "samples": [{"text": text_of(file)[:LONGEST]} | ({"label": name} if name else {}) for name, file in shown],
    }


def _classes(folder: Path) -> dict[str, list[Path]]:
    """The texts of each folder within this one; under no name all of them, where these are no classes."""
    within = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    found = {each.name: text_files(each) for each in within if has_texts(each)}
    return found if len(found) >= LEAST else {"": text_files(folder)}
