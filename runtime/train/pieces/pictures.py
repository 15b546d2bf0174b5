"""A piece of programs: pictures in folders, a folder a class."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from runtime.train.pieces.files_in import files_in


def read_pictures(
    path: Path,
    picture: str,
    label: str = "",
    classes: Sequence[str] = (),
    kept: Callable[[Path, list[Path]], list[Path]] | None = None,
) -> dict[str, Any]:
    """The files of pictures below a folder, sorted; they are opened one by one later.

    With a `label` each folder is a class; `kept` says which files are used. Raises
    ValueError where there are no pictures, and where folders and `classes` differ.
    """
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    files = picture_files(path, least=0 if label else 1)
    if not label:
        return {picture: kept(path, files) if kept else files}
    places = [file.relative_to(path).parts for file in files]
    within = [file for file, parts in zip(files, places, strict=True) if parts[1:]]
    found = {parts[0] for parts in places if parts[1:]}
    for name in sorted(found ^ {*classes}):
        if name in found:
            todo = f"add it to the classes of {label}, or move the folder away"
            raise ValueError(f"{path.name} has pictures of {name!r}: {todo}")
        todo = f"add pictures, or take it out of the classes of {label}"
        raise ValueError(f"{path.name} has no folder {name!r} with pictures: {todo}")
    files = kept(path, within) if kept else within
    numbers = {name: number for number, name in enumerate(classes)}
    labels = [numbers[file.relative_to(path).parts[0]] for file in files]
    return {picture: files, label: torch.tensor(labels, dtype=torch.int64)}


def picture_files(folder: Path, least: int = 1) -> list[Path]:
    """The pictures in a folder and in those within it, sorted; hidden ones are left out.

    Raises ValueError where there are fewer than `least`.
    """
    kinds = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff")
    found = files_in(folder, kinds)
    if len(found) < least:
        raise ValueError(f"{folder.name} has no pictures ({', '.join(kinds)})")
    return found
