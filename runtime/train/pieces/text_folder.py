"""A piece of programs: the texts of a folder, a file each."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from runtime.train.pieces.texts import text_files, text_of


def read_texts(
    path: Path,
    text: str,
    label: str = "",
    classes: Sequence[str] = (),
    kept: Callable[[Path, list[Path]], list[Path]] | None = None,
) -> dict[str, Any]:
    """The text files below a folder, one a row; with a `label` each folder is a class.

    Folders that are none of `classes` are left out; `kept` says which files are used.
    Raises ValueError for a class that has no texts, and for what is no text.
    """
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    folders = [path / name for name in classes] if label else [path]
    files = [file for folder in folders for file in text_files(folder)]
    files = kept(path, files) if kept else files
    todo = "save it as UTF-8, or let bad_files skip such files"
    texts = [text_of(file, todo) for file in files]
    if not label:
        return {text: texts}
    numbers = {name: number for number, name in enumerate(classes)}
    labels = [numbers[file.relative_to(path).parts[0]] for file in files]
    return {text: texts, label: torch.tensor(labels, dtype=torch.int64)}
