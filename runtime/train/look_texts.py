"""A look at texts: a file by its lines, a folder by its files and the folders in it."""

import os
from pathlib import Path
from typing import Any

from runtime.train.look_column import PICTURE
from runtime.train.look_columns import MOST_BYTES, MOST_ROWS, in_memory, of_classes, of_texts
from runtime.train.look_left_out import broken_files, skipping
from runtime.train.pieces.table_rows import lines_in
from runtime.train.pieces.text_parts import parts_of_lines
from runtime.train.pieces.texts import text_files, text_of

LEAST = 2  # folders that are classes
SHOWN, LONGEST = 8, 200  # samples, and letters of one
TRIED = 2_000  # files that are read
Look = dict[str, Any]


def look_at_lines(path: Path) -> Look:
    """``data.Lines``."""
    lines, size, more = list[str](), 0, False
    for part in parts_of_lines(path):
        lines, size = lines + part, size + sum(map(len, part))
        if more := len(lines) >= MOST_ROWS or size >= MOST_BYTES:
            break
    rows = max(len(lines), lines_in(path) - 1) if more else len(lines)
    return {
        "type": "data.Lines",
        "parameters": {"fields": {"text": "text"}, **in_memory(path)},
        "rows": rows,
        "notes": [f"only the first {len(lines):,} of {rows:,} lines were looked at"] if rows > len(lines) else [],
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
    """``data.Texts`` with the classes that the folders within this one are, or a problem."""
    found = _classes(folder)
    files = [(name, number, file) for number, (name, group) in enumerate(found.items()) for file in group]
    step = -(-len(files) // TRIED)
    tried = files[::step]
    texts = {file: text for *_, file in tried if (text := _text(file)) is not None}
    broken = [file for *_, file in tried if file not in texts]
    if not texts:
        text_of(broken[0])  # which says why
    fields: dict[str, Any] = {"text": "text"}
    columns = [of_texts("text", [*texts.values()], "text") | {"count": len(files), "missing": len(broken)}]
    if "" not in found:
        fields["label"] = {"type": "int64[]", "classes": [*found]}
        columns.append(of_classes("label", [number for _, number, _ in files], [*found], "label"))
    notes = [f"looked at every {step}th text"] if step > 1 else []
    left = broken_files("cannot be decoded", folder, broken, len(tried))
    notes += [each["told"] for each in left]
    whole = [(name, file) for name, _, file in tried if file in texts]
    shown = whole[:: max(1, len(whole) // SHOWN)][:SHOWN]
    return {
        "type": "data.Texts",
        "parameters": {"fields": fields, **skipping(left)},
        "path": str(folder),
        "rows": len(files),
        "notes": notes,
        "left_out": left,
        "columns": columns,
        "samples": [{"text": texts[file][:LONGEST]} | ({"label": name} if name else {}) for name, file in shown],
    }


def _text(file: Path) -> str | None:
    """The text of a file, or None where it is none."""
    try:
        return text_of(file)
    except (OSError, ValueError):
        return None


def _classes(folder: Path) -> dict[str, list[Path]]:
    """The texts of each folder within this one; under no name all of them, where these are no classes."""
    within = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    found = {each.name: text_files(each) for each in within if has_texts(each)}
    return found if len(found) >= LEAST else {"": text_files(folder)}
