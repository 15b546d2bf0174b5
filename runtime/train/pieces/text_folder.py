"""A piece of programs: the texts of a folder, a file each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from runtime.train.pieces.texts import text_files, text_of


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
