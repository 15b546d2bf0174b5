"""A piece of programs: texts, a line or a file each."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch


def read_lines(path: Path, name: str) -> dict[str, Any]:
    """The lines of a text file, one a row; those that are empty are left out.

    Raises ValueError where there are none, and for what is no text.
    """
    lines = text_of(path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [line for line in lines if line.strip()]
    if not found:
        raise ValueError(f"{path.name} has no lines")
    return {name: found}


def read_texts(
    path: Path, text: str, label: str = "", classes: Sequence[str] = ()
) -> dict[str, Any]:
    """The text files below a folder, one a row; with a `label` each folder is a class.

    Folders that are none of `classes` are left out. Raises ValueError for a class that
    has no texts, and for what is no text.
    """
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    if not label:
        return {text: [*map(text_of, text_files(path))]}
    found = {name: text_files(path / name) for name in classes}
    counts = torch.tensor([len(files) for files in found.values()])
    return {
        text: [text_of(file) for files in found.values() for file in files],
        label: torch.arange(len(counts)).repeat_interleave(counts),
    }


def text_files(folder: Path) -> list[Path]:
    """The .txt files in a folder and in those within it, sorted, hidden ones left out.

    Raises ValueError where there are none.
    """
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        names = (each for each in sorted(files) if not each.startswith("."))
        found += [Path(place, each) for each in names if each.lower().endswith(".txt")]
    if not found:
        raise ValueError(f"{folder.name} has no texts (.txt)")
    return found


def text_of(file: Path) -> str:
    """The text of a file in UTF-8, or in UTF-16 where its first bytes say so.

    Raises ValueError with the line that is neither.
    """
    data = file.read_bytes()
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(coding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        why = "is no text in UTF-8 or UTF-16: save it as UTF-8"
        raise ValueError(f"{file.name}, line {line} {why}") from None
